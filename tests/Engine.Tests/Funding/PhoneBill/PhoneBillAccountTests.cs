using CarrierPay.Engine.Funding.PhoneBill;
using CarrierPay.Engine.Tests.Subscribers;
using CsCheck;

namespace CarrierPay.Engine.Tests.Funding.PhoneBill;

[TestFixture]
public sealed class PhoneBillAccountTests
{
    [Test]
    public void The_bill_takes_up_to_its_limit_and_not_one_unit_more()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(billLimit: 1000);
        PhoneBillAccount.Charge(subscriber, 400, lane.Given);
        Assert.That((PhoneBillAccount.HasRoom(subscriber, 600, lane.Given), PhoneBillAccount.HasRoom(subscriber, 601, lane.Given)), Is.EqualTo((true, false)));
        Assert.That(PhoneBillAccount.HasRoom(subscriber, long.MaxValue, lane.Given), Is.False);
        Assert.That(() => PhoneBillAccount.Charge(subscriber, 601, lane.Given), Throws.InvalidOperationException);
        Assert.That(() => PhoneBillAccount.Charge(subscriber, 0, lane.Given), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(subscriber.Bill!.Value.ChargedMinor, Is.EqualTo(400));
    }

    [Test]
    public void A_new_month_begins_an_empty_bill()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(billLimit: 1000);
        PhoneBillAccount.Charge(subscriber, 1000, lane.Given);
        lane.Now = new(2026, 11, 30, 23, 59, 59, TimeSpan.Zero);
        Assert.That(PhoneBillAccount.HasRoom(subscriber, 1, lane.Given), Is.False);
        lane.Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.That(PhoneBillAccount.Of(subscriber, lane.Given).ChargedMinor, Is.Zero);
        PhoneBillAccount.Charge(subscriber, 300, lane.Given);
        Assert.That(PhoneBillAccount.Of(subscriber, lane.Given).ChargedMinor, Is.EqualTo(300));
    }

    [Test]
    public void A_limit_that_was_lowered_below_the_bill_leaves_no_room()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber(billLimit: 1000);
        PhoneBillAccount.Charge(subscriber, 900, lane.Given);
        subscriber.Bill = subscriber.Bill!.Value with { LimitMinor = 500 };
        Assert.That(PhoneBillAccount.HasRoom(subscriber, 1, lane.Given), Is.False);
    }

    [Test]
    public void Whatever_is_charged_in_whatever_months_no_bill_passes_its_limit_and_each_is_the_sum_of_its_charges() =>
        Gen.Select(Gen.Long[0, 5000], Gen.Select(Gen.Int[0, 20], Gen.Long[1, 2000]).Array[0, 60]).Sample((limit, charges) =>
        {
            var lane = new PureLane();
            var subscriber = lane.Subscriber(billLimit: limit);
            var bills = new Dictionary<int, long>();
            foreach (var (days, amount) in charges)
            {
                lane.Now += TimeSpan.FromDays(days);
                var month = lane.Given.BusinessMonth;
                if (!PhoneBillAccount.HasRoom(subscriber, amount, lane.Given))
                {
                    Assert.That(bills.GetValueOrDefault(month) + amount, Is.GreaterThan(limit));
                    continue;
                }
                PhoneBillAccount.Charge(subscriber, amount, lane.Given);
                bills[month] = bills.GetValueOrDefault(month) + amount;
                Assert.That(PhoneBillAccount.Of(subscriber, lane.Given).ChargedMinor, Is.EqualTo(bills[month]).And.LessThanOrEqualTo(limit));
            }
        });
}
