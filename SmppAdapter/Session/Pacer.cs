namespace CarrierPay.SmppAdapter.Session;

/// <summary>When the next message may go: a token bucket at the contracted rate, and below it what the SMSC turns out to take. The session's gate guards it.</summary>
/// <remarks>
/// In any stretch of time there go at most rate times its length, and a burst of a tenth of a second's messages (one at least).
/// After RTHROTTLED, RMSGQFUL or RX_T_APPN nothing goes for a while that doubles from one such answer to the next, half of it at random; then half of what
/// the SMSC took in its best recent second. From there the limit doubles each second up to what was reached before, and grows by a twentieth each
/// second beyond that, up to the contracted rate. Without a contracted rate it is lifted after a minute. One such answer may be about one receiver only,
/// in a quiet hour: so the limit never falls below a twentieth of the contracted rate, and doubles up to half of it.
/// </remarks>
/// <param name="maxRate">Messages per second; 0 for no limit.</param>
/// <param name="longestPause">Upper bound of the pauses.</param>
/// <param name="time">Gives the timestamps' unit.</param>
/// <param name="random">Numbers from 0 to 1 for the jitter.</param>
/// <param name="burstSeconds">The burst, as a stretch of the rate.</param>
internal sealed class Pacer(double maxRate, TimeSpan longestPause, TimeProvider time, Func<double>? random = null, double burstSeconds = 0.1)
{
    /// <summary>Messages per second: lower bounds of the limit and of what it doubles up to, without a contracted rate.</summary>
    private const double Floor = 10;
    private const double LeastReached = 100;
    private const double GrowthBeyondReached = 1.05;
    private const double SecondsUntilLifted = 60;
    private const int MostDoublings = 16;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;
    private readonly double _maxRate = maxRate > 0 ? maxRate : double.PositiveInfinity;
    private double _rate = maxRate > 0 ? maxRate : double.PositiveInfinity;
    private double _reached = maxRate > 0 ? maxRate : double.PositiveInfinity;
    private double _tokens = maxRate > 0 ? Math.Max(1, maxRate * burstSeconds) : 0;
    private long _refilledAt = time.GetTimestamp();
    private long _pausedUntil = long.MinValue;
    private int _pauses;
    private long _second = long.MinValue;
    private int _takenInSecond;
    private int _takenInSecondBefore;

    /// <summary>Messages per second that go at the moment; infinite without a limit.</summary>
    public double Rate => _rate;

    /// <summary>Everything may go, and nothing need be asked.</summary>
    public bool IsFree => double.IsPositiveInfinity(_rate);

    /// <summary>As much may come at once as ever.</summary>
    public bool IsFull(long now)
    {
        if (IsFree)
        {
            return true;
        }
        Refill(now);
        return _tokens >= Math.Max(1, _rate * burstSeconds);
    }

    /// <summary>After <see cref="TryTake"/> said no: the timestamp at which to ask again.</summary>
    public long NextAt { get; private set; }

    /// <summary>Asks whether a request may go now. One of several messages is let go with the first of them, and the next waits longer.</summary>
    public bool TryTake(int messages, long now)
    {
        if (IsFree)
        {
            return true;
        }
        if (now < _pausedUntil)
        {
            NextAt = _pausedUntil;
            return false;
        }
        Refill(now);
        // A rounding error must not cost a turn.
        if (_tokens < 1 - 1e-9)
        {
            NextAt = now + Math.Max(1, ToTicks((1 - _tokens) / _rate));
            return false;
        }
        _tokens -= messages;
        return true;
    }

    /// <summary>The SMSC took messages.</summary>
    public void Accepted(int messages, long now)
    {
        TurnSecond(now);
        _takenInSecond += messages;
        _pauses = 0;
    }

    /// <summary>The SMSC said that it is too much. False during a pause: such answers are to what was in flight when it began.</summary>
    public bool Throttled(long now)
    {
        if (now < _pausedUntil)
        {
            return false;
        }
        TurnSecond(now);
        var taken = Math.Max(_takenInSecond, _takenInSecondBefore);
        if (taken > 0)
        {
            _reached = Math.Min(Math.Max(taken, maxRate > 0 ? _maxRate / 2 : LeastReached), _maxRate);
        }
        _rate = Math.Min(_maxRate, Math.Max(maxRate > 0 ? Math.Max(1, _maxRate / 20) : Floor, Math.Min(_rate, taken) / 2));
        _tokens = 1;
        var bound = FirstPause * Math.Pow(2, Math.Min(_pauses++, MostDoublings));
        var pause = (bound < longestPause ? bound : longestPause) * (0.5 + (_random() / 2));
        _pausedUntil = _refilledAt = now + ToTicks(pause.TotalSeconds);
        return true;
    }

    private void Refill(long now)
    {
        var seconds = (double)(now - _refilledAt) / time.TimestampFrequency;
        if (seconds <= 0)
        {
            return;
        }
        _refilledAt = now;
        if (_rate < _maxRate)
        {
            _rate = Math.Min(_maxRate, _rate < _reached ? Math.Min(_reached, _rate * Math.Pow(2, seconds)) : _rate * Math.Pow(GrowthBeyondReached, seconds));
            if (double.IsPositiveInfinity(_maxRate) && now - _pausedUntil > ToTicks(SecondsUntilLifted))
            {
                _rate = double.PositiveInfinity;
                _tokens = 1;
                return;
            }
        }
        _tokens = Math.Min(Math.Max(1, _rate * burstSeconds), _tokens + (_rate * seconds));
    }

    private void TurnSecond(long now)
    {
        var second = now / time.TimestampFrequency;
        if (second != _second)
        {
            _takenInSecondBefore = second == _second + 1 ? _takenInSecond : 0;
            _takenInSecond = 0;
            _second = second;
        }
    }

    private long ToTicks(double seconds) => (long)(seconds * time.TimestampFrequency);
}
