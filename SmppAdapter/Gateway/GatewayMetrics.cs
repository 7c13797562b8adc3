using System.Diagnostics.Metrics;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>What passes the gateway, counted. Tags hold outcomes only: no number, no text.</summary>
public sealed class GatewayMetrics : IDisposable
{
    public const string MeterName = "CarrierPay.Gateway";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Histogram<double> _answered;
    private Func<int> _boundLinks = static () => 0;

    public GatewayMetrics()
    {
        _received = _meter.CreateCounter<long>("carrierpay.gateway.received", "{message}", "Messages of SMSCs, by what became of them");
        _sent = _meter.CreateCounter<long>("carrierpay.gateway.sent", "{message}", "Messages to subscribers, by what became of them");
        _answered = _meter.CreateHistogram<double>("carrierpay.gateway.answer.duration", "s", "From a text to its deliver_sm_resp");
        _meter.CreateObservableGauge("carrierpay.gateway.links.bound", () => _boundLinks(), "{link}", "Links that are bound");
    }

    public void Dispose() => _meter.Dispose();

    internal void Observe(Func<int> boundLinks) => _boundLinks = boundLinks;

    internal void CountReceived(string outcome) => _received.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void CountSent(string outcome) => _sent.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Answered(TimeSpan after) => _answered.Record(after.TotalSeconds);
}
