using System.Text;
using CarrierPay.Engine.Conversations.Grammar;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Conversations;

/// <summary>A subscriber has dialled, or answered a USSD screen: finds out what is wanted, and shows the next screen or leads to the use case for it.</summary>
/// <remarks>
/// Safe to repeat: an input that comes again before its answer is known to have arrived gets the same answer, and nothing is done twice. A dialled string always
/// begins anew, and the newest session of a subscriber counts; what comes for another one, or after the end, changes nothing.
/// </remarks>
public static class ReceiveUssd
{
    /// <param name="Text">As typed: the dialled string, else the answer to the screen.</param>
    /// <param name="IsDialled">Whether it begins a session.</param>
    /// <param name="AfterStep">The last of our answers in this session that the network is known to have taken (<see cref="UssdAnswer.Step"/>); 0 = none.</param>
    /// <param name="TextHash">16 octets, a keyed hash of the raw text: evidence that holds no code.</param>
    public sealed record UssdReceived(string Text, bool IsDialled, long AfterStep, byte[] TextHash) : SubscriberEvent
    {
        // A text holds codes: not even a record that is printed shows it.
        protected override bool PrintMembers(StringBuilder builder)
        {
            builder.Append("From = ").Append(From).Append(", ReplyPath = ").Append(ReplyPath).Append(", Text = ****");
            return true;
        }
    }

    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { AnsweredAgain, StillOwed, SessionOver, AfterTheEnd, AccountBlocked, AccountNotActive, Answered, AnswerOwed }

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    /// <exception cref="InvalidOperationException">The event names no session.</exception>
    public static Outcome Decide(SubscriberState subscriber, UssdReceived received, in Given given, Changes changes)
    {
        var session = received.Ussd ?? throw new InvalidOperationException("A USSD input names its session.");
        var input = ReceiveText.Fingerprint(subscriber.Msisdn, received.ReplyPath, received.Text);
        changes.Received(SecretMask.Mask(received.Text, UnknownCommand.Instance), received.TextHash);

        if (subscriber.Dialogue?.IsForgotten(given.Now) == true)
            subscriber.SetDialogue(null);
        var dialogue = subscriber.Dialogue is { } last && last.Is(session.Link, session.Session) ? last : null;
        if (dialogue is not null && dialogue.Input == input && dialogue.IsDialled == received.IsDialled && received.AfterStep < dialogue.Step)
            return Repeat(subscriber, dialogue, session.By, given, changes);
        if (received.IsDialled)
            dialogue = new() { Link = session.Link, Session = session.Session };
        if (dialogue is null)
        {
            changes.Tell(TextTemplate.DialogueOver);
            return Outcome.SessionOver;
        }
        if (!received.IsDialled && dialogue.Screen == DialogueScreen.Over)
            return Outcome.AfterTheEnd;

        var step = Math.Max((subscriber.Dialogue?.Step ?? 0) + 1, given.Now.ToUnixTimeSeconds());
        subscriber.SetDialogue(dialogue with
        {
            InputAt = given.Now,
            Step = step,
            Input = input,
            IsDialled = received.IsDialled,
            AnswerBy = session.By,
            AnsweredBy = default,
        });
        if (subscriber.Status != SubscriberStatus.Active)
        {
            var isClosed = subscriber.Status == SubscriberStatus.Closed;
            subscriber.SetDialogue(subscriber.Dialogue! with { Screen = DialogueScreen.Over });
            changes.Tell(isClosed ? TextTemplate.AccountNotActive : TextTemplate.AccountBlocked);
            return isClosed ? Outcome.AccountNotActive : Outcome.AccountBlocked;
        }
        return new UssdMenu(subscriber, received.ReplyPath, given, changes).Take(received.IsDialled ? Choices(received.Text) : [received.Text.Trim()])
            ? Outcome.Answered
            : Outcome.AnswerOwed;
    }

    private static Outcome Repeat(SubscriberState subscriber, Dialogue dialogue, DateTimeOffset by, in Given given, Changes changes)
    {
        // Also while the answer is owed still: it then goes the way of the later delivery.
        subscriber.SetDialogue(dialogue with { InputAt = given.Now, AnswerBy = by });
        if (dialogue.AnswerBy is not null || dialogue.Said is not { } said)
            return Outcome.StillOwed;
        var asked = said.CodeOf == 0 ? null : subscriber.OpenPayments.Find(p => p.Number == said.CodeOf);
        changes.TellAgain(said, said.CodeOf == 0 ? "" : given.Codes.Of(subscriber.Id, said.CodeOf), asked?.DueAt);
        return Outcome.AnsweredAgain;
    }

    /// <summary>What stands behind the service code of <c>*500*1*2#</c>: the same as choosing 1 and then 2.</summary>
    private static string[] Choices(string dialled) => [.. dialled.Split(['*', '#'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1)];
}
