namespace CarrierPay.Engine.Messaging.Deliveries;

/// <summary>What became of a message on the air, as its SMSC says. Numbers stand in the database and never change; they are SMPP's own.</summary>
/// <remarks>SMPP 3.4, section 5.2.28; scheduled and skipped: SMPP 5.0.</remarks>
public enum DeliveryState : short
{
    /// <summary>The receipt did not say, or in no known word.</summary>
    NotTold = -1,
    Scheduled = 0,
    Enroute = 1,
    Delivered = 2,
    Expired = 3,
    Deleted = 4,
    Undeliverable = 5,
    Accepted = 6,
    Unknown = 7,
    Rejected = 8,
    Skipped = 9,
}

/// <summary>What a state means for the next one.</summary>
public static class DeliveryStates
{
    /// <summary>False while another receipt is to be expected.</summary>
    public static bool IsFinal(this DeliveryState state) =>
        state is not (DeliveryState.NotTold or DeliveryState.Scheduled or DeliveryState.Enroute or DeliveryState.Accepted);
}
