using System.Diagnostics;
using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>Takes what a system that keeps money says about a debit: the payment is made, or not, or stays in doubt until that system says so.</summary>
/// <remarks>
/// Safe to repeat: an answer about a payment that has its outcome changes nothing. Only a bank that says late that it did charge what was given up is asked to
/// undo it once more (lanes.md 11). In doubt, the charging system gets the same request again; a bank gets a reversal.
/// </remarks>
public static class SettleCharge
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { AlreadyDecided, ReversedAgain, Charged, NotCharged, Refunding, Reversing, AskedAgain, LeftToPerson }

    /// <summary>How long until it is tried again to begin a reversal that could not begin: no bank, or no number.</summary>
    private static readonly TimeSpan BeforeReversal = TimeSpan.FromSeconds(5);

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, ChargeAnswered answered, in Given given, Changes changes)
    {
        var call = answered.Call;
        var payment = subscriber.OpenPayments.Find(p => p.Id == call.Payment && p.Ended is null);
        if (payment is not { State: PaymentState.Charging or PaymentState.InDoubt })
        {
            changes.EndCall(call, answered.Said);
            return payment is null && IsGivenUp(subscriber, answered) && OutsideCharge.TryReverse(call, given, changes) ? Outcome.ReversedAgain : Outcome.AlreadyDecided;
        }
        switch (answered.Verdict)
        {
            case ChargeVerdict.Charged:
                changes.EndCall(call, answered.Said);
                Succeed(subscriber, payment, given, changes);
                return Outcome.Charged;
            case ChargeVerdict.NotCharged:
                changes.EndCall(call, answered.Said);
                GiveUp(subscriber, payment, answered.Reason ?? PaymentOutcome.DeclinedBySource, given, changes);
                return Outcome.NotCharged;
            case ChargeVerdict.ChargedDifferently when answered.TakenMinor is { } taken && OutsideCharge.TryRefund(subscriber, payment, taken, given, changes):
                changes.EndCall(call, answered.Said);
                Doubt(subscriber, payment, PaymentState.Reversing, given, changes);
                return Outcome.Refunding;
            case ChargeVerdict.Unknown or ChargeVerdict.ChargedDifferently when call.Kind == ConnectorKind.BankDebit:
                return Reverse(subscriber, payment, answered, given, changes);
            case ChargeVerdict.Unknown:
                Doubt(subscriber, payment, PaymentState.InDoubt, given, changes);
                // Without a charging system there is no schedule either: the engine that has one finds the call.
                var next = given.Rails.Ocs is { } ocs ? ocs.Resends.Next(call, given.Now) : given.Now + BeforeReversal;
                if (next is { } at)
                {
                    changes.PutOff(call, at, answered.Said);
                    return Outcome.AskedAgain;
                }
                changes.LeaveToPerson(call, WaitsFor.NoMoreRepeats, answered.Said);
                return Outcome.LeftToPerson;
            case ChargeVerdict.ChargedDifferently:
                Doubt(subscriber, payment, PaymentState.InDoubt, given, changes);
                changes.LeaveToPerson(call, WaitsFor.OtherAmount, answered.Said);
                return Outcome.LeftToPerson;
            default:
                throw new UnreachableException($"There is no verdict {answered.Verdict}.");
        }
    }

    /// <summary>The payment is made.</summary>
    internal static void Succeed(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes)
    {
        Suspense.Pay(subscriber, payment, changes);
        if (given.Reference.Find(payment.Merchant) is { WantsNotices: true })
            changes.Notify(payment);
        changes.Finish(payment, PaymentOutcome.Succeeded, given.Now);
        PaymentTexts.Receipt(subscriber, payment, given, changes);
    }

    /// <summary>The payment is not made: nothing was taken, or it was given back.</summary>
    internal static void GiveUp(SubscriberState subscriber, OpenPayment payment, PaymentOutcome outcome, in Given given, Changes changes)
    {
        Suspense.Undo(subscriber, payment, changes);
        AccountLimits.GiveBack(subscriber, payment.AmountMinor, payment.ChargedAt ?? given.Now, given);
        PricePayment.Decline(subscriber, payment, outcome, given, changes);
    }

    /// <summary>It is not known how the payment ends. The subscriber is told, once.</summary>
    internal static void Doubt(SubscriberState subscriber, OpenPayment payment, PaymentState state, in Given given, Changes changes)
    {
        payment.State = state;
        payment.IsChanged = true;
        if (payment.IsBeingChecked)
            return;
        payment.DueAt = DateTimeOffset.MaxValue;
        PaymentTexts.BeingChecked(subscriber, payment, given, changes);
    }

    private static Outcome Reverse(SubscriberState subscriber, OpenPayment payment, ChargeAnswered answered, in Given given, Changes changes)
    {
        if (!OutsideCharge.TryReverse(answered.Call, given, changes))
        {
            Doubt(subscriber, payment, PaymentState.InDoubt, given, changes);
            changes.PutOff(answered.Call, given.Now + BeforeReversal, answered.Said);
            return Outcome.AskedAgain;
        }
        changes.EndCall(answered.Call, answered.Said);
        Doubt(subscriber, payment, PaymentState.Reversing, given, changes);
        return Outcome.Reversing;
    }

    /// <summary>Whether a bank charged a payment that has ended otherwise.</summary>
    private static bool IsGivenUp(SubscriberState subscriber, ChargeAnswered answered)
    {
        if (answered.Call.Kind != ConnectorKind.BankDebit || answered.Verdict is not (ChargeVerdict.Charged or ChargeVerdict.ChargedDifferently))
            return false;
        var number = BankRequest.FromJson(answered.Call.Request).Number;
        foreach (var recent in subscriber.Recent.NewestFirst())
        {
            if (recent.Number == number)
                return recent.Outcome != PaymentOutcome.Succeeded;
        }
        return false; // long ago: the bank's statement finds it
    }
}
