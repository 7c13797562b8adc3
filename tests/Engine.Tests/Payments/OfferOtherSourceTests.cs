using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class OfferOtherSourceTests
{
    private readonly PureLane _lane = new();

    [Test]
    public void What_the_wallet_lacks_is_offered_on_the_phone_bill_and_charged_there_only_with_a_code_of_its_own()
    {
        var subscriber = _lane.Subscriber(balance: 100, billLimit: 5000);
        _lane.Text(subscriber, "PAY COFFEE LATTE");

        Assert.That(_lane.Answers.Select(m => m.Template), Is.EqualTo(new[] { TextTemplate.InsufficientFunds, TextTemplate.PromptAgain }));
        Assert.That(ParameterList.Split(_lane.Answers[1].Parameters)[3], Is.EqualTo("phone bill"));
        Assert.That((_lane.Transfers, subscriber.BalanceMinor), Is.EqualTo((Array.Empty<object>(), 100L)));

        _lane.Text(subscriber, $"Y {_lane.CodeOf(subscriber)}");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.ReceiptOnBill));
        Assert.That((subscriber.BalanceMinor, subscriber.Bill!.Value.ChargedMinor), Is.EqualTo((100L, 1250L)));
    }

    [Test]
    public void A_full_bill_leads_to_the_wallet()
    {
        var subscriber = _lane.Subscriber(balance: 5000, source: FundingKind.PhoneBill, billLimit: 1000);
        _lane.Text(subscriber, "PAY COFFEE LATTE");

        Assert.That(_lane.Answers.Select(m => m.Template), Is.EqualTo(new[] { TextTemplate.OverBillLimit, TextTemplate.PromptAgain }));
        Assert.That(ParameterList.Split(_lane.Answers[1].Parameters)[3], Is.EqualTo("wallet"));
    }

    [Test]
    public void A_source_that_was_named_is_not_replaced()
    {
        _lane.Text(_lane.Subscriber(balance: 5000, billLimit: 1000), "PAY COFFEE LATTE P");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.OverBillLimit));
    }

    [Test]
    public void Nothing_is_offered_that_could_not_pay_either()
    {
        _lane.Text(_lane.Subscriber(balance: 100, billLimit: 1000), "PAY COFFEE LATTE");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.InsufficientFunds));
    }

    [Test]
    public void A_limit_over_all_sources_is_not_evaded()
    {
        var lane = new PureLane(limits: new(100_000, 1000, 20_000, 30_000, 10));
        lane.Text(lane.Subscriber(billLimit: 5000), "PAY COFFEE LATTE");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.OverTransactionLimit));
    }

    [Test]
    public void The_same_text_again_asks_for_the_offer_again()
    {
        var subscriber = _lane.Subscriber(balance: 100, billLimit: 5000);
        _lane.Text(subscriber, "PAY COFFEE LATTE");
        _lane.Text(subscriber, "PAY COFFEE LATTE");

        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.PromptAgain));
        Assert.That(subscriber.OpenPayments, Has.Count.EqualTo(1));
    }

    [TestCase("q_1", 0, true)]
    [TestCase("q_1", 61, false)]
    [TestCase(null, 0, true)]
    [TestCase(null, 61, false)]
    public void What_a_rail_refuses_is_offered_from_another_source_as_long_as_the_quoted_price_holds(string? quote, int seconds, bool isOffered)
    {
        var lane = new PureLane { Rails = PureRails.Of() };
        var subscriber = lane.Subscriber(source: FundingKind.Airtime).WithRails();
        lane.Text(subscriber, "PAY EA COINS");
        lane.Quote(subscriber, lane.Calls.Single(), new(QuoteKind.Priced, 500, "EUR", PureLane.Start.AddSeconds(60), quote, "100 coins"));
        lane.Text(subscriber, $"Y {lane.CodeOf(subscriber)}");
        lane.Now += TimeSpan.FromSeconds(seconds);
        lane.Decide(subscriber, new ChargeAnswered(lane.Calls[^1], ChargeVerdict.NotCharged, PaymentOutcome.DeclinedInsufficientFunds, null, "4012"));

        Assert.That(lane.Answers.Select(m => m.Template), Is.EqualTo(
            isOffered ? [TextTemplate.NotEnoughAtSource, TextTemplate.PromptAgain] : new[] { TextTemplate.NotEnoughAtSource }));
        if (isOffered)
        {
            Assert.That((subscriber.OpenPayments.Single().DueAt, subscriber.OpenPayments.Single().QuoteId), Is.EqualTo((PureLane.Start.AddSeconds(60), quote)));
            lane.Text(subscriber, $"Y {lane.CodeOf(subscriber)}");
            Assert.That((lane.Answer, subscriber.BalanceMinor), Is.EqualTo((TextTemplate.Receipt, 9_500L)));
        }
    }
}
