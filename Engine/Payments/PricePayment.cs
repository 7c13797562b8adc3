using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.Prepaid;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>Takes a merchant's answer to the question for a price, and asks the subscriber, or says why not.</summary>
/// <remarks>Safe to repeat: a payment that is not being priced any more is left alone, and a late answer changes nothing.</remarks>
public static class PricePayment
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { AlreadyDecided, NoPrice, MerchantRefused, InvalidPrice, AmountNotAccepted, Declined, Prompted }

    private const long MostWholeUnits = 999_999_999; // as much as every text has room for
    private static readonly TimeSpan TwinWithin = TimeSpan.FromMinutes(10);
    private const int LongestDescription = 120;
    private const int LongestQuoteId = 128;

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, QuoteAnswered answered, in Given given, Changes changes)
    {
        var (call, result) = (answered.Call, answered.Result);
        changes.EndCall(call, Summary(result));
        var payment = subscriber.OpenPayments.Find(p => p.Id == call.Payment && p.Ended is null);
        if (payment is not { State: PaymentState.Quoting })
            return Outcome.AlreadyDecided;

        var refusal = Refusal(payment, result, given);
        if (refusal is { } reason)
        {
            if (reason == PaymentOutcome.DeclinedAmountNotAccepted)
                payment.AmountMinor = payment.AskedMinor; // the text says what was typed
            Decline(subscriber, payment, reason, given, changes);
            return reason switch
            {
                PaymentOutcome.DeclinedNoPrice => Outcome.NoPrice,
                PaymentOutcome.DeclinedMerchantRefused => Outcome.MerchantRefused,
                PaymentOutcome.DeclinedAmountNotAccepted => Outcome.AmountNotAccepted,
                _ => Outcome.InvalidPrice,
            };
        }
        payment.QuoteId = Storable(result.QuoteId, LongestQuoteId);
        payment.Description = Storable(result.Text, LongestDescription);
        payment.PriceUntil = result.ValidUntil;
        return Offer(subscriber, payment, result.PriceMinor, given, changes) is null ? Outcome.Prompted : Outcome.Declined;
    }

    /// <summary>Asks the subscriber to confirm a payment whose price is known; if it could not be charged anyway, it ends at once with the reason.</summary>
    /// <returns>How the payment ended; null if it now awaits its confirmation.</returns>
    internal static PaymentOutcome? Offer(SubscriberState subscriber, OpenPayment payment, long priceMinor, in Given given, Changes changes)
    {
        payment.AmountMinor = priceMinor;
        if (Twin(subscriber, payment, given) is { } twin)
        {
            changes.Finish(payment, PaymentOutcome.DeclinedEarlierInDoubt, given.Now);
            PaymentTexts.BeingChecked(subscriber, twin, given, changes);
            return PaymentOutcome.DeclinedEarlierInDoubt;
        }
        if (Obstacle(subscriber, payment, given) is { } reason)
        {
            Decline(subscriber, payment, reason, given, changes);
            OfferOtherSource.TryOffer(subscriber, payment, reason, given, changes);
            return reason;
        }
        Prompt(subscriber, payment, given, changes);
        return null;
    }

    /// <summary>Asks for the confirmation of a payment that nothing stands in the way of.</summary>
    internal static void Prompt(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes)
    {
        var due = given.Now + given.Reference.Rules.ConfirmWithin;
        payment.State = PaymentState.AwaitingConfirmation;
        payment.DueAt = payment.PriceUntil is { } until && until < due ? until : due;
        payment.IsChanged = true;
        PaymentTexts.Prompt(subscriber, payment, given, changes);
    }

    /// <summary>What stands in the way of charging this payment now; null = nothing. Asked before the prompt, and again before the charge.</summary>
    internal static PaymentOutcome? Obstacle(SubscriberState subscriber, OpenPayment payment, in Given given)
    {
        if (subscriber.Status != SubscriberStatus.Active)
            return PaymentOutcome.DeclinedAccountBlocked;
        if (payment.Purpose == PaymentPurpose.Purchase && given.Reference.Find(payment.Merchant) is not { Status: MerchantStatus.Active })
            return PaymentOutcome.DeclinedMerchantSuspended;
        // Limits and catalogue are in the installation's currency; nothing is converted.
        if (payment.Currency != given.Reference.Rules.Currency.Numeric || payment.Currency != subscriber.Currency || payment.AmountMinor <= 0)
            return PaymentOutcome.DeclinedInvalidPrice;
        if (FundingSources.Closed(subscriber, payment.Source, given) is { } closed)
            return closed;
        if (Twin(subscriber, payment, given) is not null || IsBlockedByDoubt(subscriber, payment, given))
            return PaymentOutcome.DeclinedEarlierInDoubt;
        if (payment.Purpose != PaymentPurpose.Purchase)
            return ObstacleToMove(subscriber, payment, given);
        return AccountLimits.Check(subscriber, payment.AmountMinor, given) switch
        {
            LimitAnswer.OverTransaction => PaymentOutcome.DeclinedOverTransactionLimit,
            LimitAnswer.TooManyToday => PaymentOutcome.DeclinedTooManyToday,
            LimitAnswer.OverDay => PaymentOutcome.DeclinedOverDayLimit,
            LimitAnswer.OverMonth => PaymentOutcome.DeclinedOverMonthLimit,
            _ => FundingSources.Lacking(subscriber, payment.Source, payment.AmountMinor, given),
        };
    }

    /// <summary>One's own money is not spent: the limits of day and month are not asked.</summary>
    private static PaymentOutcome? ObstacleToMove(SubscriberState subscriber, OpenPayment payment, in Given given)
    {
        var limits = AccountLimits.Of(subscriber, given);
        if (payment.AmountMinor > limits.TransactionMinor)
            return PaymentOutcome.DeclinedOverTransactionLimit;
        if (payment.Purpose == PaymentPurpose.CashOut && SimChange.Closes(FundingKind.Prepaid, subscriber, given))
            return PaymentOutcome.DeclinedSimChanged;
        if (payment.Purpose == PaymentPurpose.CashOut)
            return PrepaidAccount.HasFunds(subscriber, payment.AmountMinor) ? null : PaymentOutcome.DeclinedInsufficientFunds;
        // What is on its way in counts, and what is on its way out may come back. A subtraction, so that no amount overflows it.
        var underWay = subscriber.OpenPayments.Where(p => p is { Ended: null, IsCharging: true, Purpose: not PaymentPurpose.Purchase }).Sum(p => p.AmountMinor);
        return payment.AmountMinor > limits.BalanceCapMinor - subscriber.BalanceMinor - underWay ? PaymentOutcome.DeclinedOverBalanceCap : null;
    }

    /// <summary>The same purchase, whose charge is in doubt: whoever asks again thinks that it failed, and would pay twice (lanes.md 16).</summary>
    private static OpenPayment? Twin(SubscriberState subscriber, OpenPayment payment, in Given given)
    {
        var since = given.Now - TwinWithin;
        return subscriber.OpenPayments.Find(p => p is { Ended: null, IsBeingChecked: true } && p.Id != payment.Id && p.ChargedAt >= since
            && p.Merchant == payment.Merchant && p.AmountMinor == payment.AmountMinor && p.Currency == payment.Currency);
    }

    /// <summary>What was asked of a system and not answered goes out again before anything new of the same subscriber (RFC 8506, section 6.5).</summary>
    private static bool IsBlockedByDoubt(SubscriberState subscriber, OpenPayment payment, in Given given) =>
        FundingSources.IsOutside(payment.Source, given)
        && subscriber.OpenPayments.Exists(p => p is { Ended: null, State: PaymentState.InDoubt or PaymentState.Reversing } && p.Source == payment.Source);

    /// <summary>Ends a payment without a charge, and says why.</summary>
    internal static void Decline(SubscriberState subscriber, OpenPayment payment, PaymentOutcome reason, in Given given, Changes changes)
    {
        changes.Finish(payment, reason, given.Now);
        PaymentTexts.TellEnd(subscriber, payment, reason, given, changes);
    }

    private static PaymentOutcome? Refusal(OpenPayment payment, QuoteResult result, in Given given)
    {
        switch (result.Kind)
        {
            case QuoteKind.NoAnswer:
                return PaymentOutcome.DeclinedNoPrice;
            case QuoteKind.Refused:
                return PaymentOutcome.DeclinedMerchantRefused;
            case QuoteKind.Priced:
                break;
            default:
                return PaymentOutcome.DeclinedInvalidPrice;
        }

        var currency = Currency.Of(payment.Currency);
        if (result.Currency != currency.Code || result.PriceMinor <= 0 || result.PriceMinor > Most(currency) || result.PriceMinor > Ceiling(payment, given))
            return PaymentOutcome.DeclinedInvalidPrice;
        if (result.ValidUntil <= given.Now || result.QuoteId is { Length: > LongestQuoteId })
            return PaymentOutcome.DeclinedInvalidPrice;
        return payment.AskedMinor > 0 && payment.AskedMinor != result.PriceMinor ? PaymentOutcome.DeclinedAmountNotAccepted : null;
    }

    private static long? Ceiling(OpenPayment payment, in Given given)
    {
        var merchant = given.Reference.Find(payment.Merchant);
        var product = payment.Item is null ? null : merchant?.Find(payment.Item);
        return product?.CeilingMinor ?? merchant?.CeilingMinor;
    }

    private static long Most(Currency currency)
    {
        var most = MostWholeUnits;
        for (var decimals = 0; decimals < currency.Exponent; decimals++)
            most = (most * 10) + 9;
        return most;
    }

    private static string Summary(QuoteResult result) => result.Kind == QuoteKind.Priced
        ? $"Priced {result.PriceMinor} {Storable(result.Currency, 3)} until {result.ValidUntil:O} {Storable(result.QuoteId, LongestQuoteId)}"
        : result.Kind.ToString();

    /// <summary>A stranger's text as it may stand in a row and in a list of parameters: one line, no control characters, no half of a surrogate pair.</summary>
    private static string? Storable(string? text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var kept = new System.Text.StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (kept.Length + rune.Utf16SequenceLength > longest)
                break;
            kept.Append(System.Text.Rune.IsControl(rune) ? " " : rune.ToString());
        }
        return kept.ToString().Trim() is { Length: > 0 } storable ? storable : null;
    }
}
