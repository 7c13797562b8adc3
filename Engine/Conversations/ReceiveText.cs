using System.Diagnostics;
using System.Text;
using CarrierPay.Engine.Conversations.Grammar;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Conversations;

/// <summary>A subscriber has written: finds out what is wanted, and leads to the use case for it.</summary>
/// <remarks>Safe to repeat as far as the use case is: see there. What was written is logged in any case, without codes.</remarks>
public static class ReceiveText
{
    /// <param name="Text">As typed, whole: parts are put together before.</param>
    /// <param name="Fingerprint">The same when the SMSC delivers the text again: <see cref="ReceiveText.Fingerprint"/>.</param>
    /// <param name="TextHash">16 octets, a keyed hash of the raw text: evidence that holds no code.</param>
    public sealed record TextReceived(string Text, int Fingerprint, byte[] TextHash) : SubscriberEvent
    {
        // A text holds codes: not even a record that is printed shows it.
        protected override bool PrintMembers(StringBuilder builder)
        {
            builder.Append("From = ").Append(From).Append(", ReplyPath = ").Append(ReplyPath).Append(", Text = ****");
            return true;
        }
    }

    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome
    {
        AccountBlocked, AccountNotActive, AmountRefused, MerchantMissing, PaymentRequested, ConfirmationDecided, CancellationDecided,
        BalanceTold, HistoryTold, Helped, Ignored,
    }

    private static readonly TimeSpan BetweenHelps = TimeSpan.FromHours(1);

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, TextReceived received, in Given given, Changes changes)
    {
        var command = SmsGrammar.Parse(received.Text);
        changes.Received(SecretMask.Mask(received.Text, MayBeCode(command, given) ? UnknownCommand.Instance : command), received.TextHash);
        // A yes is decided even so: the payment that it belongs to ends.
        if (subscriber.Status != SubscriberStatus.Active && command is not ConfirmCommand)
        {
            var isClosed = subscriber.Status == SubscriberStatus.Closed;
            changes.Tell(isClosed ? TextTemplate.AccountNotActive : TextTemplate.AccountBlocked);
            return isClosed ? Outcome.AccountNotActive : Outcome.AccountBlocked;
        }

        switch (command)
        {
            case PayCommand pay:
                return RequestPaymentFor(subscriber, received, pay, given, changes);
            case BadAmountCommand bad:
                return RefuseAmount(subscriber, bad.Reason, changes);
            case PayWithoutMerchantCommand:
                changes.Tell(TextTemplate.MerchantMissing);
                return Outcome.MerchantMissing;
            case ConfirmCommand yes:
                ConfirmPayment.Decide(subscriber, yes.Code, received.Fingerprint, given, changes);
                return Outcome.ConfirmationDecided;
            case DenyCommand no:
                CancelPayment.Decide(subscriber, no.Code, received.Fingerprint, given, changes);
                return Outcome.CancellationDecided;
            case BalanceCommand:
                AnswerQuestions.Balance(subscriber, given, changes);
                return Outcome.BalanceTold;
            case HistoryCommand history:
                AnswerQuestions.History(subscriber, history.Count, given, changes);
                return Outcome.HistoryTold;
            case HelpCommand:
                changes.Tell(TextTemplate.Help);
                return Outcome.Helped;
            case UnknownCommand:
                return HelpOnceAnHour(subscriber, given, changes);
            default:
                throw new UnreachableException($"There is no use case for {command.GetType().Name}.");
        }
    }

    /// <summary>FNV-1a, 32 bits (Fowler, Noll, Vo), of all that is the same when an SMSC delivers a text again.</summary>
    /// <param name="to">The short code as addressed.</param>
    /// <param name="reference">What else tells two texts apart: the reference of a multi-part text, or the SMSC's own; empty = none.</param>
    public static int Fingerprint(Msisdn from, string to, string text, string reference = "")
    {
        var hash = 2_166_136_261u;
        for (var shift = 0; shift < 64; shift += 8)
            Add((byte)((from.Value >> shift) & 0xff));
        AddAll(to);
        AddAll(text);
        AddAll(reference);
        return unchecked((int)hash);

        void AddAll(string part)
        {
            foreach (var c in part)
            {
                Add((byte)(c & 0xff));
                Add((byte)(c >> 8));
            }
            Add(0xff); // so that no part runs into the next
        }

        void Add(byte octet) => hash = unchecked((hash ^ octet) * 16_777_619u);
    }

    private static Outcome RequestPaymentFor(SubscriberState subscriber, TextReceived received, PayCommand pay, in Given given, Changes changes)
    {
        var askedMinor = 0L;
        if (pay.Amount is { } amount)
        {
            var currency = Currency.Of(subscriber.Currency);
            if (!amount.MayBeIn(currency.Code))
            {
                changes.Tell(TextTemplate.AmountOtherCurrency, TextFormat.Currency(currency.Code, subscriber.Language));
                return Outcome.AmountRefused;
            }
            var reading = amount.ToMinorUnits(currency.Exponent, out askedMinor);
            if (reading != AmountOutcome.Ok)
                return RefuseAmount(subscriber, reading, changes);
        }
        // The keyword is said again in a text: without the digits of what may be a code.
        var keyword = MayBeCode(pay, given) ? SecretMask.Mask(pay.Keyword, UnknownCommand.Instance) : pay.Keyword;
        var request = new RequestPayment.Request(keyword, pay.Item, askedMinor, Source(subscriber, pay.Source), received.Fingerprint, received.ReplyPath);
        RequestPayment.Decide(subscriber, request, given, changes);
        return Outcome.PaymentRequested;
    }

    /// <summary>PAY 4821, meant as a yes: there is no such merchant, so the digits may be a code.</summary>
    private static bool MayBeCode(SmsCommand command, in Given given) =>
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

    private static Outcome RefuseAmount(SubscriberState subscriber, AmountOutcome reason, Changes changes)
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

    /// <remarks>Once an hour, so that two machines that answer each other fall silent.</remarks>
    private static Outcome HelpOnceAnHour(SubscriberState subscriber, in Given given, Changes changes)
    {
        if (given.Now - subscriber.HelpedAt < BetweenHelps)
            return Outcome.Ignored;
        subscriber.HelpedAt = given.Now;
        subscriber.IsChanged = true;
        changes.Tell(TextTemplate.Help);
        return Outcome.Helped;
    }
}
