using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>What the subscriber's usual source could not pay may be paid from another: it is offered, as a payment of its own with a code of its own. Nothing is taken without that consent.</summary>
/// <remarks>Only where money or the source itself was missing, and only in place of the usual source: who names another one means it.</remarks>
internal static class OfferOtherSource
{
    /// <summary>Those first whose money is known here.</summary>
    private static readonly FundingKind[] Order = [FundingKind.Prepaid, FundingKind.PhoneBill, FundingKind.Airtime, FundingKind.Bank];

    /// <param name="declined">Has ended.</param>
    /// <returns>False if there is nothing to offer.</returns>
    public static bool TryOffer(SubscriberState subscriber, OpenPayment declined, PaymentOutcome reason, in Given given, Changes changes)
    {
        if (!IsLack(reason) || declined.Purpose != PaymentPurpose.Purchase || declined.Source != subscriber.DefaultSource || declined.PriceUntil <= given.Now
            || subscriber.OpenPayments.Count(p => p.Ended is null) >= given.Reference.Rules.MaxOpenPayments)
            return false;
        foreach (var source in Order)
        {
            if (source == declined.Source)
                continue;
            var other = With(source, subscriber, declined, given);
            if (PricePayment.Obstacle(subscriber, other, given) is not null)
                continue;
            PricePayment.Prompt(subscriber, other, given, changes);
            changes.Open(other);
            return true;
        }
        return false;
    }

    private static bool IsLack(PaymentOutcome reason) => reason is PaymentOutcome.DeclinedInsufficientFunds or PaymentOutcome.DeclinedOverBillLimit
        or PaymentOutcome.DeclinedSourceUnavailable or PaymentOutcome.DeclinedSystemBusy or PaymentOutcome.DeclinedBySource;

    private static OpenPayment With(FundingKind source, SubscriberState subscriber, OpenPayment declined, in Given given) => new()
    {
        Id = new(given.Ids.Next()),
        State = PaymentState.Quoting,
        Number = subscriber.NextPaymentNumber(),
        Merchant = declined.Merchant,
        Item = declined.Item,
        Source = source,
        AskedMinor = declined.AskedMinor,
        AmountMinor = declined.AmountMinor,
        Currency = declined.Currency,
        RequestFingerprint = declined.RequestFingerprint,
        ReplyPath = declined.ReplyPath,
        RequestedAt = given.Now,
        DueAt = given.Now,
        Description = declined.Description,
        QuoteId = declined.QuoteId,
        PriceUntil = declined.PriceUntil,
        IsNew = true,
    };
}
