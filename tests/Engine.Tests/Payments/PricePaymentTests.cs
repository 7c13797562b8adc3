using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class PricePaymentTests
{
    private static QuoteResult Priced(long price, string currency = "EUR", int validSeconds = 600) =>
        new(QuoteKind.Priced, price, currency, PureLane.Start.AddSeconds(validSeconds), "q_1", "100 coins");

    private static (PureLane Lane, SubscriberState Subscriber) Asked(string text = "PAY EA")
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, text);
        return (lane, subscriber);
    }

    [Test]
    public void A_price_is_prompted_with_the_words_of_the_merchant()
    {
        var (lane, subscriber) = Asked();
        lane.Quote(subscriber, lane.Calls[0], Priced(1250));
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Prompt));
        Assert.That(lane.Said[..3], Is.EqualTo(new[] { "EUR 12.50", "EA Games", "100 coins" }));
        Assert.That(subscriber.OpenPayments.Single(), Has.Property("QuoteId").EqualTo("q_1").And.Property("IsChanged").True);
        Assert.That(lane.CallsEnded.Single().Id, Is.EqualTo(lane.Calls[0].Id));
    }

    [Test]
    public void A_confirmation_may_not_come_later_than_the_end_of_the_price()
    {
        var (lane, subscriber) = Asked();
        lane.Quote(subscriber, lane.Calls[0], Priced(1250, validSeconds: 60));
        Assert.That(subscriber.OpenPayments.Single().DueAt, Is.EqualTo(PureLane.Start.AddSeconds(60)));
        lane.Now += TimeSpan.FromSeconds(60);
        lane.Text(subscriber, $"Y {lane.CodeOf(subscriber)}");
        Assert.That((lane.Answer, lane.Transfers.Count), Is.EqualTo((TextTemplate.Expired, 0)));
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        yield return new(new QuoteResult(QuoteKind.NoAnswer), PaymentOutcome.DeclinedNoPrice, TextTemplate.NoPrice);
        yield return new(new QuoteResult(QuoteKind.Refused), PaymentOutcome.DeclinedMerchantRefused, TextTemplate.MerchantRefused);
        yield return new(new QuoteResult(QuoteKind.Invalid), PaymentOutcome.DeclinedInvalidPrice, TextTemplate.InvalidPrice);
        yield return new(Priced(1250, "USD"), PaymentOutcome.DeclinedInvalidPrice, TextTemplate.InvalidPrice);
        yield return new(Priced(0), PaymentOutcome.DeclinedInvalidPrice, TextTemplate.InvalidPrice);
        yield return new(Priced(-1), PaymentOutcome.DeclinedInvalidPrice, TextTemplate.InvalidPrice);
        yield return new(Priced(5001), PaymentOutcome.DeclinedInvalidPrice, TextTemplate.InvalidPrice);
        yield return new(Priced(long.MaxValue), PaymentOutcome.DeclinedInvalidPrice, TextTemplate.InvalidPrice);
        yield return new(Priced(1250, validSeconds: 0), PaymentOutcome.DeclinedInvalidPrice, TextTemplate.InvalidPrice);
    }

    [TestCaseSource(nameof(Refusals))]
    public void What_is_no_price_is_not_charged_and_told(QuoteResult result, PaymentOutcome outcome, TextTemplate answer)
    {
        var (lane, subscriber) = Asked();
        lane.Quote(subscriber, lane.Calls[0], result);
        Assert.That((lane.Ended.Single().Outcome, lane.Answer, lane.CallsEnded.Count), Is.EqualTo((outcome, answer, 1)));
        Assert.That((subscriber.BalanceMinor, subscriber.OpenPayments.Count), Is.EqualTo((10_000, 0)));
    }

    [Test]
    public void The_ceiling_of_a_product_goes_before_the_ceiling_of_its_merchant()
    {
        var (lane, subscriber) = Asked("PAY EA FIFA");
        lane.Quote(subscriber, lane.Calls[0], Priced(7000));
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Prompt));
    }

    [TestCase(1250, TextTemplate.Prompt)]
    [TestCase(1251, TextTemplate.AmountNotAccepted)]
    [TestCase(1249, TextTemplate.AmountNotAccepted)]
    public void A_price_must_be_the_amount_that_was_named(long price, TextTemplate answer)
    {
        var (lane, subscriber) = Asked("PAY EA 12.50");
        lane.Quote(subscriber, lane.Calls[0], Priced(price));
        Assert.That(lane.Answer, Is.EqualTo(answer));
    }

    [Test]
    public void A_price_above_the_funds_is_declined()
    {
        var (lane, subscriber) = Asked();
        subscriber.BalanceMinor = 1249;
        lane.Quote(subscriber, lane.Calls[0], Priced(1250));
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.InsufficientFunds));
    }

    [Test]
    public void An_answer_that_comes_twice_or_late_changes_nothing()
    {
        var (lane, subscriber) = Asked();
        lane.Quote(subscriber, lane.Calls[0], Priced(1250));
        lane.Quote(subscriber, lane.Calls[0], Priced(99));
        Assert.That(subscriber.OpenPayments.Single().AmountMinor, Is.EqualTo(1250));
        Assert.That(lane.Answers, Is.Empty);
        lane.Text(subscriber, "N");
        lane.Quote(subscriber, lane.Calls[0], Priced(99));
        Assert.That((lane.Answers.Count, lane.Ended.Count, lane.CallsEnded.Count), Is.EqualTo((0, 1, 3)));
    }

    [Test]
    public void A_merchant_suspended_meanwhile_and_a_blocked_subscriber_are_not_prompted()
    {
        var (lane, subscriber) = Asked();
        lane.Replace(PureLane.Games with { Status = MerchantStatus.Suspended });
        lane.Quote(subscriber, lane.Calls[0], Priced(1250));
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.MerchantSuspended));

        (lane, subscriber) = Asked();
        subscriber.Status = SubscriberStatus.Blocked;
        lane.Quote(subscriber, lane.Calls[0], Priced(1250));
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.AccountBlocked));
    }

    [Test]
    public void Words_of_a_merchant_cannot_break_a_row_or_a_list_of_parameters()
    {
        var (lane, subscriber) = Asked();
        lane.Quote(subscriber, lane.Calls[0], Priced(1250) with { Text = "a\u001fb\0c\uD800" + new string('x', 500) });
        Assert.That(lane.Said, Has.Length.EqualTo(7));
        Assert.That(subscriber.OpenPayments.Single().Description, Does.StartWith("a b c").And.Length.EqualTo(120).And.Not.Contain("\uD800"));
    }
}
