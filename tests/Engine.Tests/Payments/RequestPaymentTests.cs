using System.Text.Json;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class RequestPaymentTests
{
    [Test]
    public void A_catalogue_price_is_prompted_at_once_and_the_code_is_not_logged()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY COFFEE LATTE");
        var payment = subscriber.OpenPayments.Single();
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Prompt));
        Assert.That(lane.Said, Is.EqualTo(new[] { "EUR 12.50", "Star Coffee", "Caffe Latte", "wallet", lane.CodeOf(subscriber), "14:36", PaymentReference.Of(subscriber.Id, 1) }));
        Assert.That(lane.Messages.Single().Parameters, Does.Contain("****").And.Not.Contain(lane.CodeOf(subscriber)));
        Assert.That(payment, Has.Property("State").EqualTo(PaymentState.AwaitingConfirmation).And.Property("AmountMinor").EqualTo(1250));
        Assert.That(payment.DueAt, Is.EqualTo(PureLane.Start.AddMinutes(5)));
        Assert.That(lane.Transfers, Is.Empty);
    }

    [Test]
    public void The_only_product_needs_no_name()
    {
        var lane = new PureLane();
        lane.Text(lane.Subscriber(), "PAY NEWS");
        Assert.That(lane.Said[0], Is.EqualTo("EUR 1.99"));
    }

    [TestCase("PAY COFFEE")]
    [TestCase("PAY COFFEE TEA")]
    public void An_unknown_item_is_answered_with_those_there_are(string text)
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, text);
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.ItemUnknown));
        Assert.That(lane.Said[2], Is.EqualTo("LATTE, MOCHA"));
        Assert.That(subscriber.OpenPayments, Is.Empty);
    }

    [Test]
    public void A_repeat_of_an_open_request_gets_the_same_prompt_and_changes_nothing()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY NEWS");
        var first = lane.Answers.Single().Parameters;
        lane.Now += TimeSpan.FromMinutes(1);
        lane.Text(subscriber, "PAY NEWS");
        Assert.That(lane.Answers.Single().Parameters, Is.EqualTo(first));
        Assert.That(subscriber.OpenPayments, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_repeat_of_a_finished_request_asks_again_and_names_the_earlier_payment()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY NEWS");
        var firstCode = lane.CodeOf(subscriber);
        lane.Text(subscriber, $"Y {firstCode}");
        lane.Now += TimeSpan.FromHours(23);
        lane.Text(subscriber, "PAY NEWS");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.PromptAgain));
        Assert.That(lane.Said[7..], Is.EqualTo(new[] { PaymentReference.Of(subscriber.Id, 1), "paid" }));
        Assert.That(lane.CodeOf(subscriber), Is.Not.EqualTo(firstCode));
        Assert.That(lane.Transfers, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_wish_after_the_time_of_repeats_is_a_new_one()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY NEWS");
        lane.Text(subscriber, "N");
        lane.Now += TimeSpan.FromHours(25);
        lane.Text(subscriber, "PAY NEWS");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Prompt));
    }

    [Test]
    public void A_repeat_of_a_request_whose_time_is_over_ends_it_and_asks_again()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY NEWS");
        lane.Now += TimeSpan.FromMinutes(5);
        lane.Text(subscriber, "PAY NEWS");
        Assert.That(lane.Answers.Select(a => a.Template), Is.EqualTo(new[] { TextTemplate.Expired, TextTemplate.PromptAgain }));
        Assert.That(lane.Ended.Single().Outcome, Is.EqualTo(PaymentOutcome.Expired));
    }

    [TestCase("PAY NOBODY", TextTemplate.MerchantUnknown)]
    [TestCase("PAY SHUT", TextTemplate.MerchantSuspended)]
    [TestCase("PAY", TextTemplate.MerchantMissing)]
    [TestCase("PAY NEWS -5", TextTemplate.AmountNegative)]
    [TestCase("PAY NEWS 0", TextTemplate.AmountZero)]
    [TestCase("PAY NEWS 1.999", TextTemplate.AmountTooPrecise)]
    [TestCase("PAY NEWS 1,250", TextTemplate.AmountUnclear)]
    [TestCase("PAY NEWS 9999999999", TextTemplate.AmountTooLarge)]
    [TestCase("PAY NEWS 1.99 USD", TextTemplate.AmountOtherCurrency)]
    public void What_cannot_be_paid_is_no_payment(string text, TextTemplate answer)
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, text);
        Assert.That(lane.Answer, Is.EqualTo(answer));
        Assert.That((subscriber.OpenPayments.Count, lane.Ended.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Too_many_open_payments_are_not_joined_by_another()
    {
        var lane = new PureLane(maxOpen: 2);
        var subscriber = lane.Subscriber();
        foreach (var text in new[] { "PAY NEWS", "PAY COFFEE LATTE", "PAY COFFEE MOCHA" })
            lane.Text(subscriber, text);
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.TooManyOpen));
        Assert.That(subscriber.OpenPayments, Has.Count.EqualTo(2));
    }

    [TestCase("PAY NEWS B", TextTemplate.SourceNotLinked, PaymentOutcome.DeclinedSourceNotLinked)]
    [TestCase("PAY NEWS P", TextTemplate.SourceNotLinked, PaymentOutcome.DeclinedSourceNotLinked)]
    public void A_source_that_is_not_open_or_not_linked_declines(string text, TextTemplate answer, PaymentOutcome outcome)
    {
        var lane = new PureLane();
        lane.Text(lane.Subscriber(), text);
        Assert.That((lane.Answer, lane.Ended.Single().Outcome), Is.EqualTo((answer, outcome)));
    }

    [Test]
    public void The_wallet_that_is_named_stands_in_for_a_default_that_is_not_open()
    {
        var lane = new PureLane();
        lane.Text(lane.Subscriber(source: FundingKind.Bank), "PAY NEWS W");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Prompt));
    }

    [Test]
    public void An_amount_must_be_the_catalogue_price()
    {
        var lane = new PureLane();
        lane.Text(lane.Subscriber(), "PAY NEWS 2.00");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.AmountNotAccepted));
        Assert.That(lane.Said[1], Is.EqualTo("EUR 2.00"));
        Assert.That(lane.Ended.Single().Outcome, Is.EqualTo(PaymentOutcome.DeclinedAmountNotAccepted));
    }

    [TestCase(100, 9, 900, 900, 5, TextTemplate.InsufficientFunds, PaymentOutcome.DeclinedInsufficientFunds)]
    [TestCase(9000, 198, 900, 900, 5, TextTemplate.OverTransactionLimit, PaymentOutcome.DeclinedOverTransactionLimit)]
    [TestCase(9000, 900, 198, 900, 5, TextTemplate.OverDayLimit, PaymentOutcome.DeclinedOverDayLimit)]
    [TestCase(9000, 900, 900, 198, 5, TextTemplate.OverMonthLimit, PaymentOutcome.DeclinedOverMonthLimit)]
    [TestCase(9000, 900, 900, 900, 0, TextTemplate.TooManyPaymentsToday, PaymentOutcome.DeclinedTooManyToday)]
    public void What_could_not_be_charged_is_declined_before_it_is_asked(
        long balance, long transaction, long day, long month, int dayPayments, TextTemplate answer, PaymentOutcome outcome)
    {
        if (outcome == PaymentOutcome.DeclinedInsufficientFunds)
            transaction = 900;
        var lane = new PureLane(limits: new(100_000, transaction, day, month, dayPayments));
        var subscriber = lane.Subscriber(balance: balance);
        lane.Text(subscriber, "PAY NEWS");
        Assert.That(lane.Answer, Is.EqualTo(answer));
        Assert.That(lane.Ended.Single().Outcome, Is.EqualTo(outcome));
        Assert.That(subscriber.OpenPayments, Is.Empty);
    }

    [Test]
    public void A_merchant_that_sets_its_prices_is_asked_and_nothing_is_said_yet()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY EA COINS 12.50");
        Assert.That(lane.Answers, Is.Empty);
        Assert.That(lane.Messages.Single().Received, Is.EqualTo("PAY EA COINS 12.50"));
        var payment = subscriber.OpenPayments.Single();
        Assert.That((payment.State, payment.DueAt), Is.EqualTo((PaymentState.Quoting, PureLane.Start.AddSeconds(5))));
        using var question = JsonDocument.Parse(lane.Calls.Single().Request);
        Assert.That(question.RootElement.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "quoteRequestId", "subscriber", "keyword", "item", "amount" }));
        Assert.That(QuoteRequest.FromJson(lane.Calls.Single().Request), Has.Property("Amount").EqualTo(1250).And.Property("Item").EqualTo("COINS"));
        Assert.That(lane.Calls.Single().Request, Does.Not.Contain(subscriber.Msisdn.Digits()));
    }

    [Test]
    public void A_merchant_knows_a_subscriber_again_and_two_merchants_do_not_share_one()
    {
        var lane = new PureLane();
        var games = lane.Given.Codes.TokenOf(new(7), PureLane.Games.Id);
        Assert.That(lane.Given.Codes.TokenOf(new(7), PureLane.Games.Id), Is.EqualTo(games));
        Assert.That(lane.Given.Codes.TokenOf(new(7), PureLane.News.Id), Is.Not.EqualTo(games));
        Assert.That(lane.Given.Codes.TokenOf(new(8), PureLane.Games.Id), Is.Not.EqualTo(games));
    }

    [Test]
    public void A_fixed_price_of_such_a_merchant_is_not_asked_for()
    {
        var lane = new PureLane();
        lane.Text(lane.Subscriber(), "PAY EA BADGE");
        Assert.That((lane.Answer, lane.Calls.Count), Is.EqualTo((TextTemplate.Prompt, 0)));
    }

    [Test]
    public void A_repeat_while_the_merchant_is_asked_is_told_so()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY EA");
        lane.Text(subscriber, "PAY EA");
        Assert.That((lane.Answer, lane.Calls.Count, subscriber.OpenPayments.Count), Is.EqualTo((TextTemplate.BeingPriced, 1, 1)));
    }

    [Test]
    public void Without_a_permit_the_payment_is_declined_at_once()
    {
        var lane = new PureLane(permits: 0);
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY EA");
        Assert.That((lane.Answer, lane.Ended.Single().Outcome, lane.Calls.Count), Is.EqualTo((TextTemplate.SystemBusy, PaymentOutcome.DeclinedSystemBusy, 0)));
    }

    [Test]
    public void Digits_that_are_no_merchant_may_be_a_code_and_are_said_and_logged_as_stars()
    {
        var lane = new PureLane();
        lane.Text(lane.Subscriber(), "PAY 4821");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.MerchantUnknown));
        Assert.That(lane.Messages.Single().Received, Is.EqualTo("PAY ****"));
        Assert.That(ParameterList.Split(lane.Messages.Single().Parameters!), Is.EqualTo(new[] { "****" }));
    }
}
