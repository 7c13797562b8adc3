using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Two processes on one database, and an SMSC that repeats: money moves once.</summary>
[TestFixture]
internal sealed class TwoProcessesTests : LaneFixture
{
    [Test]
    public async Task Concurrent_duplicates_in_two_processes_charge_once()
    {
        await using var first = await LaneStack.StartAsync(Database);
        await using var second = await LaneStack.StartAsync(Database);
        LaneStack[] stacks = [first, second];
        int[] subscribers = [.. Enumerable.Range(1, 20)];

        var asked = await Task.WhenAll(subscribers.SelectMany(id => Enumerable.Range(0, 10).Select(i => stacks[i % 2].TextAsync(id, "PAY NEWS"))));
        var confirmed = await Task.WhenAll(subscribers.SelectMany(id => Enumerable.Range(0, 10).Select(i => stacks[i % 2].TextAsync(id, $"Y {LaneStack.CodeOf(id, 1)}"))));

        Assert.That(asked.Concat(confirmed), Is.All.EqualTo(EventFate.Decided));
        Assert.That(await ReadAsync<long>("select count(*) from payments"), Is.EqualTo(20));
        Assert.That(await ReadAsync<long>("select count(*) from open_payments"), Is.Zero);
        Assert.That(await ReadAsync<long>("select count(distinct debit_owner) from transfers"), Is.EqualTo(20));
        Assert.That(await ReadAsync<long>("select count(*) from transfers"), Is.EqualTo(20));
        Assert.That(await ReadAsync<long>("select sum(balance_minor) from subscribers where id <= 20"), Is.EqualTo(20 * (Opening - 199)));
        Assert.That(await ReadAsync<long>("select sum(day_spent_minor) from subscribers"), Is.EqualTo(20 * 199));
    }

    [Test]
    public async Task Yes_and_no_at_once_in_two_processes_give_one_outcome()
    {
        await using var first = await LaneStack.StartAsync(Database);
        await using var second = await LaneStack.StartAsync(Database);
        int[] subscribers = [.. Enumerable.Range(1, 50)];
        await Task.WhenAll(subscribers.Select(id => first.TextAsync(id, "PAY NEWS")));

        await Task.WhenAll(subscribers.SelectMany(id => new[]
        {
            first.TextAsync(id, $"Y {LaneStack.CodeOf(id, 1)}"), second.TextAsync(id, $"N {LaneStack.CodeOf(id, 1)}"),
        }));

        Assert.That(await ReadAsync<long>("select count(*) from payments"), Is.EqualTo(50));
        var paid = await ReadAsync<long>($"select count(*) from payments where outcome = {(short)PaymentOutcome.Succeeded}");
        Assert.That(await ReadAsync<long>("select count(*) from transfers"), Is.EqualTo(paid));
        Assert.That(await ReadAsync<long>("select sum(balance_minor) from subscribers where id <= 50"), Is.EqualTo((50 * Opening) - (paid * 199)));
    }
}
