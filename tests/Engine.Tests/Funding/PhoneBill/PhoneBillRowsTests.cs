using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Engine.Tests.Subscribers;
using Dapper;

namespace CarrierPay.Engine.Tests.Funding.PhoneBill;

/// <summary>What a lane writes for the phone bill and for notices, and that others pay nothing for it.</summary>
[TestFixture]
internal sealed class PhoneBillRowsTests : LaneFixture
{
    // Of lane 1 all three: in one batch if they come together.
    private const long ByWallet = 1, ByBill = 33, ByBillToo = 65;

    [SetUp]
    public Task LinkPhoneBills() =>
        ExecuteAsync($"update subscribers set sources = 6, default_source = 2, bill_limit_minor = 300 where id in ({ByBill}, {ByBillToo})");

    [Test]
    public async Task Wallets_and_bills_of_one_lane_are_charged_each_by_its_own_transfer()
    {
        await using var stack = await LaneStack.StartAsync(Database);
        await PayAsync(stack, ByWallet, ByBill, ByBillToo);

        await using var connection = await Database.Owner.OpenConnectionAsync();
        var transfers = await connection.QueryAsync<(short, long, short, long)>("select debit_account, debit_owner, credit_account, amount_minor from transfers order by debit_owner");
        Assert.That(transfers, Is.EqualTo(new[] { ((short)2, ByWallet, (short)3, 199L), ((short)10, ByBill, (short)3, 199L), ((short)10, ByBillToo, (short)3, 199L) }));
        var rows = await connection.QueryAsync<(long, long, long?, bool)>(
            "select id, balance_minor, bill_minor, bill_month is not null from subscribers where id in (1, 33, 65) order by id");
        Assert.That(rows, Is.EqualTo(new[] { (ByWallet, Opening - 199, (long?)null, false), (ByBill, Opening, (long?)199, true), (ByBillToo, Opening, (long?)199, true) }));
    }

    [Test]
    public async Task A_rated_event_has_all_that_billing_needs_and_the_period_of_its_transfer()
    {
        await ExecuteAsync("update open_period set id = 2");
        await using var stack = await LaneStack.StartAsync(Database);
        await PayAsync(stack, ByWallet, ByBill);

        await using var connection = await Database.Owner.OpenConnectionAsync();
        var rated = await connection.QuerySingleAsync<(int Period, short Kind, long Subscriber, long Msisdn, string Service, int Merchant, string Name, long Net, long Tax, short Currency)>(
            "select period, kind, subscriber_id, msisdn, service, merchant_id, merchant_name, net_minor, tax_minor, currency from rated_events");
        Assert.That(rated, Is.EqualTo((2, (short)1, ByBill, LaneStack.NumberOf(ByBill).Value, "DAILY", 2, "Daily News", 199L, 0L, (short)978)));
        Assert.That(await ReadAsync<long>(
            "select count(*) from rated_events r join transfers t on t.lane = r.lane and t.period = r.period and t.reference = r.id and t.amount_minor = r.net_minor and t.created_at = r.at"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_limit_holds_over_batches_and_a_restart()
    {
        await using (var first = await LaneStack.StartAsync(Database))
            await PayAsync(first, ByBill);
        await using var second = await LaneStack.StartAsync(Database);
        await second.TextAsync(ByBill, "PAY NEWS");
        Assert.That(await ReadAsync<long>("select count(*) from payments where outcome = 34"), Is.EqualTo(1));
        Assert.That(await ReadAsync<long>("select count(*) from transfers"), Is.EqualTo(1));
    }

    [Test]
    public async Task Payments_that_a_merchant_is_told_of_are_queued_with_the_charge_and_others_are_not()
    {
        await using var stack = new LaneStack(Database);
        stack.Merchants[stack.Merchants.IndexOf(PureLane.Coffee)] = PureLane.Coffee with { WantsNotices = true };
        await stack.StartAsync();
        await PayAsync(stack, ByWallet);
        Assert.That(await ReadAsync<long>("select count(*) from notice_queue"), Is.Zero);
        await stack.TextAsync(ByWallet, "PAY COFFEE LATTE");
        await stack.TextAsync(ByWallet, $"Y {LaneStack.CodeOf(ByWallet, 2)}");

        await using var connection = await Database.Owner.OpenConnectionAsync();
        var (lane, merchant, payment, paid) = await connection.QuerySingleAsync<(short, int, long, long)>(
            "select q.lane, q.merchant_id, q.payments[1], p.amount_minor from notice_queue q join payments p on p.lane = q.lane and p.id = q.payments[1] and p.day = q.created_at::date");
        Assert.That((lane, merchant, paid, payment > 0), Is.EqualTo(((short)1, 1, 1250L, true)));
    }

    [Test]
    public async Task A_payment_by_wallet_writes_no_row_for_bills_and_notices()
    {
        await using var stack = await LaneStack.StartAsync(Database);
        await PayAsync(stack, ByWallet);
        Assert.That(await ReadAsync<long>("select (select count(*) from rated_events) + (select count(*) from notice_queue) + (select count(*) from subscribers where bill_minor is not null)"), Is.Zero);
    }

    private static async Task PayAsync(LaneStack stack, params long[] subscribers)
    {
        await Task.WhenAll(subscribers.Select(s => stack.TextAsync(s, "PAY NEWS")));
        await Task.WhenAll(subscribers.Select(s => stack.TextAsync(s, $"Y {LaneStack.CodeOf(s, 1)}")));
    }
}
