using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>The subscriber says no to a payment that awaits an answer.</summary>
/// <remarks>Safe to repeat: the code of a payment that is finished gets its end told again. Without a code it counts if exactly one payment awaits it: a no moves no money.</remarks>
public static class CancelPayment
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { Expired, Cancelled, BeingChecked, AlreadyEnded, NothingToCancel, CodeNeeded, CodesLocked, WrongCode }

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    /// <param name="code">As typed; null for a bare no.</param>
    /// <param name="fingerprint">Of the text, the same when it is delivered again: a wrong code counts once.</param>
    public static Outcome Decide(SubscriberState subscriber, string? code, int fingerprint, in Given given, Changes changes)
    {
        var awaiting = CodeAnswer.Awaiting(subscriber, given);
        var payment = code is not null ? CodeAnswer.Find(subscriber, code, given) : awaiting.Count == 1 ? awaiting[0] : null;
        if (payment is not null)
        {
            if (code is not null)
                CodeAnswer.NoteRight(subscriber);
            if (ExpirePayment.End(subscriber, payment, given, changes))
                return Outcome.Expired;
            PricePayment.Decline(subscriber, payment, PaymentOutcome.Cancelled, given, changes);
            return Outcome.Cancelled;
        }

        if (code is not null && CodeAnswer.AnswerForCharging(subscriber, code, given, changes))
            return Outcome.BeingChecked;
        if (code is not null && CodeAnswer.AnswerForFinished(subscriber, code, given, changes) is not null)
            return Outcome.AlreadyEnded;
        if (awaiting.Count == 0)
        {
            changes.Tell(TextTemplate.NothingToConfirm);
            return Outcome.NothingToCancel;
        }
        if (code is null)
        {
            changes.Tell(TextTemplate.CodeNeeded);
            return Outcome.CodeNeeded;
        }
        return CodeAnswer.CountWrong(subscriber, fingerprint, awaiting, given, changes) ? Outcome.CodesLocked : Outcome.WrongCode;
    }
}
