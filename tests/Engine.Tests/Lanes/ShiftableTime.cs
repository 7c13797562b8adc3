namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>The system's clock, shifted as a test likes.</summary>
internal sealed class ShiftableTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
}
