using System.Collections.Concurrent;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Subscribers;
using Dapper;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Rules 1 and 2: a row that somebody else holds.</summary>
[TestFixture]
internal sealed class HeldRowTests : LaneFixture
{
    [Test]
    public async Task Who_waited_for_a_row_sees_open_payment_and_balance_together_never_mixed()
    {
        await ExecuteAsync(
            """
            insert into open_payments (lane, subscriber_id, id, state, number, merchant_id, source, asked_minor, amount_minor, currency, request_fingerprint, reply_path, requested_at, due_at)
            values (1, 1, 77, 2, 1, 1, 1, 0, 1250, 978, 5, '500', now(), now() + interval '1 hour')
            """);
        (long Balance, int Open) seen = default;
        await using var stack = await LaneStack.StartAsync(
            Database, (SubscriberState subscriber, SubscriberEvent _, in Given _, Changes _) => seen = (subscriber.BalanceMinor, subscriber.OpenPayments.Count));
        await using var payer = await HoldAsync(1);
        await payer.ExecuteAsync("update subscribers set balance_minor = balance_minor - 1250 where lane = 1 and id = 1; delete from open_payments where lane = 1");

        var fate = stack.PostAsync(1, new Probe());
        await SomebodyWaitsAsync();
        await payer.ExecuteAsync("commit");

        Assert.That(await fate, Is.EqualTo(EventFate.Decided));
        Assert.That(seen, Is.EqualTo((Opening - 1250, 0)));
    }

    [Test]
    public async Task A_frozen_holder_stalls_nobody_else()
    {
        await using var stack = await LaneStack.StartAsync(Database, Nothing, workers: 1);
        await using var holder = await HoldAsync(1);
        var held = stack.PostAsync(1, new Probe());
        await SomebodyWaitsAsync();

        // 33, 65 and 97 are in the same lane; all share the one worker.
        var others = await Task.WhenAll(Enumerable.Range(2, 99).Select(id => stack.PostAsync(id, new Probe())));

        Assert.That(others, Is.All.EqualTo(EventFate.Decided));
        Assert.That(held.IsCompleted, Is.False);
        await holder.ExecuteAsync("rollback");
        Assert.That(await held, Is.EqualTo(EventFate.Decided));
    }

    [Test]
    public async Task Events_of_a_held_subscriber_are_decided_in_their_order()
    {
        await using var stack = await LaneStack.StartAsync(Database, Nothing, workers: 1);
        await using var holder = await HoldAsync(1);
        var fates = new List<Task<EventFate>> { stack.PostAsync(1, new Probe("1")), stack.PostAsync(1, new Probe("2")) };
        await SomebodyWaitsAsync();
        fates.AddRange(Enumerable.Range(3, 20).Select(i => stack.PostAsync(1, new Probe($"{i}"))));
        await holder.ExecuteAsync("rollback");

        Assert.That(await Task.WhenAll(fates), Is.All.EqualTo(EventFate.Decided));
        Assert.That(stack.Decided.Cast<Probe>().Select(p => p.Name), Is.EqualTo(Enumerable.Range(1, 22).Select(i => $"{i}")));
    }

    [Test]
    public async Task A_row_that_is_held_for_longer_than_a_second_is_waited_for_again()
    {
        await using var stack = await LaneStack.StartAsync(Database, Nothing);
        await using var holder = await HoldAsync(1);
        var fate = stack.PostAsync(1, new Probe());
        var first = await WaitingSinceAsync();
        await Eventually.True(async () => await WaitingSinceAsync() != first, "the first wait has ended and another one has begun");
        await holder.ExecuteAsync("rollback");
        Assert.That(await fate, Is.EqualTo(EventFate.Decided));
    }

    [Test]
    public async Task An_event_for_a_subscriber_that_is_not_there_is_misrouted()
    {
        await using var stack = await LaneStack.StartAsync(Database, Nothing);
        Assert.That(await stack.PostAsync(1001, new Probe()), Is.EqualTo(EventFate.Misrouted));
    }

    [Test]
    public async Task A_number_that_belongs_to_somebody_else_by_now_is_misrouted()
    {
        await using var stack = await LaneStack.StartAsync(Database);
        await ExecuteAsync("update subscribers set msisdn = 254711111111 where id = 1");

        Assert.That(await stack.TextAsync(1, "BAL"), Is.EqualTo(EventFate.Misrouted));
        Assert.That(stack.Decided, Is.Empty);
    }

    [Test]
    public async Task Events_of_one_subscriber_in_one_batch_are_decided_one_after_the_other_on_the_same_state()
    {
        var balances = new ConcurrentQueue<long>();
        await using var stack = new LaneStack(Database, (SubscriberState subscriber, SubscriberEvent _, in Given _, Changes _) =>
        {
            balances.Enqueue(subscriber.BalanceMinor--);
            subscriber.IsChanged = true;
        });
        var fates = Enumerable.Range(0, 50).Select(_ => stack.PostAsync(1, new Probe())).ToList();
        await stack.StartAsync();
        await Task.WhenAll(fates);

        Assert.That(balances, Is.EqualTo(Enumerable.Range(0, 50).Select(i => Opening - i)));
        Assert.That(await BalanceAsync(1), Is.EqualTo(Opening - 50));
        Assert.That(await ReadAsync<long>("select count(*) from lane_batches"), Is.EqualTo(1));
    }

    private static void Nothing(SubscriberState subscriber, SubscriberEvent subscriberEvent, in Given given, Changes changes)
    {
    }

    private async Task<DateTime?> WaitingSinceAsync()
    {
        await SomebodyWaitsAsync();
        return await ReadAsync<DateTime?>("select max(xact_start) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
    }
}
