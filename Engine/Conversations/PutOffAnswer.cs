using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Conversations;

/// <summary>A USSD session has waited for its answer as long as it may: it is told that the answer comes by SMS, and ends.</summary>
/// <remarks>Safe to repeat, and to bring too late: whoever answers first takes the debt.</remarks>
public static class PutOffAnswer
{
    /// <summary>The answer that its <see cref="SubscriberEvent.Ussd"/> names is due.</summary>
    public sealed record AnswerDue : SubscriberEvent;

    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { NotOwed, PutOff }

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, AnswerDue due, in Given given, Changes changes)
    {
        // By the instant a later delivery of the same input is told from this one.
        if (due.Ussd is not { } session || subscriber.Dialogue is not { AnswerBy: { } by } dialogue || !dialogue.Is(session.Link, session.Session) || by != session.By)
            return Outcome.NotOwed;
        subscriber.SetDialogue(dialogue with { Screen = DialogueScreen.Over });
        changes.Tell(TextTemplate.SmsFollows);
        return Outcome.PutOff;
    }
}
