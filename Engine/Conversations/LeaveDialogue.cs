using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Conversations;

/// <summary>A USSD session has ended without us: the subscriber or the network has dropped it. The conversation goes on by SMS.</summary>
/// <remarks>Safe to repeat: the second time nothing is left to be done.</remarks>
public static class LeaveDialogue
{
    /// <param name="Link">See <see cref="Messaging.UssdAnswer"/>.</param>
    /// <param name="Session">See <see cref="Messaging.UssdAnswer"/>.</param>
    public sealed record SessionDropped(string Link, string Session) : SubscriberEvent;

    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { NotOpen, PromptedBySms, Left }

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, SessionDropped dropped, in Given given, Changes changes)
    {
        if (subscriber.Dialogue is not { } dialogue || !dialogue.Is(dropped.Link, dropped.Session) || dialogue is { Screen: DialogueScreen.Over, AnswerBy: null })
            return Outcome.NotOpen;
        subscriber.SetDialogue(dialogue with { Screen = DialogueScreen.Over, AnswerBy = null, AnsweredBy = default });
        // Who was asked for a code has lost the screen that showed it.
        var asked = dialogue.Screen == DialogueScreen.Payment ? CodeAnswer.Awaiting(subscriber, given).Find(p => p.Number == dialogue.PaymentNumber) : null;
        if (asked is null)
            return Outcome.Left;
        PaymentTexts.Prompt(subscriber, asked, given, changes);
        return Outcome.PromptedBySms;
    }
}
