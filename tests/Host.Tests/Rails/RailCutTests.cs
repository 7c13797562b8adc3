namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>The charging system, the bank and the SMSC are cut and come back while everybody pays.</summary>
[TestFixture, Parallelizable]
public sealed class RailCutTests
{
    private const int Payments = 8;

    [Test]
    public async Task With_all_lines_cut_again_and_again_each_payment_has_one_outcome_and_its_text()
    {
        await using var stage = await RailsStage.SetAsync(phones: 12);
        await stage.StartEngineAsync(TimeSpan.FromSeconds(2));
        var paying = Task.WhenAll(stage.Payers.Select(p => p.PayAsync(Payments)));
        foreach (var ends in new[] { 8, 24, 40, 60 })
        {
            await Eventually.True(() => stage.Payers.Sum(p => p.Ends.Count) >= ends || paying.IsCompleted, "payments end");
            // First what is under way, then whoever tries to come back; and the SMSC at the next message.
            stage.Stage.Simulator.Faults.Order(new(Link: "cut"));
            await Task.WhenAll(stage.Ocs.DownAsync(), stage.Bank.DownAsync());
            stage.Ocs.Up();
            stage.Bank.Up();
        }
        await paying;
        await stage.CheckAsync();
        TestContext.Out.WriteLine(stage.Ends);
    }
}
