using System.Diagnostics;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding;

/// <summary>The books of a charge that somebody else makes: from the question on its price stands in suspense, and leaves it when the answer is known.</summary>
/// <remarks>
/// Pure. What a subscriber has in suspense is always the sum of the open payments that are charging, in doubt or reversing. Suspense is kept by source,
/// so that settlement sees where a payment came from.
/// </remarks>
public static class Suspense
{
    /// <summary>The price is being charged.</summary>
    public static void Begin(SubscriberState subscriber, OpenPayment payment, Changes changes) => changes.Transfer(
        Keeper(payment), payment.BankNumber, Of(payment.Source), subscriber.Id.Value, TransferKind.ChargeBegun, payment.AmountMinor, payment.Currency, payment.Id);

    /// <summary>It was charged, and is owed to the merchant.</summary>
    public static void Pay(SubscriberState subscriber, OpenPayment payment, Changes changes) => changes.Transfer(
        Of(payment.Source), subscriber.Id.Value, ChartAccount.MerchantPayable, payment.Merchant.Value, TransferKind.Payment, payment.AmountMinor, payment.Currency, payment.Id);

    /// <summary>It was not charged, or was given back.</summary>
    public static void Undo(SubscriberState subscriber, OpenPayment payment, Changes changes) => changes.Transfer(
        Of(payment.Source), subscriber.Id.Value, Keeper(payment), payment.BankNumber, TransferKind.ChargeUndone, payment.AmountMinor, payment.Currency, payment.Id);

    /// <summary>Where the price of a payment from this source stands meanwhile.</summary>
    /// <exception cref="UnreachableException">Nobody else keeps money of this source.</exception>
    public static ChartAccount Of(FundingKind source) => source switch
    {
        FundingKind.Airtime => ChartAccount.AirtimeSuspense,
        FundingKind.PhoneBill => ChartAccount.PhoneBillSuspense,
        FundingKind.Bank => ChartAccount.BankSuspense,
        _ => throw new UnreachableException($"Nobody but us keeps the money of {source}."),
    };

    private static ChartAccount Keeper(OpenPayment payment) => payment.Source == FundingKind.Bank ? ChartAccount.Bank : ChartAccount.ChargingSystem;
}
