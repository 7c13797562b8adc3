namespace CarrierPay.Engine.Subscribers;

/// <summary>What a new SIM card means: whoever holds it may have taken the number over, and gets the codes that its SMS bring.</summary>
/// <remarks>
/// Pure. For a cooling time the wallet and the bank account are closed, and everything else has the limits of the lowest tier (connectors.md 5). Nothing that is
/// sent to the number can lift it: that would ask the one who is doubted.
/// </remarks>
public static class SimChange
{
    /// <summary>When the cooling time of the last new card ends, or ended; null = there was none.</summary>
    public static DateTimeOffset? CoolsUntil(SubscriberState subscriber, in Given given) => subscriber.SimChangedAt + given.Reference.Rules.SimCooling;

    /// <summary>Whether the card is that new.</summary>
    public static bool Cools(SubscriberState subscriber, in Given given) => CoolsUntil(subscriber, given) > given.Now;

    /// <summary>Whether money from there is closed to whoever has the number now.</summary>
    public static bool Closes(FundingKind source, SubscriberState subscriber, in Given given) =>
        source is FundingKind.Prepaid or FundingKind.Bank && Cools(subscriber, given);
}
