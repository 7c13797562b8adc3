namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>The charging system and the bank are killed and come back with their books, on the same ports, while everybody pays.</summary>
[TestFixture, Parallelizable]
public sealed class RailRestartTests
{
    private const int MostOfOnePhone = 40; // a day has 50

    [Test]
    public async Task With_charging_system_and_bank_killed_again_and_again_each_payment_has_one_outcome_and_its_text()
    {
        await using var rails = await RailsProcess.StartAsync();
        await using var stage = await RailsStage.SetAsync(phones: 12, rails: rails);
        await stage.Stage.StartEngineAsync(stage.Settings(TimeSpan.FromSeconds(2), rails.OcsPort, rails.BankPort));
        using var enough = new CancellationTokenSource();
        var paying = Task.WhenAll(stage.Payers.Select(p => PayOnAsync(p, rails, enough.Token)));
        // They die when they have done debits and not answered, and when debits came and were not done.
        foreach (var fault in new[] { "mute", "lose", "mute" })
        {
            var ends = stage.Payers.Sum(p => p.Ends.Count);
            await Eventually.True(() => stage.Payers.Sum(p => p.Ends.Count) >= ends + stage.Payers.Count || paying.IsCompleted, "payments end");
            await stage.OrderAsync("ocs", new { fault, count = 2 });
            await stage.OrderAsync("bank", new { fault, count = 2, on = "debit" });
            await Eventually.True(async () => await FaultsAsync(stage, "ocs") + await FaultsAsync(stage, "bank") == 0, "debits are without an answer", () => stage.Ends);
            await rails.RestartAsync();
        }
        await enough.CancelAsync();
        await paying;
        await stage.CheckAsync();

        var watchdogs = (await stage.AskAsync("ocs")).GetProperty("connections").EnumerateArray().Select(c => c.GetProperty("watchdogs").GetInt32());
        Assert.That(watchdogs, Is.EqualTo(new[] { 3, 3 }), "a connection that came back is asked three times before it is trusted (RFC 3539)");
        Assert.That((await stage.AskAsync("bank")).GetProperty("peers").EnumerateArray().Select(p => p.GetProperty("isSignedOn").GetBoolean()), Is.EqualTo(new[] { true, true }));
        TestContext.Out.WriteLine(stage.Ends);
    }

    /// <summary>Pays, and does not insist while the rails are down: that is declined at once.</summary>
    private static async Task PayOnAsync(Payer payer, RailsProcess rails, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested && payer.Ends.Count < MostOfOnePhone)
        {
            await payer.PayAsync();
            await Eventually.True(() => rails.IsUp, "charging system and bank are there");
        }
    }

    private static async Task<int> FaultsAsync(RailsStage stage, string rail) => (await stage.AskAsync($"{rail}/faults")).GetProperty("faults").GetArrayLength();
}
