using System.Globalization;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>What a yes and a no have in common: the payment that a code belongs to, and what is said to a code that belongs to none.</summary>
internal static class CodeAnswer
{
    /// <summary>The third wrong code ends all payments that await one (lanes.md 14).</summary>
    public const int MostWrongCodes = 3;

    /// <summary>The payments that can be answered now, oldest first.</summary>
    public static List<OpenPayment> Awaiting(SubscriberState subscriber, in Given given)
    {
        var now = given.Now;
        return subscriber.OpenPayments.FindAll(p => IsAwaiting(p) && now < p.DueAt);
    }

    /// <summary>The payment with this code, its time perhaps over but not ended yet.</summary>
    public static OpenPayment? Find(SubscriberState subscriber, string code, in Given given)
    {
        foreach (var payment in subscriber.OpenPayments)
        {
            if (IsAwaiting(payment) && given.Codes.Of(subscriber.Id, payment.Number) == code)
                return payment;
        }
        return null;
    }

    /// <summary>Says that the payment with this code is being charged, if it is: nobody can stop or repeat it now. Its code is not a wrong one.</summary>
    public static bool AnswerForCharging(SubscriberState subscriber, string code, in Given given, Changes changes)
    {
        foreach (var payment in subscriber.OpenPayments)
        {
            if (payment is not { Ended: null, IsCharging: true } || given.Codes.Of(subscriber.Id, payment.Number) != code)
                continue;
            PaymentTexts.TellBeingChecked(subscriber, payment, given, changes);
            return true;
        }
        return false;
    }

    /// <summary>Says how the payment with this code ended, if it is one of the last. Its code is not a wrong one.</summary>
    public static RecentPayment? AnswerForFinished(SubscriberState subscriber, string code, in Given given, Changes changes)
    {
        foreach (var payment in subscriber.Recent.NewestFirst())
        {
            if (given.Codes.Of(subscriber.Id, payment.Number) != code)
                continue;
            PaymentTexts.TellEndAgain(subscriber, payment, given, changes);
            return payment;
        }
        return null;
    }

    /// <summary>Counts a wrong code, once for each text: an SMSC may bring it again. True if it was the last one, and <paramref name="awaiting"/> are ended.</summary>
    /// <param name="fingerprint">Of the text, the same when it is delivered again.</param>
    public static bool CountWrong(SubscriberState subscriber, int fingerprint, List<OpenPayment> awaiting, in Given given, Changes changes)
    {
        if (!subscriber.Recent.IsWrongAnswer(fingerprint, given.Now - given.Reference.Rules.RepeatWithin))
        {
            subscriber.IsChanged = true;
            subscriber.WrongCodes++;
            subscriber.Recent.AddWrongAnswer(fingerprint, given.Now);
        }
        if (subscriber.WrongCodes < MostWrongCodes)
        {
            changes.Tell(TextTemplate.WrongCode, (MostWrongCodes - subscriber.WrongCodes).ToString(CultureInfo.InvariantCulture));
            return false;
        }
        subscriber.WrongCodes = 0;
        foreach (var payment in awaiting)
            changes.Finish(payment, PaymentOutcome.DeclinedWrongCodes, given.Now);
        changes.Tell(TextTemplate.CodesLocked);
        return true;
    }

    public static void NoteRight(SubscriberState subscriber)
    {
        if (subscriber.WrongCodes == 0)
            return;
        subscriber.WrongCodes = 0;
        subscriber.IsChanged = true;
    }

    private static bool IsAwaiting(OpenPayment payment) => payment is { Ended: null, State: PaymentState.AwaitingConfirmation };
}
