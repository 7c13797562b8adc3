namespace CarrierPay.Engine.Protocols.Iso8583.Links;

/// <summary>How long a connection waits before it is made again: exponential with full jitter, so that many do not come back at once.</summary>
/// <param name="chance">0 to 1.</param>
internal sealed class ReconnectPauses(TimeSpan min, TimeSpan max, Func<double> chance)
{
    /// <summary>2^16 times the shortest pause is beyond any maximum.</summary>
    private const int MostDoublings = 16;

    private int _failures;

    /// <param name="lasted">How long the connection was signed on. One that lived longer than the longest pause starts again with the shortest.</param>
    public TimeSpan Next(TimeSpan lasted)
    {
        if (lasted > max) _failures = 0;
        var bound = min * Math.Pow(2, Math.Min(_failures, MostDoublings));
        _failures++;
        return (bound < max ? bound : max) * chance();
    }
}
