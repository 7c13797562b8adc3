using System.Diagnostics.Metrics;

namespace CarrierPay.Admin.Web;

/// <summary>Admin's own figures: attempts to sign in, and decisions about settlements and doubts, each by outcome.</summary>
public sealed class AdminMetrics : IDisposable
{
    private readonly Meter _meter = new("CarrierPay.Admin");
    private readonly Counter<long> _signIns;
    private readonly Counter<long> _decisions;

    public AdminMetrics()
    {
        _signIns = _meter.CreateCounter<long>("carrierpay.admin.sign_ins", description: "Attempts to sign in, by outcome.");
        _decisions = _meter.CreateCounter<long>("carrierpay.admin.decisions", description: "Decisions about settlements and doubts that were asked for, by kind and outcome.");
    }

    public void SignIn(string outcome) => _signIns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Decision(string kind, string outcome) =>
        _decisions.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
