using CarrierPay.Engine.Primitives;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Slows numbers that send more texts than a person does. For any number of threads.</summary>
/// <remarks>A window begins with a number's first text. The memory is bounded: while it is full of numbers whose window is open, further numbers are not counted.</remarks>
internal sealed class FloodLimit(int limit, TimeSpan window, TimeProvider time, int capacity = 100_000)
{
    private readonly Dictionary<Msisdn, Count> _counts = [];
    private readonly Lock _gate = new();
    private long _sweptAt = time.GetTimestamp();

    private readonly record struct Count(long Since, int Texts);

    /// <summary>How many numbers are remembered.</summary>
    public int Remembered
    {
        get
        {
            lock (_gate)
                return _counts.Count;
        }
    }

    /// <summary>Counts one text. False if it is one too many.</summary>
    public bool Allows(Msisdn number)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_counts.TryGetValue(number, out var count) && !HasPassed(count.Since, now))
            {
                if (count.Texts >= limit)
                    return false;
                _counts[number] = count with { Texts = count.Texts + 1 };
                return true;
            }
            if (_counts.Count >= capacity || HasPassed(_sweptAt, now))
                Sweep(now);
            if (_counts.Count < capacity)
                _counts[number] = new(now, 1);
            return true;
        }
    }

    private void Sweep(long now)
    {
        // Once in a window: a flood of numbers must not make each text a walk through all of them.
        if (!HasPassed(_sweptAt, now))
            return;
        _sweptAt = now;
        foreach (var (number, count) in _counts)
        {
            if (HasPassed(count.Since, now))
                _counts.Remove(number);
        }
    }

    private bool HasPassed(long since, long now) => time.GetElapsedTime(since, now) >= window;
}
