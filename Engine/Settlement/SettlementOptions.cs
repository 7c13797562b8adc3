namespace CarrierPay.Engine.Settlement;

/// <summary>When periods close and books are proved.</summary>
public sealed class SettlementOptions
{
    public const string Section = "CarrierPay:Settlement";

    /// <summary>The time of day, in the installation's time zone, at which the period of the ledger is closed.</summary>
    public TimeOnly CutOff { get; set; } = TimeOnly.MinValue;

    /// <summary>The time of day, in the installation's time zone, at which the stored balances are compared with the ledger.</summary>
    public TimeOnly ProofAt { get; set; } = new(3, 30);
}
