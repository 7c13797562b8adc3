using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Lanes;

/// <summary>What the lanes do, counted. Tags hold outcomes only: no number, no text.</summary>
public sealed class LanesMetrics : IDisposable
{
    public const string MeterName = "CarrierPay.Lanes";

    // InsufficientFunds -> insufficient_funds, so that a dashboard reads like the others.
    private static readonly FrozenDictionary<PaymentOutcome, string> Outcomes = Enum.GetValues<PaymentOutcome>().ToFrozenDictionary(
        outcome => outcome,
        outcome => string.Concat(outcome.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString())));

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _events;
    private readonly Counter<long> _payments;
    private readonly Counter<long> _failures;
    private readonly Histogram<int> _batches;
    private readonly Histogram<double> _commits;
    private long _parked;
    private long _outboxAgeMilliseconds;
    private long _doubts;
    private long _inDoubt;
    private long _reversing;
    private Func<int> _waiting = static () => 0;

    public LanesMetrics()
    {
        _events = _meter.CreateCounter<long>("carrierpay.lanes.events", "{event}", "Events, by what became of them");
        _payments = _meter.CreateCounter<long>("carrierpay.lanes.payments", "{payment}", "Payments that became final, by outcome");
        _failures = _meter.CreateCounter<long>("carrierpay.lanes.batch.failures", "{batch}", "Batches that were tried again, split, or whose commit was looked up");
        _batches = _meter.CreateHistogram<int>("carrierpay.lanes.batch.size", "{event}", "Events in one transaction",
            advice: new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });
        _commits = _meter.CreateHistogram<double>("carrierpay.lanes.commit.duration", "s", "How long a commit took to be answered",
            advice: new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 10] });
        _meter.CreateObservableGauge("carrierpay.lanes.waiting", () => _waiting(), "{event}", "Events that wait for their lane");
        _meter.CreateObservableGauge("carrierpay.lanes.parked", () => Volatile.Read(ref _parked), "{event}", "Events that always fail and wait for a person");
        _meter.CreateObservableGauge("carrierpay.lanes.outbox.age", () => Volatile.Read(ref _outboxAgeMilliseconds) / 1000.0, "s", "Age of the oldest message that no SMSC has accepted");
        _meter.CreateObservableGauge("carrierpay.lanes.doubts", () => Volatile.Read(ref _doubts), "{request}", "Requests about money that wait for a person to decide");
        _meter.CreateObservableGauge("carrierpay.lanes.in_doubt", () => Volatile.Read(ref _inDoubt), "{payment}", "Payments of which it is not known whether they were charged");
        _meter.CreateObservableGauge("carrierpay.lanes.reversing", () => Volatile.Read(ref _reversing), "{payment}", "Payments that are being undone where the money is kept");
    }

    public void Dispose() => _meter.Dispose();

    internal void Observe(Func<int> waiting) => _waiting = waiting;

    internal void Batch(int events, TimeSpan commit, IReadOnlyList<EndedPayment> ended)
    {
        _batches.Record(events);
        _commits.Record(commit.TotalSeconds);
        foreach (var payment in ended)
            _payments.Add(1, new KeyValuePair<string, object?>("outcome", Outcomes[payment.Outcome]));
    }

    internal void Event(EventFate fate) => _events.Add(1, new KeyValuePair<string, object?>("fate", fate switch
    {
        EventFate.Decided => "decided",
        EventFate.Parked => "parked",
        EventFate.Misrouted => "misrouted",
        _ => "not_decided",
    }));

    /// <param name="kind">What was done about it: retried, split, looked_up.</param>
    internal void Failure(string kind) => _failures.Add(1, new KeyValuePair<string, object?>("kind", kind));

    internal void Backlog(long parked, TimeSpan outboxAge)
    {
        Volatile.Write(ref _parked, parked);
        Volatile.Write(ref _outboxAgeMilliseconds, (long)outboxAge.TotalMilliseconds);
    }

    /// <param name="waiting">Requests that wait for a person.</param>
    internal void Doubts(long waiting, long inDoubt, long reversing)
    {
        Volatile.Write(ref _doubts, waiting);
        Volatile.Write(ref _inDoubt, inDoubt);
        Volatile.Write(ref _reversing, reversing);
    }
}
