using CarrierPay.Engine.Funding.Prepaid;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Funding.Prepaid;

[TestFixture]
public sealed class PrepaidAccountTests
{
    private static readonly TierLimits Limits = new(1000, 0, 0, 0, 0);

    [TestCase(900, true, 1000)]
    [TestCase(901, false, 100)]
    [TestCase(long.MaxValue, false, 100)]
    public void A_filling_stops_at_the_cap_of_the_tier(long amount, bool taken, long balance)
    {
        var subscriber = new PureLane().Subscriber(balance: 100);
        Assert.That(PrepaidAccount.TryCredit(subscriber, amount, Limits), Is.EqualTo(taken));
        Assert.That(subscriber.BalanceMinor, Is.EqualTo(balance));
    }

    [Test]
    public void More_than_there_is_cannot_be_taken_out()
    {
        var subscriber = new PureLane().Subscriber(balance: 100);
        PrepaidAccount.Charge(subscriber, 100);
        Assert.That(() => PrepaidAccount.Charge(subscriber, 1), Throws.InvalidOperationException);
        Assert.That(() => PrepaidAccount.Charge(subscriber, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(subscriber.BalanceMinor, Is.Zero);
    }
}
