using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>Takes what a system that keeps money says about a refund or reversal of what should not have been charged.</summary>
/// <remarks>Safe to repeat. Only a clear yes ends a payment; anything else is asked again until a person has to decide.</remarks>
public static class UndoCharge
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { NotBelievedYet, Ended, AlreadyEnded, AskedAgain, LeftToPerson }

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, UndoAnswered answered, in Given given, Changes changes)
    {
        var call = answered.Call;
        switch (answered.Verdict)
        {
            case UndoVerdict.NothingThere when LateUntil(call, given) is { } until && given.Now < until:
                changes.PutOff(call, until, answered.Said);
                return Outcome.NotBelievedYet;
            case UndoVerdict.Undone or UndoVerdict.NothingThere:
                return End(subscriber, answered, given, changes);
            default:
                if (answered.Verdict != UndoVerdict.Refused && Next(call, given) is { } next)
                {
                    changes.PutOff(call, next, answered.Said);
                    return Outcome.AskedAgain;
                }
                changes.LeaveToPerson(call, answered.Verdict == UndoVerdict.Refused ? WaitsFor.Refused : WaitsFor.NoMoreRepeats, answered.Said);
                return Outcome.LeftToPerson;
        }
    }

    private static Outcome End(SubscriberState subscriber, UndoAnswered answered, in Given given, Changes changes)
    {
        changes.EndCall(answered.Call, answered.Said);
        if (subscriber.OpenPayments.Find(p => p.Id == answered.Call.Payment && p is { Ended: null, State: PaymentState.Reversing }) is not { } payment)
            return Outcome.AlreadyEnded; // one more reversal of what had ended
        SettleCharge.GiveUp(subscriber, payment, PaymentOutcome.Reversed, given, changes);
        return Outcome.Ended;
    }

    /// <summary>Until then the debit may still arrive at the bank after its reversal: an engine that was frozen may send it.</summary>
    private static DateTimeOffset? LateUntil(ConnectorCall call, in Given given) =>
        given.Rails.Banks.GetValueOrDefault(call.Bank) is { } bank ? call.CreatedAt + bank.LateAnswers : null;

    private static DateTimeOffset? Next(ConnectorCall call, in Given given)
    {
        if (call.Kind == ConnectorKind.OcsRefund)
            return given.Rails.Ocs is { } ocs ? ocs.Resends.Next(call, given.Now) : given.Now + TimeSpan.FromMinutes(1);
        if (given.Rails.Banks.GetValueOrDefault(call.Bank) is not { } bank)
            return given.Now + TimeSpan.FromMinutes(1);
        var pauses = bank.Reversals.Pauses;
        return given.Now - call.CreatedAt < bank.Reversals.GiveUpAfter ? given.Now + pauses[Math.Min(call.Attempts, pauses.Count - 1)] : null;
    }
}
