namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>What happened on the connections of one peer since the start. Safe for threads.</summary>
public sealed class PeerCounters
{
    private long _answered;
    private long _timedOut;
    private long _late;
    private long _unmatched;
    private long _malformed;

    /// <summary>Requests whose answer came in time.</summary>
    public long Answered => Volatile.Read(ref _answered);

    public long TimedOut => Volatile.Read(ref _timedOut);

    /// <summary>Answers to requests that had been given up.</summary>
    public long Late => Volatile.Read(ref _late);

    /// <summary>Answers to nobody.</summary>
    public long Unmatched => Volatile.Read(ref _unmatched);

    public long Malformed => Volatile.Read(ref _malformed);

    internal void CountAnswered() => Interlocked.Increment(ref _answered);

    internal void CountTimedOut(int count)
    {
        if (count > 0)
            Interlocked.Add(ref _timedOut, count);
    }

    internal void CountLate() => Interlocked.Increment(ref _late);

    internal void CountUnmatched() => Interlocked.Increment(ref _unmatched);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);
}
