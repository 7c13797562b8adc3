using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>Confirms the open payment that a code belongs to, and charges it.</summary>
/// <remarks>
/// Safe to repeat: the code of a payment that is finished gets its end told again. A code is always needed, because a repeated text cannot be told from a new one.
/// </remarks>
public static class ConfirmPayment
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { AccountBlocked, CodeNeeded, Expired, Declined, Charging, Charged, BeingChecked, AlreadyPaid, AlreadyEnded, NothingToConfirm, CodesLocked, WrongCode }

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    /// <param name="code">As typed; null for a bare yes.</param>
    /// <param name="fingerprint">Of the text, the same when it is delivered again: a wrong code counts once.</param>
    public static Outcome Decide(SubscriberState subscriber, string? code, int fingerprint, in Given given, Changes changes)
    {
        var payment = code is null ? null : CodeAnswer.Find(subscriber, code, given);
        if (subscriber.Status != SubscriberStatus.Active)
            return Refuse(subscriber, payment, given, changes);
        if (payment is not null)
        {
            CodeAnswer.NoteRight(subscriber);
            if (ExpirePayment.End(subscriber, payment, given, changes))
                return Outcome.Expired;
            if (PricePayment.Obstacle(subscriber, payment, given) is { } reason)
            {
                Decline(subscriber, payment, reason, given, changes);
                return Outcome.Declined;
            }
            return FundingSources.IsOutside(payment.Source, given)
                ? ChargeOutside(subscriber, payment, given, changes)
                : Charge(subscriber, payment, given, changes);
        }

        if (code is not null && CodeAnswer.AnswerForCharging(subscriber, code, given, changes))
            return Outcome.BeingChecked;
        if (code is not null && CodeAnswer.AnswerForFinished(subscriber, code, given, changes) is { } finished)
            return finished.Outcome == PaymentOutcome.Succeeded ? Outcome.AlreadyPaid : Outcome.AlreadyEnded;
        var awaiting = CodeAnswer.Awaiting(subscriber, given);
        if (awaiting.Count == 0)
        {
            changes.Tell(TextTemplate.NothingToConfirm);
            return Outcome.NothingToConfirm;
        }
        if (code is null)
        {
            changes.Tell(TextTemplate.CodeNeeded);
            return Outcome.CodeNeeded;
        }
        return CodeAnswer.CountWrong(subscriber, fingerprint, awaiting, given, changes) ? Outcome.CodesLocked : Outcome.WrongCode;
    }

    private static Outcome Refuse(SubscriberState subscriber, OpenPayment? payment, in Given given, Changes changes)
    {
        if (payment is not null)
            PricePayment.Decline(subscriber, payment, PaymentOutcome.DeclinedAccountBlocked, given, changes);
        else
            changes.Tell(subscriber.Status == SubscriberStatus.Closed ? TextTemplate.AccountNotActive : TextTemplate.AccountBlocked);
        return Outcome.AccountBlocked;
    }

    private static void Decline(SubscriberState subscriber, OpenPayment payment, PaymentOutcome reason, in Given given, Changes changes)
    {
        PricePayment.Decline(subscriber, payment, reason, given, changes);
        OfferOtherSource.TryOffer(subscriber, payment, reason, given, changes);
    }

    private static Outcome Charge(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes)
    {
        FundingSources.Charge(subscriber, payment, given, changes);
        AccountLimits.Take(subscriber, payment.AmountMinor, given);
        if (given.Reference.Find(payment.Merchant) is { WantsNotices: true })
            changes.Notify(payment);
        changes.Consent(payment);
        changes.Finish(payment, PaymentOutcome.Succeeded, given.Now);
        PaymentTexts.Receipt(subscriber, payment, given, changes);
        return Outcome.Charged;
    }

    /// <summary>Somebody else keeps the money: it is asked after the commit, and its answer is <see cref="SettleCharge"/>'s affair. The limits are taken now.</summary>
    private static Outcome ChargeOutside(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes)
    {
        var acceptor = given.Reference.Find(payment.Merchant)?.Keyword ?? "";
        if (OutsideCharge.Begin(subscriber, payment, acceptor, given, changes) is { } reason)
        {
            Decline(subscriber, payment, reason, given, changes);
            return Outcome.Declined;
        }
        if (payment.Purpose == PaymentPurpose.Purchase)
            AccountLimits.Take(subscriber, payment.AmountMinor, given);
        changes.Consent(payment);
        return Outcome.Charging;
    }
}
