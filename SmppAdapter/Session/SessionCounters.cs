using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>What happened on one session since it was connected. Readable at any time from any thread.</summary>
public sealed class SessionCounters
{
    /// <summary>Counts over all sessions of the link; null on a server.</summary>
    private readonly LinkMeasures? _link;
    private long _submitted;
    private long _responded;
    private long _unknown;
    private long _late;
    private long _unmatched;
    private long _received;
    private long _overflowed;
    private long _throttled;
    private long _refused;
    private long _malformed;

    internal SessionCounters(LinkMeasures? link) => _link = link;

    /// <summary>Requests written.</summary>
    public long Submitted => Volatile.Read(ref _submitted);

    /// <summary>Requests that were answered in time.</summary>
    public long Responded => Volatile.Read(ref _responded);

    /// <summary>Requests given up without an answer.</summary>
    public long Unknown => Volatile.Read(ref _unknown);

    /// <summary>Answers that came after their request was given up.</summary>
    public long Late => Volatile.Read(ref _late);

    /// <summary>Answers that belong to no request: repeated, or of a number never used.</summary>
    public long Unmatched => Volatile.Read(ref _unmatched);

    /// <summary>Requests of the peer that went to the application.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Requests of the peer that were refused because too many were unanswered or unread.</summary>
    public long Overflowed => Volatile.Read(ref _overflowed);

    /// <summary>Messages of ours that the peer put off: RTHROTTLED, RMSGQFUL, RX_T_APPN.</summary>
    public long Throttled => Volatile.Read(ref _throttled);

    /// <summary>Requests of the peer that the session answered with an error: broken, in the wrong state, or <see cref="Overflowed"/>.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>PDUs that could not be read: body, command or length.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    internal void CountSubmitted() => Interlocked.Increment(ref _submitted);

    internal void CountResponded() => Interlocked.Increment(ref _responded);

    internal void CountUnknown(bool isOfApplication)
    {
        Interlocked.Increment(ref _unknown);
        if (isOfApplication)
        {
            _link?.CountUnknown();
        }
    }

    /// <summary>What the peer's request was answered with, by us or by the application.</summary>
    internal void CountAnswer(CommandStatus status) => _link?.CountAnswer(status);

    internal void CountLate()
    {
        Interlocked.Increment(ref _late);
        _link?.CountLate();
    }

    internal void CountUnmatched()
    {
        Interlocked.Increment(ref _unmatched);
        _link?.CountUnmatched();
    }

    internal void CountReceived() => Interlocked.Increment(ref _received);

    internal void CountOverflowed() => Interlocked.Increment(ref _overflowed);

    internal void CountThrottled() => Interlocked.Increment(ref _throttled);

    internal void CountRefused() => Interlocked.Increment(ref _refused);

    internal void CountMalformed()
    {
        Interlocked.Increment(ref _malformed);
        _link?.CountMalformed();
    }
}
