using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Funding.PhoneBill;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>Undoes a charge that the billing system did not take: nobody will send the subscriber a bill for it, so the subscriber owes nothing.</summary>
/// <remarks>
/// Safe to repeat: what is undone is not among the rejected charges any more. The whole amount comes off; who bears it was decided by the rejection's code.
/// What the merchant bears is owed to it no more; if it was settled already, the correction counts in the settlement of the period that is open now.
/// </remarks>
public static class UndoRejectedCharge
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { AlreadyUndone, Undone }

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, ChargeRejected charge, in Given given, Changes changes)
    {
        if (subscriber.RejectedCharges.Find(r => r.Payment == charge.Payment) is not { } rejected)
            return Outcome.AlreadyUndone;

        var (bearer, owner) = rejected.Bearer == RejectionBearer.Merchant
            ? (ChartAccount.MerchantPayable, (long)rejected.Merchant.Value)
            : (ChartAccount.RejectedCharges, 0);
        PhoneBillAccount.TakeOff(subscriber, rejected.AmountMinor, rejected.ChargedAt, given);
        AccountLimits.GiveBack(subscriber, rejected.AmountMinor, rejected.ChargedAt, given);
        changes.Transfer(
            bearer, owner, ChartAccount.PhoneBillReceivable, subscriber.Id.Value, TransferKind.RejectedCharge, rejected.AmountMinor, rejected.Currency, rejected.Payment);
        RememberAsReversed(subscriber, rejected);
        changes.Undo(rejected);
        changes.TellLater(
            rejected.Payment, TextTemplate.TakenOffBill, rejected.Reference, PaymentTexts.Amount(subscriber, rejected.AmountMinor), rejected.MerchantName);
        return Outcome.Undone;
    }

    /// <summary>Whoever sends its code again is not told that it is paid.</summary>
    private static void RememberAsReversed(SubscriberState subscriber, RejectedCharge rejected)
    {
        foreach (var recent in subscriber.Recent.NewestFirst())
        {
            if (PaymentReference.Of(subscriber.Id, recent.Number) == rejected.Reference)
                subscriber.Recent.Add(recent with { Outcome = PaymentOutcome.Reversed });
        }
    }
}
