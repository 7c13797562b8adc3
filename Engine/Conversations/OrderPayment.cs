using System.Diagnostics;
using CarrierPay.Engine.Conversations.Grammar;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Conversations;

/// <summary>From what was typed, by SMS or on a USSD screen, to the request for a payment; or says what of it cannot be used.</summary>
internal static class OrderPayment
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { MerchantMissing, AmountRefused, Requested }

    /// <param name="command">A <see cref="PayCommand"/>, a <see cref="MoveCommand"/>, or one of those that are answered with what is wrong with it.</param>
    /// <param name="fingerprint">Of the text, the same when it is delivered again.</param>
    /// <param name="replyPath">The short code that it was sent to.</param>
    public static Outcome Decide(SubscriberState subscriber, SmsCommand command, int fingerprint, string replyPath, in Given given, Changes changes)
    {
        if (command is BadAmountCommand bad)
            return Refuse(subscriber, bad.Reason, changes);
        if (command is MoveCommand move)
            return Move(subscriber, move, fingerprint, replyPath, given, changes);
        if (command is not PayCommand pay)
        {
            changes.Tell(TextTemplate.MerchantMissing);
            return Outcome.MerchantMissing;
        }
        var askedMinor = 0L;
        if (pay.Amount is { } amount && !TryRead(subscriber, amount, changes, out askedMinor))
            return Outcome.AmountRefused;
        // The keyword is said again in a text: without the digits of what may be a code.
        var keyword = MayBeCode(pay, given) ? SecretMask.Mask(pay.Keyword, UnknownCommand.Instance) : pay.Keyword;
        var request = new RequestPayment.Request(keyword, pay.Item, askedMinor, Source(subscriber, pay.Source), fingerprint, replyPath);
        RequestPayment.Decide(subscriber, request, given, changes);
        return Outcome.Requested;
    }

    private static Outcome Move(SubscriberState subscriber, MoveCommand move, int fingerprint, string replyPath, in Given given, Changes changes)
    {
        if (move.Amount is not { } amount)
            return Refuse(subscriber, AmountOutcome.Unclear, changes);
        if (!TryRead(subscriber, amount, changes, out var minor))
            return Outcome.AmountRefused;
        MoveOwnMoney.Decide(subscriber, new(move.IsOut, minor, Source(subscriber, move.Source), fingerprint, replyPath), given, changes);
        return Outcome.Requested;
    }

    /// <summary>The amount in the subscriber's currency; false, and said why, if it is none.</summary>
    private static bool TryRead(SubscriberState subscriber, AmountText amount, Changes changes, out long minor)
    {
        minor = 0;
        var currency = Currency.Of(subscriber.Currency);
        if (!amount.MayBeIn(currency.Code))
        {
            changes.Tell(TextTemplate.AmountOtherCurrency, TextFormat.Currency(currency.Code, subscriber.Language));
            return false;
        }
        var reading = amount.ToMinorUnits(currency.Exponent, out minor);
        if (reading != AmountOutcome.Ok)
            Refuse(subscriber, reading, changes);
        return reading == AmountOutcome.Ok;
    }

    /// <summary>PAY 4821, meant as a yes: there is no such merchant, so the digits may be a code.</summary>
    public static bool MayBeCode(SmsCommand command, in Given given) =>
        command is PayCommand pay && pay.Keyword.Count(char.IsAsciiDigit) >= SmsGrammar.MinimumCodeLength && given.Reference.Find(pay.Keyword) is null;

    private static FundingKind? Source(SubscriberState subscriber, PaySource? source) => source switch
    {
        null => null,
        PaySource.Wallet => FundingKind.Prepaid,
        PaySource.Bank => FundingKind.Bank,
        // What the line's contract has; the text to one that has neither is about the bill.
        PaySource.Phone => subscriber.Has(FundingKind.Airtime) && !subscriber.Has(FundingKind.PhoneBill) ? FundingKind.Airtime : FundingKind.PhoneBill,
        _ => throw new UnreachableException($"There is no source {source}."),
    };

    private static Outcome Refuse(SubscriberState subscriber, AmountOutcome reason, Changes changes)
    {
        var example = TextFormat.AmountExample(Currency.Of(subscriber.Currency).Exponent);
        switch (reason)
        {
            case AmountOutcome.Unclear:
                changes.Tell(TextTemplate.AmountUnclear, example);
                break;
            case AmountOutcome.Negative:
                changes.Tell(TextTemplate.AmountNegative);
                break;
            case AmountOutcome.Overflow:
                changes.Tell(TextTemplate.AmountTooLarge);
                break;
            case AmountOutcome.TooPrecise:
                changes.Tell(TextTemplate.AmountTooPrecise, example);
                break;
            case AmountOutcome.Zero:
                changes.Tell(TextTemplate.AmountZero);
                break;
            default:
                throw new UnreachableException($"{reason} is no reason to refuse an amount.");
        }
        return Outcome.AmountRefused;
    }
}
