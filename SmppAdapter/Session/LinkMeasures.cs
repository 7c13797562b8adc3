using System.Diagnostics.Metrics;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>What happened on the links of one name over all their sessions, for <see cref="SmppMetrics"/>. Any number of threads count and read.</summary>
internal sealed class LinkMeasures(string name, Histogram<double> responses)
{
    private readonly KeyValuePair<string, object?> _tag = new("link", name);
    private Shown[] _links = [];
    private int _everShown;
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

    private readonly record struct Shown(SmppClientLink Link, int WindowSize);

    public string Name => name;

    public int InFlight => Links.Sum(shown => shown.Link.Session?.InFlight ?? 0);

    public int Waiting => Links.Sum(shown => shown.Link.Session?.Waiting ?? 0);

    public int WindowSize => Links.Sum(shown => shown.WindowSize);

    public long Reconnects => Math.Max(0, Volatile.Read(ref _binds) - Volatile.Read(ref _everShown));

    /// <summary>No link is left.</summary>
    public bool IsUnused => _links.Length == 0;

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

    private Shown[] Links => Volatile.Read(ref _links);

    public int InState(LinkState state) => Links.Count(shown => shown.Link.State == state);

    /// <summary>Under the gate of <see cref="SmppMetrics"/>, as <see cref="Remove"/>.</summary>
    public void Add(SmppClientLink link, int windowSize)
    {
        _everShown++;
        Volatile.Write(ref _links, [.. _links, new Shown(link, windowSize)]);
    }

    public void Remove(SmppClientLink link) => Volatile.Write(ref _links, [.. _links.Where(shown => shown.Link != link)]);

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
