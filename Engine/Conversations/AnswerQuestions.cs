using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Conversations;

/// <summary>The answers to BAL and HIST, from the subscriber's own row. They change nothing.</summary>
internal static class AnswerQuestions
{
    public static void Balance(SubscriberState subscriber, in Given given, Changes changes)
    {
        var limit = AccountLimits.Of(subscriber, given).MonthMinor;
        changes.Tell(
            TextTemplate.Balance,
            PaymentTexts.Amount(subscriber, subscriber.BalanceMinor),
            PaymentTexts.Amount(subscriber, AccountLimits.SpentToday(subscriber, given).MonthMinor),
            limit == long.MaxValue ? "" : PaymentTexts.Amount(subscriber, limit));
    }

    /// <param name="count">The most lines.</param>
    public static void History(SubscriberState subscriber, int count, in Given given, Changes changes)
    {
        var exponent = Currency.Of(subscriber.Currency).Exponent;
        var lines = new List<string>(count);
        foreach (var payment in subscriber.Recent.NewestFirst())
        {
            if (payment.Outcome != PaymentOutcome.Succeeded)
                continue;
            if (lines.Count == count)
                break;
            var payee = PaymentTexts.Payee(new(payment.Merchant), given);
            lines.Add(TextFormat.HistoryLine(given.LocalTime(payment.EndedAt), payment.AmountMinor, exponent, payee, subscriber.Language));
        }
        if (lines.Count == 0)
            changes.Tell(TextTemplate.HistoryEmpty);
        else
            changes.Tell(TextTemplate.History, string.Join('\n', lines));
    }
}
