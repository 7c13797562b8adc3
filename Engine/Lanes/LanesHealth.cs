namespace CarrierPay.Engine.Lanes;

/// <summary>Why the lanes cannot work now, for readiness; null while they can.</summary>
public sealed class LanesHealth
{
    private volatile string? _problem = "the lanes have not started";

    public string? Problem => _problem;

    internal void Report(string? problem) => _problem = problem;
}
