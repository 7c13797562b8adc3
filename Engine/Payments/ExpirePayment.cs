using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>Ends a payment whose time has come: no price in time, or no answer in time. Nothing is charged. Of a charge that takes long the subscriber is told.</summary>
/// <remarks>Safe to repeat, and to bring too early: only the time in the state decides.</remarks>
public static class ExpirePayment
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { NotOpen, NotDueYet, BeingChecked, NoPrice, Expired }

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, PaymentDue due, in Given given, Changes changes)
    {
        var payment = subscriber.OpenPayments.Find(p => p.Id == due.Payment && p.Ended is null);
        if (payment is null)
            return Outcome.NotOpen;
        if (payment.IsCharging && given.Now >= payment.DueAt)
        {
            SettleCharge.Doubt(subscriber, payment, payment.State, given, changes); // only the answer ends it
            return Outcome.BeingChecked;
        }
        if (!End(subscriber, payment, given, changes))
            return Outcome.NotDueYet;
        return payment.Ended == PaymentOutcome.Expired ? Outcome.Expired : Outcome.NoPrice;
    }

    /// <summary>Ends the payment if its time is over and nothing else than time decides about it.</summary>
    internal static bool End(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes)
    {
        if (given.Now < payment.DueAt)
            return false;
        PaymentOutcome? outcome = payment.State switch
        {
            PaymentState.Quoting => PaymentOutcome.DeclinedNoPrice,
            PaymentState.AwaitingConfirmation => PaymentOutcome.Expired,
            _ => null, // a charge under way is not ended by a clock
        };
        if (outcome is not { } ended)
            return false;
        PricePayment.Decline(subscriber, payment, ended, given, changes);
        return true;
    }
}
