using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>How long a link waits before it connects again: exponential with full jitter, so that many links do not come back at once.</summary>
internal sealed class ReconnectBackoff(SmppLinkOptions options)
{
    /// <summary>2^16 times the shortest pause is beyond any maximum.</summary>
    private const int MostDoublings = 16;

    private int _failures;

    /// <param name="end">How the last session ended.</param>
    /// <param name="lasted">From the start of connecting to that end. A link that lived longer than the longest pause starts again with the shortest.</param>
    public TimeSpan Next(SessionEnd end, TimeSpan lasted)
    {
        if (lasted > options.ReconnectMax)
        {
            _failures = 0;
        }
        var bound = Min(options.ReconnectMin * Math.Pow(2, Math.Min(_failures, MostDoublings)), options.ReconnectMax);
        _failures++;
        return end switch
        {
            { Reason: SessionEndReason.BindRefused, BindStatus: CommandStatus.RALYBND } => options.AlreadyBoundPause,
            { Reason: SessionEndReason.BindRefused, BindStatus: CommandStatus.RINVPASWD or CommandStatus.RINVSYSID } => options.RefusedPause,
            _ => bound * Random.Shared.NextDouble(),
        };
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
