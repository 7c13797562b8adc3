using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class PayByPhoneBillTests
{
    private static string ReferenceOf(SubscriberState subscriber, int number) => PaymentReference.Of(subscriber.Id, number);

    private static void Pay(PureLane lane, SubscriberState subscriber, string text)
    {
        lane.Text(subscriber, text);
        lane.Text(subscriber, $"Y {lane.CodeOf(subscriber)}");
    }

    [Test]
    public void The_default_source_is_named_in_the_prompt_and_charged_with_the_right_code()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(source: FundingKind.PhoneBill, billLimit: 5000);
        lane.Text(subscriber, "PAY COFFEE LATTE");
        var payment = subscriber.OpenPayments.Single();
        Assert.That((lane.Said[3], lane.Transfers.Count, lane.RatedEvents.Count), Is.EqualTo(("phone bill", 0, 0)));
        lane.Text(subscriber, $"Y {lane.CodeOf(subscriber)}");

        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.ReceiptOnBill));
        Assert.That(lane.Said, Is.EqualTo(new[] { ReferenceOf(subscriber, 1), "EUR 12.50", "Star Coffee", "23/11 14:31", "EUR 12.50", "EUR 50.00" }));
        Assert.That(lane.Transfers.Single(), Is.EqualTo(new Transfer(
            lane.Transfers[0].Id, ChartAccount.PhoneBillReceivable, 7, ChartAccount.MerchantPayable, 1, TransferKind.Payment, 1250, 978, payment.Id.Value)));
        Assert.That((subscriber.BalanceMinor, subscriber.Bill!.Value.ChargedMinor, subscriber.IsBillChanged), Is.EqualTo((10_000, 1250, true)));
    }

    [Test]
    public void A_charge_is_rated_for_billing_with_the_number_and_the_name_of_that_time()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(source: FundingKind.PhoneBill, billLimit: 5000);
        Pay(lane, subscriber, "PAY COFFEE LATTE");
        Assert.That(lane.RatedEvents.Single(), Is.EqualTo(new RatedEvent(
            lane.Ended.Single().Payment.Id, RatedEventKind.Charge, subscriber.Id, subscriber.Msisdn, PureLane.Coffee.Id, "Star Coffee", "LATTE", 1250, 978, ReferenceOf(subscriber, 1))));
    }

    [TestCase("PAY COFFEE LATTE P", FundingKind.PhoneBill)]
    [TestCase("支付 COFFEE LATTE 话费", FundingKind.PhoneBill)]
    [TestCase("PAY COFFEE LATTE W", FundingKind.Prepaid)]
    [TestCase("PAY COFFEE LATTE", FundingKind.Prepaid)]
    public void The_source_that_is_named_is_charged_and_no_other(string text, FundingKind source)
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(billLimit: 5000);
        Pay(lane, subscriber, text);
        var isBill = source == FundingKind.PhoneBill;
        Assert.That(lane.Ended.Single().Payment.Source, Is.EqualTo(source));
        Assert.That((subscriber.BalanceMinor, subscriber.Bill!.Value.ChargedMinor), Is.EqualTo(isBill ? (10_000, 1250) : (8750, 0)));
        Assert.That((lane.RatedEvents.Count, subscriber.IsBillChanged), Is.EqualTo(isBill ? (1, true) : (0, false)));
    }

    [Test]
    public void Over_the_limit_of_the_month_is_declined_with_the_limit_and_not_taken_from_another_source_unasked()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(source: FundingKind.PhoneBill, billLimit: 2000);
        Pay(lane, subscriber, "PAY COFFEE LATTE");
        lane.Text(subscriber, "PAY COFFEE MOCHA");
        Assert.That(lane.Answers[0].Template, Is.EqualTo(TextTemplate.OverBillLimit));
        Assert.That(ParameterList.Split(lane.Answers[0].Parameters), Is.EqualTo(new[] { ReferenceOf(subscriber, 2), "EUR 14.00", "Star Coffee", "EUR 20.00" }));
        Assert.That((lane.Transfers.Count, subscriber.BalanceMinor), Is.EqualTo((1, 10_000)));
    }

    [Test]
    public void Two_prompts_that_fit_one_by_one_and_not_together_are_charged_once()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(source: FundingKind.PhoneBill, billLimit: 2000);
        lane.Text(subscriber, "PAY COFFEE LATTE");
        lane.Text(subscriber, "PAY COFFEE MOCHA");
        var codes = subscriber.OpenPayments.Select(p => lane.CodeOf(subscriber, p.Number)).ToArray();
        lane.Text(subscriber, $"Y {codes[0]}");
        lane.Text(subscriber, $"Y {codes[1]}");
        Assert.That((lane.Answers[0].Template, lane.Transfers.Count, lane.RatedEvents.Count), Is.EqualTo((TextTemplate.OverBillLimit, 1, 1)));
    }

    [Test]
    public void The_next_month_has_room_again()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(source: FundingKind.PhoneBill, billLimit: 1300);
        Pay(lane, subscriber, "PAY COFFEE LATTE");
        lane.Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        Pay(lane, subscriber, "PAY COFFEE LATTE");
        Assert.That((lane.Answer, lane.Said[4]), Is.EqualTo((TextTemplate.ReceiptOnBill, "EUR 12.50")));
    }

    [Test]
    public void One_cap_of_the_user_holds_over_wallet_and_phone_bill_together()
    {
        var lane = new PureLane(limits: new(100_000, 10_000, 2000, 30_000, 10));
        var subscriber = lane.Subscriber(billLimit: 5000);
        Pay(lane, subscriber, "PAY COFFEE LATTE W");
        lane.Text(subscriber, "PAY COFFEE LATTE P");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.OverDayLimit));
    }

    [Test]
    public void A_source_that_was_taken_away_before_the_answer_is_not_charged_and_named_when_asked_again()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(billLimit: 5000);
        lane.Text(subscriber, "PAY COFFEE LATTE P");
        var code = lane.CodeOf(subscriber);
        (subscriber.Sources, subscriber.Bill) = ((short)(1 << (int)FundingKind.Prepaid), null);
        for (var i = 0; i < 2; i++)
        {
            lane.Text(subscriber, $"Y {code}");
            Assert.That((lane.Answer, lane.Said[2], lane.Transfers.Count), Is.EqualTo((TextTemplate.SourceNotLinked, "phone bill", 0)));
        }
    }

    [TestCase(null, TextTemplate.Balance, new[] { "EUR 100.00", "EUR 0.00", "EUR 300.00" })]
    [TestCase(5000L, TextTemplate.BalanceOfBoth, new[] { "EUR 100.00", "EUR 12.50", "EUR 50.00", "EUR 12.50", "EUR 300.00" })]
    public void BAL_says_what_is_true_of_each_source(long? limit, TextTemplate answer, string[] said)
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(billLimit: limit);
        if (limit is not null)
            Pay(lane, subscriber, "PAY COFFEE LATTE P");
        lane.Text(subscriber, "BAL");
        Assert.That(lane.Answer, Is.EqualTo(answer));
        Assert.That(lane.Said, Is.EqualTo(said));
    }

    [Test]
    public void BAL_of_a_line_with_a_phone_bill_only_shows_no_wallet()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(balance: 0, source: FundingKind.PhoneBill, billLimit: 5000);
        subscriber.Sources = 1 << (int)FundingKind.PhoneBill;
        lane.Text(subscriber, "BAL");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.BalanceOfBill));
        Assert.That(lane.Said, Is.EqualTo(new[] { "EUR 0.00", "EUR 50.00", "EUR 0.00", "EUR 300.00" }));
    }

    [Test]
    public void A_merchant_is_told_only_of_what_was_charged_and_only_if_it_wants_to_be()
    {
        var lane = new PureLane();
        lane.Replace(PureLane.Coffee with { WantsNotices = true });
        var subscriber = lane.Subscriber();
        Pay(lane, subscriber, "PAY NEWS");
        Assert.That(lane.Notices, Is.Empty);
        lane.Text(subscriber, "PAY COFFEE LATTE");
        lane.Text(subscriber, "N");
        Assert.That(lane.Notices, Is.Empty);
        Pay(lane, subscriber, "PAY COFFEE MOCHA");
        Assert.That(lane.Notices.Single(), Is.EqualTo(new PaymentNotice(PureLane.Coffee.Id, lane.Ended[^1].Payment.Id)));
    }
}
