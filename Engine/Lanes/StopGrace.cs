namespace CarrierPay.Engine.Lanes;

/// <summary>How long calls under way may still be answered when the process stops: one span for all connectors together, from the first that stops.</summary>
/// <remarks>One after the other they would use up the host's time, and the lanes, which stop after them, would have none to write what they decided and to sign off.</remarks>
public sealed class StopGrace(TimeProvider time)
{
    /// <summary>Most answers come within it; a system that hangs gets no more.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromSeconds(2);

    private readonly Lazy<Task> _over = new(() => Task.Delay(Span, time));

    /// <summary>Begins the span, if nobody has; it ends with this task.</summary>
    public Task Begin() => _over.Value;
}
