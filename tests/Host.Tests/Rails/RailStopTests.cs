namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>An engine that is stopped while the charging system and the bank hold their answers back.</summary>
[TestFixture, Parallelizable]
public sealed class RailStopTests
{
    // Longer than anything here takes: no request is given up by itself.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Stopped_while_the_rails_hang_the_engine_ends_in_order_and_the_next_one_settles_what_was_under_way()
    {
        await using var stage = await RailsStage.SetAsync(phones: 2);
        var settings = stage.Settings(Patience);
        // As an operator has them, not as short as tests like them.
        settings.Remove("CarrierPay__Diameter__DrainTimeout");
        settings.Remove("CarrierPay__Iso8583__Banks__0__NetworkTimeout");
        var engine = await stage.Stage.StartEngineAsync(settings);
        var (byAirtime, byBank) = (stage.Payers[0], stage.Payers[1]);
        var orders = await Task.WhenAll(byAirtime.AskAsync(), byBank.AskAsync());
        stage.Ocs.ToEngine.Close();
        stage.Bank.ToEngine.Close();
        byAirtime.Confirm(orders[0]);
        byBank.Confirm(orders[1]);
        foreach (var payer in stage.Payers)
            await Eventually.True(async () => await stage.BalanceOfAsync(payer) == RailsStage.Opening - Stage.Price, "both are charged, and no answer comes");

        await engine.SignalAsync("TERM");
        Assert.That(await engine.EndAsync(), Is.Zero, () => $"{engine.Errors}\n{engine.Output}");
        Assert.That(await stage.ReadAsync<long>("select count(*) from engines"), Is.Zero, "it signed off, so that another takes up at once what was its own");
        Assert.That(await stage.ReadAsync<long>("select count(*) from connector_calls"), Is.EqualTo(2), "what was asked is not forgotten");

        stage.Ocs.ToEngine.Open();
        stage.Bank.ToEngine.Open();
        await stage.StartEngineAsync(Patience);
        Assert.That(await byAirtime.EndAsync(orders[0]), Does.Contain($"Ref {orders[0].Reference} PAID"));
        Assert.That(await byBank.EndAsync(orders[1]), Does.Contain($"Ref {orders[1].Reference} NOT PAID"));
        await stage.CheckAsync();
    }
}
