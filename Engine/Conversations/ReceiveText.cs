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
        changes.Received(SecretMask.Mask(received.Text, OrderPayment.MayBeCode(command, given) ? UnknownCommand.Instance : command), received.TextHash);
        // A yes is decided even so: the payment that it belongs to ends.
        if (subscriber.Status != SubscriberStatus.Active && command is not ConfirmCommand)
        {
            var isClosed = subscriber.Status == SubscriberStatus.Closed;
            changes.Tell(isClosed ? TextTemplate.AccountNotActive : TextTemplate.AccountBlocked);
            return isClosed ? Outcome.AccountNotActive : Outcome.AccountBlocked;
        }

        switch (command)
        {
            case PayCommand or BadAmountCommand or PayWithoutMerchantCommand or MoveCommand:
                return OrderPayment.Decide(subscriber, command, received.Fingerprint, received.ReplyPath, given, changes) switch
                {
                    OrderPayment.Outcome.MerchantMissing => Outcome.MerchantMissing,
                    OrderPayment.Outcome.AmountRefused => Outcome.AmountRefused,
                    _ => Outcome.PaymentRequested,
                };
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
