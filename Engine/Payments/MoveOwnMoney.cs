using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>A subscriber wants money in the wallet from where it is elsewhere, or out of it: asks for the confirmation. From there on it is a payment like any other, to oneself.</summary>
/// <remarks>
/// Safe to repeat, as <see cref="RequestPayment"/>. It is no spending: the limits of a day and month are not touched, the limit of one payment and the wallet's cap hold.
/// </remarks>
public static class MoveOwnMoney
{
    /// <param name="IsOut">Out of the wallet; else into it.</param>
    /// <param name="AmountMinor">Above 0, minor units of the subscriber's currency.</param>
    /// <param name="Elsewhere">Where it comes from or goes to; null = the bank account, or airtime.</param>
    /// <param name="Fingerprint">Of the text, the same when it is delivered again.</param>
    /// <param name="ReplyPath">Where the answers go.</param>
    public sealed record Request(bool IsOut, long AmountMinor, FundingKind? Elsewhere, int Fingerprint, string ReplyPath);

    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { AccountBlocked, AnsweredAgain, TooManyOpen, SourceUnavailable, Declined, Prompted }

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, Request request, in Given given, Changes changes)
    {
        if (subscriber.Status != SubscriberStatus.Active)
        {
            changes.Tell(subscriber.Status == SubscriberStatus.Closed ? TextTemplate.AccountNotActive : TextTemplate.AccountBlocked);
            return Outcome.AccountBlocked;
        }
        if (RequestPayment.AnswerRepeat(subscriber, request.Fingerprint, given, changes) is not null)
            return Outcome.AnsweredAgain;
        if (subscriber.OpenPayments.Count(p => p.Ended is null) >= given.Reference.Rules.MaxOpenPayments)
        {
            changes.Tell(TextTemplate.TooManyOpen);
            return Outcome.TooManyOpen;
        }
        var payment = Make(subscriber, request, given);
        // What is kept here itself cannot be moved to here.
        var closed = FundingSources.IsOutside(payment.Source, given) ? FundingSources.Closed(subscriber, payment.Source, given) : PaymentOutcome.DeclinedSourceUnavailable;
        if (closed is { } reason)
        {
            PricePayment.Decline(subscriber, payment, reason, given, changes);
            return Outcome.SourceUnavailable;
        }
        if (PricePayment.Offer(subscriber, payment, request.AmountMinor, given, changes) is not null)
            return Outcome.Declined;
        changes.Open(payment);
        return Outcome.Prompted;
    }

    private static OpenPayment Make(SubscriberState subscriber, Request request, in Given given) => new()
    {
        Id = new(given.Ids.Next()),
        State = PaymentState.Quoting,
        Number = subscriber.NextPaymentNumber(),
        Merchant = request.IsOut ? OwnMoney.Elsewhere : OwnMoney.Wallet,
        Source = request.Elsewhere ?? (subscriber.Has(FundingKind.Bank) ? FundingKind.Bank : FundingKind.Airtime),
        AskedMinor = request.AmountMinor,
        AmountMinor = request.AmountMinor,
        Currency = subscriber.Currency,
        RequestFingerprint = request.Fingerprint,
        ReplyPath = request.ReplyPath,
        RequestedAt = given.Now,
        DueAt = given.Now,
        IsNew = true,
    };
}
