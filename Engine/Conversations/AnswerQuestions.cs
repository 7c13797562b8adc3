using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.PhoneBill;
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
        var paid = PaymentTexts.Amount(subscriber, AccountLimits.SpentToday(subscriber, given).MonthMinor);
        var most = AccountLimits.Of(subscriber, given).MonthMinor;
        var limit = most == long.MaxValue ? "" : PaymentTexts.Amount(subscriber, most);
        var balance = PaymentTexts.Amount(subscriber, subscriber.BalanceMinor);
        if (!FundingSources.HasBill(subscriber, given))
        {
            changes.Tell(TextTemplate.Balance, balance, paid, limit);
            return;
        }
        var bill = PhoneBillAccount.Of(subscriber, given);
        var (charged, billLimit) = (PaymentTexts.Amount(subscriber, bill.ChargedMinor), PaymentTexts.Amount(subscriber, bill.LimitMinor));
        // A wallet that is not linked any more and still holds money is shown: it is the subscriber's.
        if (subscriber.Has(FundingKind.Prepaid) || subscriber.BalanceMinor > 0)
            changes.Tell(TextTemplate.BalanceOfBoth, balance, charged, billLimit, paid, limit);
        else
            changes.Tell(TextTemplate.BalanceOfBill, charged, billLimit, paid, limit);
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
