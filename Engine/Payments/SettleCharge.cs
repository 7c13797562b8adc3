using System.Diagnostics;
using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>Takes what a system that keeps money says about a debit: the payment is made, or not, or stays in doubt until that system says so.</summary>
/// <remarks>
/// "Not charged" counts only as the answer to a call's last attempt: whoever has taken it up since may have charged. Safe to repeat: an answer about a payment that has its outcome never changes it.
/// What was charged after all for a payment that was given up is undone, by a bank also what may have been (lanes.md 11); what cannot be undone by itself is left to a person.
/// In doubt, the charging system gets the same request again; a bank gets a reversal.
/// </remarks>
public static class SettleCharge
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { AskedByAnother, AlreadyDecided, ReversedAgain, GivenBack, Charged, NotCharged, Refunding, Reversing, AskedAgain, LeftToPerson }

    /// <summary>How long until it is tried again to begin a reversal that could not begin: no bank, or no number.</summary>
    private static readonly TimeSpan BeforeReversal = TimeSpan.FromSeconds(5);

    /// <summary>How long a call waits that an engine brings which has no such rail in its settings: another may have it.</summary>
    private static readonly TimeSpan WithoutRail = TimeSpan.FromMinutes(1);

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, ChargeAnswered answered, in Given given, Changes changes)
    {
        var call = answered.Call;
        var payment = subscriber.OpenPayments.Find(p => p.Id == call.Payment && p.Ended is null);
        if (answered.Verdict == ChargeVerdict.NotCharged && !subscriber.DeniedCalls.Contains(call.Id))
            return Outcome.AskedByAnother;
        if (payment is not { State: PaymentState.Charging or PaymentState.InDoubt })
            return AfterTheEnd(subscriber, payment, answered, given, changes);
        switch (answered.Verdict)
        {
            case ChargeVerdict.Charged:
                changes.EndCall(call, answered.Said);
                Succeed(subscriber, payment, given, changes);
                return Outcome.Charged;
            case ChargeVerdict.NotCharged:
                changes.EndCall(call, answered.Said);
                var reason = answered.Reason ?? PaymentOutcome.DeclinedBySource;
                GiveUp(subscriber, payment, reason, given, changes);
                OfferOtherSource.TryOffer(subscriber, payment, reason, given, changes);
                return Outcome.NotCharged;
            case ChargeVerdict.ChargedDifferently
                when call.Kind == ConnectorKind.OcsDebit && answered.TakenMinor is > 0 and var taken && OutsideCharge.TryRefund(subscriber, call, taken, given, changes):
                changes.EndCall(call, answered.Said);
                Doubt(subscriber, payment, PaymentState.Reversing, given, changes);
                return Outcome.Refunding;
            case ChargeVerdict.Unknown or ChargeVerdict.ChargedDifferently when call.Kind == ConnectorKind.BankDebit:
                return Reverse(subscriber, payment, answered, given, changes);
            case ChargeVerdict.Unknown:
                Doubt(subscriber, payment, PaymentState.InDoubt, given, changes);
                if (NextAttempt(call, given) is { } at)
                {
                    changes.PutOff(call, at, answered.Said);
                    return Outcome.AskedAgain;
                }
                changes.LeaveToPerson(call, WaitsFor.NoMoreRepeats, answered.Said);
                return Outcome.LeftToPerson;
            case ChargeVerdict.ChargedDifferently:
                Doubt(subscriber, payment, PaymentState.InDoubt, given, changes);
                var isOthers = call.Kind == ConnectorKind.OcsDebit && answered.TakenMinor is > 0 && !OcsRequest.FromJson(call.Request).IsFor(subscriber.Msisdn);
                changes.LeaveToPerson(call, isOthers ? WaitsFor.NumberChanged : WaitsFor.OtherAmount, answered.Said);
                return Outcome.LeftToPerson;
            default:
                throw new UnreachableException($"There is no verdict {answered.Verdict}.");
        }
    }

    /// <summary>When a call goes out again whose outcome is not known; null = a person decides.</summary>
    internal static DateTimeOffset? NextAttempt(ConnectorCall call, in Given given)
    {
        if (call.Bank.Length == 0)
            return given.Rails.Ocs is { } ocs ? ocs.Resends.Next(call, given.Now) : given.Now + WithoutRail;
        if (given.Rails.Banks.GetValueOrDefault(call.Bank) is not { } bank)
            return given.Now + WithoutRail;
        var schedule = call.Kind == ConnectorKind.BankCredit ? bank.Credits : new(bank.Reversals.Pauses, bank.Reversals.GiveUpAfter);
        return schedule.Next(call, given.Now);
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
        if (payment.Purpose == PaymentPurpose.Purchase)
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

    /// <summary>An answer about a payment that has its outcome, or is being reversed. Its outcome stays; what was taken all the same is undone.</summary>
    /// <param name="payment">Null = it has ended.</param>
    private static Outcome AfterTheEnd(SubscriberState subscriber, OpenPayment? payment, ChargeAnswered answered, in Given given, Changes changes)
    {
        var call = answered.Call;
        var number = call.Bank.Length == 0 ? OcsRequest.FromJson(call.Request).Number : BankRequest.FromJson(call.Request).Number;
        var recent = Recent(subscriber, number);
        var ended = payment is null ? recent?.Outcome : PaymentOutcome.Reversed;
        var isSettled = ended == PaymentOutcome.Succeeded || IsGivenBack(answered, ended);
        if (!isSettled && answered.Verdict is ChargeVerdict.Unknown or ChargeVerdict.NotCharged && call is { Kind: not ConnectorKind.BankDebit, Attempts: > 0 })
        {
            // Whoever had it asked again is told, and decides. If nobody had, it is not there any more, and nothing is written.
            changes.LeaveToPerson(call, WaitsFor.MovedAfterEnd, answered.Said);
            return Outcome.LeftToPerson;
        }
        if (isSettled || !MayHaveMoved(answered))
        {
            changes.EndCall(call, answered.Said);
            return Outcome.AlreadyDecided;
        }
        switch (call.Kind)
        {
            // To reverse what is reversed already does no harm; and the bank's "never had it" may be older than the debit, and still on its way to us.
            case ConnectorKind.BankDebit when ended is not null && OutsideCharge.TryReverse(call, given, changes):
                changes.EndCall(call, answered.Said);
                return Outcome.ReversedAgain;
            case ConnectorKind.BankDebit when ended is not null:
                changes.Keep(call);
                changes.PutOff(call, given.Now + BeforeReversal, answered.Said);
                return Outcome.AskedAgain;
            case ConnectorKind.OcsDebit when ended != PaymentOutcome.Reversed && recent is { } last && TakenMinor(answered) is { } taken && OutsideCharge.TryRefund(subscriber, call, taken, given, changes):
                changes.EndCall(call, answered.Said);
                // A refund is a charge of its own, and must not be made twice: the same answer may come again.
                subscriber.Recent.Add(last with { Outcome = PaymentOutcome.Reversed });
                subscriber.IsChanged = true;
                return Outcome.GivenBack;
            default:
                // A credit that was made although the wallet has its money again, a debit that people thought was not made, an amount that nobody knows, or a payment of
                // which nothing is remembered here.
                changes.Keep(call);
                changes.LeaveToPerson(call, WaitsFor.MovedAfterEnd, answered.Said);
                return Outcome.LeftToPerson;
        }
    }

    /// <summary>Whether money may have moved that must not stay there if the payment was given up. An engine that woke late may have sent a bank's debit, and nobody has its answer.</summary>
    private static bool MayHaveMoved(ChargeAnswered answered) => answered.Verdict switch
    {
        ChargeVerdict.NotCharged => false,
        ChargeVerdict.Unknown => answered.Call.Kind == ConnectorKind.BankDebit,
        ChargeVerdict.ChargedDifferently => answered.TakenMinor is null or > 0 || answered.Call.Kind == ConnectorKind.BankDebit,
        _ => true,
    };

    /// <summary>Another amount than the price was given back before the payment was reversed; the whole price was not, and people may have said that it never was taken.</summary>
    private static bool IsGivenBack(ChargeAnswered answered, PaymentOutcome? ended) =>
        answered is { Verdict: ChargeVerdict.ChargedDifferently, Call.Kind: ConnectorKind.OcsDebit } && ended == PaymentOutcome.Reversed;

    /// <summary>What the charging system took; null if it did not say so.</summary>
    private static long? TakenMinor(ChargeAnswered answered) =>
        answered.Verdict == ChargeVerdict.Charged ? OcsRequest.FromJson(answered.Call.Request).AmountMinor : answered.TakenMinor;

    private static RecentPayment? Recent(SubscriberState subscriber, int number)
    {
        foreach (var recent in subscriber.Recent.NewestFirst())
        {
            if (recent.Number == number)
                return recent;
        }
        return null;
    }
}
