namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>Whether a connection may carry requests.</summary>
/// <remarks>RFC 3539, section 3.4.1.</remarks>
public enum WatchdogState
{
    /// <summary>Not connected yet.</summary>
    Initial,
    Okay,

    /// <summary>A watchdog request went unanswered for one interval: others take over, and this one has one interval more.</summary>
    Suspect,

    /// <summary>Lost.</summary>
    Down,

    /// <summary>Back again, but not trusted before three watchdog answers.</summary>
    Reopen,
}

/// <summary>What the owner of a connection has to do.</summary>
public enum WatchdogAction
{
    None,
    SendRequest,

    /// <summary>What is unanswered goes elsewhere.</summary>
    FailOver,
    Close,
}

/// <summary>The algorithm of RFC 3539: pure, told of the time and of what was received.</summary>
/// <remarks>
/// Any message counts as life; after an interval without one a request is sent. Unlike the RFC's own timing, the three requests of a connection that
/// came back follow each other at once: waiting an interval before each would leave us without the peer for 90 s.
/// </remarks>
/// <param name="interval">Tw of the RFC: 30 s by default, not below 6 s.</param>
/// <param name="jitter">Added to each interval: gives -2 s to 2 s, so that many connections do not ask at the same moment.</param>
public sealed class Watchdog(TimeSpan interval, Func<TimeSpan> jitter)
{
    /// <summary>How many answers make a connection that came back trusted.</summary>
    public const int AnswersToReopen = 3;

    private TimeSpan _due;
    private bool _isPending;
    private int _answers;

    public WatchdogState State { get; private set; } = WatchdogState.Initial;

    /// <summary>Requests may be sent.</summary>
    public bool IsOkay => State == WatchdogState.Okay;

    /// <summary>Capabilities were exchanged.</summary>
    /// <param name="cameBack">The connection before this one was lost.</param>
    /// <param name="now">Of a clock that only goes forward.</param>
    public WatchdogAction Connected(bool cameBack, TimeSpan now)
    {
        SetTimer(now);
        _isPending = cameBack;
        _answers = 0;
        State = cameBack ? WatchdogState.Reopen : WatchdogState.Okay;
        return cameBack ? WatchdogAction.SendRequest : WatchdogAction.None;
    }

    /// <summary>A message came.</summary>
    public WatchdogAction Received(bool isWatchdogAnswer, TimeSpan now)
    {
        if (State is WatchdogState.Initial or WatchdogState.Down)
            return WatchdogAction.None;
        SetTimer(now);
        if (isWatchdogAnswer)
            _isPending = false;
        if (State == WatchdogState.Suspect)
            State = WatchdogState.Okay;
        if (State != WatchdogState.Reopen || !isWatchdogAnswer)
            return WatchdogAction.None;
        // It may be -1 after an interval without an answer: then one more is wanted.
        _answers++;
        if (_answers >= AnswersToReopen)
        {
            State = WatchdogState.Okay;
            return WatchdogAction.None;
        }
        _isPending = true;
        return WatchdogAction.SendRequest;
    }

    /// <summary>Time went by; to be called often.</summary>
    public WatchdogAction Tick(TimeSpan now)
    {
        if (State is WatchdogState.Initial or WatchdogState.Down || now < _due)
            return WatchdogAction.None;
        SetTimer(now);
        if (State == WatchdogState.Suspect || (State == WatchdogState.Reopen && _isPending && _answers < 0))
        {
            State = WatchdogState.Down;
            return WatchdogAction.Close;
        }
        if (!_isPending)
        {
            _isPending = true;
            return WatchdogAction.SendRequest;
        }
        if (State == WatchdogState.Reopen)
        {
            _answers = -1;
            return WatchdogAction.None;
        }
        State = WatchdogState.Suspect;
        return WatchdogAction.FailOver;
    }

    private void SetTimer(TimeSpan now) => _due = now + interval + jitter();
}
