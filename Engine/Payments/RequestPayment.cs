using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>A subscriber wants to pay a merchant: finds the price, or asks the merchant for it, and then asks the subscriber to confirm.</summary>
/// <remarks>
/// Safe to repeat: while a payment is open, the text that asked for it gets the same answer again and changes nothing. Once it is finished, a repeat cannot be told
/// from a new wish: it is a new payment with a code of its own, and its prompt names the earlier one (lanes.md 13).
/// </remarks>
public static class RequestPayment
{
    /// <param name="Keyword">The merchant's, as typed.</param>
    /// <param name="Item">As typed; null when none was named.</param>
    /// <param name="AskedMinor">The amount that was named, minor units of the subscriber's currency; 0 = none.</param>
    /// <param name="Source">Null = the subscriber's default.</param>
    /// <param name="Fingerprint">Of the text, the same when it is delivered again.</param>
    /// <param name="ReplyPath">Where the answers go.</param>
    public sealed record Request(string Keyword, string? Item, long AskedMinor, FundingKind? Source, int Fingerprint, string ReplyPath);

    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome
    {
        AccountBlocked, BeingChecked, StillBeingPriced, PromptedAgain, MerchantUnknown, MerchantSuspended, TooManyOpen, ItemUnknown,
        SourceUnavailable, AmountNotAccepted, SystemBusy, BeingPriced, Declined, Prompted,
    }

    /// <summary>How much longer than the merchant the lane waits: the answer, or its absence, has to come back through the queue.</summary>
    private static readonly TimeSpan WayBack = TimeSpan.FromSeconds(2);

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, Request request, in Given given, Changes changes)
    {
        if (subscriber.Status != SubscriberStatus.Active)
        {
            changes.Tell(subscriber.Status == SubscriberStatus.Closed ? TextTemplate.AccountNotActive : TextTemplate.AccountBlocked);
            return Outcome.AccountBlocked;
        }
        if (AnswerRepeat(subscriber, request.Fingerprint, given, changes) is { } repeated)
            return repeated;

        var merchant = given.Reference.Find(request.Keyword);
        if (merchant is null)
        {
            changes.Tell(TextTemplate.MerchantUnknown, request.Keyword);
            return Outcome.MerchantUnknown;
        }
        if (merchant.Status != MerchantStatus.Active)
        {
            changes.Tell(TextTemplate.MerchantSuspended, merchant.Name);
            return Outcome.MerchantSuspended;
        }
        if (subscriber.OpenPayments.Count(p => p.Ended is null) >= given.Reference.Rules.MaxOpenPayments)
        {
            changes.Tell(TextTemplate.TooManyOpen);
            return Outcome.TooManyOpen;
        }
        var product = Product(merchant, request.Item);
        if (product?.PriceMinor is null && !merchant.AsksForQuotes)
        {
            var items = merchant.Products.Where(p => p.PriceMinor is not null).Select(p => p.Code);
            changes.Tell(TextTemplate.ItemUnknown, request.Item ?? "?", merchant.Name, TextFormat.List(items, subscriber.Language));
            return Outcome.ItemUnknown;
        }

        var payment = Make(subscriber, request, merchant, product, given);
        if (FundingSources.Closed(subscriber, payment.Source, given) is { } closed)
            return Decline(closed, Outcome.SourceUnavailable, in given);
        if (product?.PriceMinor is { } price)
        {
            if (request.AskedMinor > 0 && request.AskedMinor != price)
                return Decline(PaymentOutcome.DeclinedAmountNotAccepted, Outcome.AmountNotAccepted, in given);
            if (PricePayment.Offer(subscriber, payment, price, given, changes) is not null)
                return Outcome.Declined;
            changes.Open(payment);
            return Outcome.Prompted;
        }
        if (!given.Permits.TryTake(merchant.Id))
            return Decline(PaymentOutcome.DeclinedSystemBusy, Outcome.SystemBusy, in given);

        payment.AmountMinor = 0; // until the merchant has set it
        changes.Open(payment);
        changes.Call(ConnectorKind.Quote, payment, Question(subscriber, payment, merchant, given).ToJson(), given.Now);
        return Outcome.BeingPriced;

        Outcome Decline(PaymentOutcome reason, Outcome outcome, in Given given)
        {
            PricePayment.Decline(subscriber, payment, reason, given, changes);
            return outcome;
        }
    }

    /// <summary>The answer to a text whose payment is still open; null if there is none.</summary>
    internal static Outcome? AnswerRepeat(SubscriberState subscriber, int fingerprint, in Given given, Changes changes)
    {
        var open = subscriber.OpenPayments.Find(p => p.Ended is null && p.RequestFingerprint == fingerprint);
        if (open is null)
            return null;
        // Its time is over and only the timer has not come yet: it ends now, and the text is a new wish.
        if (ExpirePayment.End(subscriber, open, given, changes))
            return null;
        if (open.State == PaymentState.AwaitingConfirmation)
        {
            PaymentTexts.Prompt(subscriber, open, given, changes);
            return Outcome.PromptedAgain;
        }
        if (open.IsCharging)
        {
            PaymentTexts.BeingChecked(subscriber, open, given, changes);
            return Outcome.BeingChecked;
        }
        changes.TellAbout(open, TextTemplate.BeingPriced, PaymentTexts.Payee(subscriber, open.Merchant, open.Source, given));
        return Outcome.StillBeingPriced;
    }

    /// <summary>What is bought. Nothing named is the only thing there is, unless the merchant wants to be asked.</summary>
    private static Product? Product(Merchant merchant, string? item)
    {
        if (item is not null)
            return merchant.Find(item);
        if (merchant.AsksForQuotes)
            return null;
        var priced = merchant.Products.Where(p => p.PriceMinor is not null).Take(2).ToList();
        return priced.Count == 1 ? priced[0] : null;
    }

    private static OpenPayment Make(SubscriberState subscriber, Request request, Merchant merchant, Product? product, in Given given) => new()
    {
        Id = new(given.Ids.Next()),
        State = PaymentState.Quoting,
        Number = subscriber.NextPaymentNumber(),
        Merchant = merchant.Id,
        Item = product?.Code ?? request.Item,
        Source = request.Source ?? subscriber.DefaultSource,
        AskedMinor = request.AskedMinor,
        AmountMinor = request.AskedMinor,
        Currency = subscriber.Currency,
        RequestFingerprint = request.Fingerprint,
        ReplyPath = request.ReplyPath,
        RequestedAt = given.Now,
        DueAt = given.Now + given.Reference.Rules.QuoteWithin + WayBack,
        Description = product?.Name,
        IsNew = true,
    };

    private static QuoteRequest Question(SubscriberState subscriber, OpenPayment payment, Merchant merchant, in Given given) => new(
        $"qr_{payment.Id.Value}", given.Codes.TokenOf(subscriber.Id, merchant.Id), merchant.Keyword, payment.Item,
        payment.AskedMinor > 0 ? payment.AskedMinor : null);
}
