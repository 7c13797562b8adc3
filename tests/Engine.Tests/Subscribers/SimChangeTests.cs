using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Subscribers;

[TestFixture]
public sealed class SimChangeTests
{
    private PureLane _lane = null!;
    private SubscriberState _ida = null!;

    [SetUp]
    public void Set()
    {
        _lane = new() { Rails = PureRails.Of() };
        _ida = _lane.Subscriber(balance: 20_000).WithRails();
        _ida.SimChangedAt = _lane.Now - TimeSpan.FromHours(71);
    }

    [TestCase("PAY NEWS W")]
    [TestCase("PAY NEWS B")]
    [TestCase("TOPUP 5 B")]
    [TestCase("CASHOUT 5 B")]
    [TestCase("CASHOUT 5 P")]
    public void Wallet_and_bank_account_are_closed(string text)
    {
        _lane.Text(_ida, text);
        Assert.That((_lane.Answer, _lane.Said[2], _lane.Ended.Single().Outcome), Is.EqualTo((TextTemplate.SimChanged, TextFormat.DateAndTime(_lane.Now.AddHours(1), Language.English), PaymentOutcome.DeclinedSimChanged)));
        Assert.That((_lane.Transfers.Count, _lane.Calls.Count), Is.EqualTo((0, 0)));
    }

    [TestCase("PAY NEWS P")]
    [TestCase("TOPUP 5 P")]
    public void Airtime_goes_on(string text)
    {
        _lane.Text(_ida, text);
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Prompt));
    }

    [Test]
    public void With_the_limits_of_the_lowest_tier()
    {
        _lane.Text(_ida, "TOPUP 50.01 P");
        Assert.That((_lane.Answer, _lane.Said[3]), Is.EqualTo((TextTemplate.OverTransactionLimit, "EUR 50.00")));
        _ida.SimChangedAt = null;
        _lane.Text(_ida, "TOPUP 50.02 P");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Prompt));
    }

    [Test]
    public void A_prompt_from_before_cannot_be_confirmed_from_the_new_card()
    {
        _ida.SimChangedAt = null;
        _lane.Text(_ida, "PAY NEWS W");
        _ida.SimChangedAt = _lane.Now;
        _lane.Text(_ida, $"Y {_lane.CodeOf(_ida, 1)}");
        Assert.That((_lane.Answer, _lane.Transfers.Count), Is.EqualTo((TextTemplate.SimChanged, 0)));
    }

    [Test]
    public void The_cooling_time_ends()
    {
        _lane.Now += TimeSpan.FromHours(1);
        _lane.Text(_ida, "PAY NEWS W");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Prompt));
    }
}
