using System.Diagnostics;
using CarrierPay.Engine.Funding.Prepaid;
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
    /// <summary>The price is being charged; to cash out, it leaves the wallet.</summary>
    /// <exception cref="InvalidOperationException">The wallet has not so much.</exception>
    public static void Begin(SubscriberState subscriber, OpenPayment payment, Changes changes)
    {
        var (from, owner) = (Keeper(payment), (long)payment.BankNumber);
        if (payment.Purpose == PaymentPurpose.CashOut)
        {
            PrepaidAccount.Charge(subscriber, payment.AmountMinor);
            (from, owner) = (ChartAccount.Prepaid, subscriber.Id.Value);
        }
        Move(from, owner, Of(payment.Source), subscriber.Id.Value, TransferKind.ChargeBegun, payment, changes);
    }

    /// <summary>It was charged, and is owed to the merchant; or it is in the wallet, or has left it for good.</summary>
    public static void Pay(SubscriberState subscriber, OpenPayment payment, Changes changes)
    {
        var (to, owner, kind) = payment.Purpose switch
        {
            PaymentPurpose.TopUp => (PutInWallet(subscriber, payment), subscriber.Id.Value, TransferKind.TopUp),
            PaymentPurpose.CashOut => (Keeper(payment), payment.BankNumber, TransferKind.CashOut),
            _ => (ChartAccount.MerchantPayable, payment.Merchant.Value, TransferKind.Payment),
        };
        Move(Of(payment.Source), subscriber.Id.Value, to, owner, kind, payment, changes);
    }

    /// <summary>It was not charged, or was given back.</summary>
    public static void Undo(SubscriberState subscriber, OpenPayment payment, Changes changes)
    {
        var (to, owner) = (Keeper(payment), (long)payment.BankNumber);
        if (payment.Purpose == PaymentPurpose.CashOut)
        {
            (to, owner) = (PutInWallet(subscriber, payment), subscriber.Id.Value);
        }
        Move(Of(payment.Source), subscriber.Id.Value, to, owner, TransferKind.ChargeUndone, payment, changes);
    }

    /// <summary>Where the price of a payment from this source stands meanwhile.</summary>
    /// <exception cref="UnreachableException">Nobody else keeps money of this source.</exception>
    public static ChartAccount Of(FundingKind source) => source switch
    {
        FundingKind.Airtime => ChartAccount.AirtimeSuspense,
        FundingKind.PhoneBill => ChartAccount.PhoneBillSuspense,
        FundingKind.Bank => ChartAccount.BankSuspense,
        _ => throw new UnreachableException($"Nobody but us keeps the money of {source}."),
    };

    /// <summary>A wallet that is closed takes nothing any more: what comes for it stands apart (lanes.md 20).</summary>
    private static ChartAccount PutInWallet(SubscriberState subscriber, OpenPayment payment)
    {
        if (subscriber.Status == SubscriberStatus.Closed)
            return ChartAccount.Unclaimed;
        PrepaidAccount.PutBack(subscriber, payment.AmountMinor);
        return ChartAccount.Prepaid;
    }

    private static ChartAccount Keeper(OpenPayment payment) => payment.Source == FundingKind.Bank ? ChartAccount.Bank : ChartAccount.ChargingSystem;

    private static void Move(ChartAccount debit, long debitOwner, ChartAccount credit, long creditOwner, TransferKind kind, OpenPayment payment, Changes changes) =>
        changes.Transfer(debit, debitOwner, credit, creditOwner, kind, payment.AmountMinor, payment.Currency, payment.Id);
}
