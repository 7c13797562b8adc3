using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class CancelAndExpirePaymentTests
{
    [Test]
    public void A_bare_no_cancels_the_only_payment_that_waits()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY NEWS");
        lane.Text(subscriber, "N");
        Assert.That((lane.Answer, lane.Ended.Single().Outcome), Is.EqualTo((TextTemplate.Cancelled, PaymentOutcome.Cancelled)));
        lane.Text(subscriber, "N");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.NothingToConfirm));
    }

    [Test]
    public void A_no_needs_a_code_when_two_wait()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY NEWS");
        lane.Text(subscriber, "PAY COFFEE LATTE");
        lane.Text(subscriber, "N");
        Assert.That((lane.Answer, lane.Ended.Count), Is.EqualTo((TextTemplate.CodeNeeded, 0)));
        lane.Text(subscriber, $"N {lane.CodeOf(subscriber, 2)}");
        Assert.That((lane.Answer, subscriber.OpenPayments.Single().Number), Is.EqualTo((TextTemplate.Cancelled, 1)));
    }

    [Test]
    public void A_no_to_a_paid_payment_is_told_that_it_is_paid()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY NEWS");
        lane.Text(subscriber, $"Y {lane.CodeOf(subscriber)}");
        lane.Text(subscriber, $"N {lane.CodeOf(subscriber, 1)}");
        Assert.That((lane.Answer, lane.Ended.Count), Is.EqualTo((TextTemplate.AlreadyPaid, 1)));
    }

    [TestCase("PAY NEWS", 300, PaymentOutcome.Expired, TextTemplate.Expired)]
    [TestCase("PAY EA", 5, PaymentOutcome.DeclinedNoPrice, TextTemplate.NoPrice)]
    public void A_payment_ends_when_its_time_has_come_and_not_before(string text, int seconds, PaymentOutcome outcome, TextTemplate answer)
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, text);
        var due = new PaymentDue(subscriber.OpenPayments.Single().Id);
        lane.Now = PureLane.Start.AddSeconds(seconds - 1);
        lane.Decide(subscriber, due);
        Assert.That((lane.Answers.Count, subscriber.OpenPayments.Count), Is.EqualTo((0, 1)));
        lane.Now = PureLane.Start.AddSeconds(seconds);
        lane.Decide(subscriber, due);
        Assert.That((lane.Answer, lane.Ended.Single().Outcome), Is.EqualTo((answer, outcome)));
        lane.Decide(subscriber, due);
        Assert.That((lane.Answers.Count, lane.Ended.Count), Is.EqualTo((0, 1)));
    }
}
