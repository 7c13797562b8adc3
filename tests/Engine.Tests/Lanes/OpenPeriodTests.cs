using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Dapper;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Rule 3: every transfer is stamped with the period that is open when its batch writes.</summary>
[TestFixture]
internal sealed class OpenPeriodTests : LaneFixture
{
    [Test]
    public async Task A_period_that_moves_between_lock_and_check_restarts_the_batch()
    {
        await using var stack = await LaneStack.StartAsync(Database, Pay);
        await using var closer = await Database.Owner.OpenConnectionAsync();
        await closer.ExecuteAsync($"begin; select pg_advisory_xact_lock({PeriodLock.Class}, 1)");
        var fate = stack.PostAsync(1, new Probe());
        await SomebodyWaitsAsync(); // it has seen period 1 and waits for its lock
        await ExecuteAsync("update open_period set id = 2");
        await closer.ExecuteAsync("commit");

        Assert.That(await fate, Is.EqualTo(EventFate.Decided));
        Assert.That(await ReadAsync<int>("select period from transfers"), Is.EqualTo(2));
        Assert.That(stack.Decided, Has.Count.EqualTo(1), "nothing is decided in a period that has moved");
    }

    [Test]
    public async Task Nothing_is_written_into_a_period_that_is_closed_under_load_of_two_processes()
    {
        const int closings = 20;
        await ExecuteAsync($"select make_period_partitions(1, {closings + 2})");
        await using var first = await LaneStack.StartAsync(Database, Pay);
        await using var second = await LaneStack.StartAsync(Database, Pay);
        using var over = new CancellationTokenSource();
        var load = Task.WhenAll(new[] { first, second }.SelectMany(stack => Enumerable.Range(1, 40).Select(async id =>
        {
            var posted = 0;
            for (; !over.IsCancellationRequested; posted++)
                Assert.That(await stack.PostAsync(id, new Probe()), Is.EqualTo(EventFate.Decided));
            return posted;
        })));

        var closed = new Dictionary<int, long>();
        for (var period = 1; period <= closings; period++)
        {
            var written = period;
            await Eventually.True(async () => await CountAsync(written) > 0 || load.IsCompleted, "transfers are written into the open period");
            await ExecuteAsync($"update open_period set id = {period + 1}");
            // Those who still write into it are waited for; after that its count is final.
            await ExecuteAsync($"select pg_advisory_xact_lock({PeriodLock.Class}, {period})");
            closed.Add(period, await CountAsync(period));
        }
        await over.CancelAsync();
        var total = (await load).Sum();

        foreach (var (period, count) in closed)
            Assert.That(await CountAsync(period), Is.EqualTo(count), $"period {period} changed after it was closed");
        Assert.That(await ReadAsync<long>("select count(*) from transfers"), Is.EqualTo(total), "every transfer stands in one period");
    }

    private Task<long> CountAsync(int period) => ReadAsync<long>($"select count(*) from transfers where period = {period}");

    private static void Pay(SubscriberState subscriber, SubscriberEvent subscriberEvent, in Given given, Changes changes)
    {
        subscriber.BalanceMinor--;
        subscriber.IsChanged = true;
        changes.Transfer(ChartAccount.Prepaid, subscriber.Id.Value, ChartAccount.MerchantPayable, 1, TransferKind.Payment, 1, 978, new(given.Ids.Next()));
    }
}
