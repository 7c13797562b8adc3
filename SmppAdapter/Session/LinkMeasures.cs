using System.Diagnostics.Metrics;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>What happened on one link over all its sessions, for <see cref="SmppMetrics"/>. Any number of threads count and read.</summary>
internal sealed class LinkMeasures(SmppClientLink link, int windowSize, Histogram<double> responses)
{
    private readonly KeyValuePair<string, object?> _tag = new("link", link.Name);
    private long _binds;
    private long _accepted;
    private long _throttled;
    private long _refused;
    private long _unknown;
    private long _peerAccepted;
    private long _peerDeferred;
    private long _peerRefused;
    private long _late;
    private long _unmatched;
    private long _malformed;

    public LinkState State => link.State;

    public int InFlight => link.Session?.InFlight ?? 0;

    public int Waiting => link.Session?.Waiting ?? 0;

    public int WindowSize => windowSize;

    public long Reconnects => Math.Max(0, Volatile.Read(ref _binds) - 1);

    public long Accepted => Volatile.Read(ref _accepted);

    public long Throttled => Volatile.Read(ref _throttled);

    public long Refused => Volatile.Read(ref _refused);

    public long Unknown => Volatile.Read(ref _unknown);

    public long PeerAccepted => Volatile.Read(ref _peerAccepted);

    public long PeerDeferred => Volatile.Read(ref _peerDeferred);

    public long PeerRefused => Volatile.Read(ref _peerRefused);

    public long Late => Volatile.Read(ref _late);

    public long Unmatched => Volatile.Read(ref _unmatched);

    public long Malformed => Volatile.Read(ref _malformed);

    public Measurement<long> Of(long value) => new(value, _tag);

    public Measurement<long> Of(long value, string name, string tag) => new(value, _tag, new KeyValuePair<string, object?>(name, tag));

    public void CountBind() => Interlocked.Increment(ref _binds);

    public void CountResponse(CommandStatus status, TimeSpan after)
    {
        Interlocked.Increment(ref status == CommandStatus.ROK ? ref _accepted : ref IsTemporary(status) ? ref _throttled : ref _refused);
        responses.Record(after.TotalSeconds, _tag);
    }

    public void CountUnknown() => Interlocked.Increment(ref _unknown);

    public void CountAnswer(CommandStatus status) =>
        Interlocked.Increment(ref status == CommandStatus.ROK ? ref _peerAccepted : ref IsTemporary(status) ? ref _peerDeferred : ref _peerRefused);

    public void CountLate() => Interlocked.Increment(ref _late);

    public void CountUnmatched() => Interlocked.Increment(ref _unmatched);

    public void CountMalformed() => Interlocked.Increment(ref _malformed);

    private static bool IsTemporary(CommandStatus status) => status is CommandStatus.RTHROTTLED or CommandStatus.RMSGQFUL or CommandStatus.RX_T_APPN;
}
