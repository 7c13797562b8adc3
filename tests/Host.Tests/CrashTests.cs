namespace CarrierPay.Engine.Host.Tests;

[TestFixture, Parallelizable] // what takes its time is waiting until a frozen engine counts as dead
public sealed class CrashTests
{
    private const int Rounds = 3;

    [Test]
    public async Task Killed_at_any_moment_the_engine_answers_every_text_and_charges_once()
    {
        await using var stage = await Stage.SetAsync(phones: 30);
        var engine = await stage.StartEngineAsync();
        var buying = Task.WhenAll(stage.Phones.Select(p => BuyAsync(new(stage, p))));
        foreach (var delivered in new long[] { 20, 70, 120 })
        {
            var before = delivered + Random.Shared.Next(20);
            await Eventually.True(() => stage.Simulator.Smsc.State.Delivered >= before || buying.IsCompleted, "texts are delivered");
            await engine.KillAsync();
            engine = await stage.StartEngineAsync();
        }
        await buying;
        await stage.CheckBooksAsync(Rounds);
    }

    [Test]
    public async Task Frozen_for_longer_than_its_lease_an_engine_charges_nobody_twice()
    {
        await using var stage = await Stage.SetAsync(phones: 20);
        var first = await stage.StartEngineAsync();
        await stage.StartEngineAsync();
        await Eventually.True(() => stage.Simulator.Smsc.State.Binds.Count == 2, "both engines are bound");
        var buying = Task.WhenAll(stage.Phones.Select(p => BuyAsync(new(stage, p))));
        await Eventually.True(() => stage.Simulator.Smsc.State.Delivered >= 20, "texts are delivered");
        await first.SignalAsync("STOP");
        try
        {
            // The other engine counts it as dead when its heartbeat is old enough, and removes it.
            await Eventually.True(async () => await EnginesAsync(stage) == 1, "the frozen engine is taken for dead");
        }
        finally
        {
            await first.SignalAsync("CONT");
        }
        await buying;
        await Eventually.True(async () => await EnginesAsync(stage) == 2, "the woken engine is among the living again");
        await stage.CheckBooksAsync(Rounds);
    }

    private static async Task BuyAsync(Buyer buyer)
    {
        for (var round = 0; round < Rounds; round++)
            await buyer.BuyAsync();
    }

    private static async Task<long> EnginesAsync(Stage stage)
    {
        await using var command = stage.Database.Owner.CreateCommand("select count(*) from engines");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
