using System.Diagnostics.Metrics;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>What links do, as instruments of one meter. Give one to all links. Tags: the link's name, and an outcome or state of a fixed list; never a number or a text. Links of one name are shown as one.</summary>
/// <remarks>Counts are kept by the links and only read when somebody collects; the histogram costs nothing while nobody listens.</remarks>
public sealed class SmppMetrics : IDisposable
{
    public const string MeterName = "CarrierPay.Smpp";

    private static readonly LinkState[] States = Enum.GetValues<LinkState>();

    /// <summary>Seconds.</summary>
    private static readonly double[] Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _responses;
    private readonly Lock _gate = new();
    private LinkMeasures[] _links = [];

    public SmppMetrics()
    {
        _responses = _meter.CreateHistogram(
            "carrierpay.smpp.response.duration", "s", "From a request to its answer", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });
        Gauge("carrierpay.smpp.link.state", "{link}", "Links of this name that are in this state",
            link => States.Select(state => link.Of(link.InState(state), "state", NameOf(state))));
        Gauge("carrierpay.smpp.window.used", "{request}", "Requests in flight", link => [link.Of(link.InFlight)]);
        Gauge("carrierpay.smpp.window.waiting", "{request}", "Requests that wait for a place in the window or for the rate", link => [link.Of(link.Waiting)]);
        Gauge("carrierpay.smpp.window.size", "{request}", "Requests that may be in flight", link => [link.Of(link.WindowSize)]);
        Count("carrierpay.smpp.sent", "{request}", "Requests by what became of them: accepted, throttled, refused, or unknown: perhaps done, never answered", link =>
        [
            link.Of(link.Accepted, "outcome", "accepted"), link.Of(link.Throttled, "outcome", "throttled"),
            link.Of(link.Refused, "outcome", "refused"), link.Of(link.Unknown, "outcome", "unknown"),
        ]);
        Count("carrierpay.smpp.received", "{request}", "Requests of the SMSC by our answer: accepted, deferred (it brings them again), or refused", link =>
        [
            link.Of(link.PeerAccepted, "outcome", "accepted"), link.Of(link.PeerDeferred, "outcome", "deferred"), link.Of(link.PeerRefused, "outcome", "refused"),
        ]);
        Count("carrierpay.smpp.responses.late", "{response}", "Answers that came after their request was given up as unknown", link => [link.Of(link.Late)]);
        Count("carrierpay.smpp.responses.unmatched", "{response}", "Answers that belong to no request", link => [link.Of(link.Unmatched)]);
        Count("carrierpay.smpp.malformed", "{pdu}", "PDUs that could not be read", link => [link.Of(link.Malformed)]);
        Count("carrierpay.smpp.link.reconnects", "{bind}", "Binds after the first", link => [link.Of(link.Reconnects)]);
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>What counts for a link of this name. The link is not shown before <see cref="Show"/>: whoever collects asks it at once.</summary>
    internal LinkMeasures Measure(string name)
    {
        lock (_gate)
        {
            if (_links.FirstOrDefault(link => link.Name == name) is not { } measures)
            {
                measures = new LinkMeasures(name, _responses);
                _links = [.. _links, measures];
            }
            return measures;
        }
    }

    internal void Show(LinkMeasures measures, SmppClientLink link, int windowSize)
    {
        lock (_gate)
        {
            measures.Add(link, windowSize);
            if (!_links.Contains(measures))
            {
                // The last link of the name went while this one was being made.
                _links = [.. _links, measures];
            }
        }
    }

    /// <summary>The link is no more; with the last one of its name its counts go.</summary>
    internal void Forget(LinkMeasures measures, SmppClientLink link)
    {
        lock (_gate)
        {
            measures.Remove(link);
            if (measures.IsUnused)
            {
                _links = [.. _links.Where(other => other != measures)];
            }
        }
    }

    private static string NameOf(LinkState state) => state switch
    {
        LinkState.Connecting => "connecting",
        LinkState.Binding => "binding",
        LinkState.Bound => "bound",
        LinkState.Unbinding => "unbinding",
        LinkState.Waiting => "waiting",
        _ => "closed",
    };

    private void Gauge(string name, string unit, string description, Func<LinkMeasures, IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableGauge(name, () => Volatile.Read(ref _links).SelectMany(read), unit, description);

    private void Count(string name, string unit, string description, Func<LinkMeasures, IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableCounter(name, () => Volatile.Read(ref _links).SelectMany(read), unit, description);
}
