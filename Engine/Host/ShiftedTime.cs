namespace CarrierPay.Engine.Host;

/// <summary>The system's clock shifted by <c>CarrierPay:Clock:Offset</c>, for tests: midnight and a month's end without touching the machine's clock.</summary>
internal sealed class ShiftedTime(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
}
