using CarrierPay.Engine.Subscribers;
using CarrierPay.TestSupport;

namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>kill -9 between any two steps of a charge, while others pay.</summary>
[TestFixture, Parallelizable]
public sealed class RailKillTests
{
    private const int Tracks = 4;
    private const int Struck = 20;
    private const int MostOfOnePhone = 40; // a day has 50
    private static readonly int Paying = LongRun.IsOn ? 20 * Tracks : Tracks;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    [Test]
    public async Task Killed_at_each_step_of_each_rail_the_engine_charges_once_and_tells_everybody()
    {
        var kills = LongRun.IsOn ? 200 : 10;
        await using var stage = await RailsStage.SetAsync(phones: Paying + Struck);
        await using var ocs = new RailUnderTest(stage, stage.Ocs, ConnectorKind.OcsDebit);
        await using var bank = new RailUnderTest(stage, stage.Bank, ConnectorKind.BankDebit);
        var engine = await stage.StartEngineAsync(Patience);
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, Tracks).Select(track => PayOnAsync(stage.Payers.Take(Paying).Where((_, i) => i % Tracks == track), enough.Token)));
        Dictionary<(ConnectorKind, KillStep), int> hit = [];
        for (var kill = 0; kill < kills; kill++)
        {
            var (byAirtime, byBank) = (stage.Payers[Paying + (2 * kill % Struck)], stage.Payers[Paying + (2 * kill % Struck) + 1]);
            var (atOcs, atBank) = ((KillStep)(kill % 3), (KillStep)((kill + 1) % 3));
            var orders = await Task.WhenAll(ocs.BringToAsync(byAirtime, atOcs), bank.BringToAsync(byBank, atBank));
            await engine.KillAsync();

            await NoteAsync(kill, ocs, byAirtime, atOcs, hit);
            await NoteAsync(kill, bank, byBank, atBank, hit);
            await Task.WhenAll(ocs.LetGoAsync(), bank.LetGoAsync());
            engine = await stage.Stage.StartEngineAsync(stage.Settings(Patience));
            Assert.That(await byAirtime.EndAsync(orders[0]), Does.Contain($"Ref {orders[0].Reference} PAID"), "the charging system is asked again until it answers");
            Assert.That(await byBank.EndAsync(orders[1]), Does.Contain($"Ref {orders[1].Reference} NOT PAID"), "a bank's debit without an answer is undone");
        }
        await enough.CancelAsync();
        await load;
        await stage.CheckAsync();
        TestContext.Out.WriteLine(string.Join('\n', hit.OrderBy(h => h.Key).Select(h => $"{h.Key.Item1}, killed between {h.Key.Item2}: {h.Value} times")));
        TestContext.Out.WriteLine($"{stage.Payers.Sum(p => p.Ends.Count)} payments");
        Assert.That(hit.Keys, Has.Exactly(6).Items, "each step of each rail was hit");
        Assert.That(hit.Values, Has.All.GreaterThanOrEqualTo(LongRun.IsOn ? 5 : 2));
    }

    private static async Task NoteAsync(int kill, RailUnderTest rail, Payer struck, KillStep wanted, Dictionary<(ConnectorKind, KillStep), int> hit)
    {
        var own = await rail.StepsAsync(struck.Msisdn);
        var all = await rail.StepsAsync();
        TestContext.Out.WriteLine($"Kill {kill + 1}, {rail.Debit}: between {string.Join(", ", all.Select(s => $"{s.Key} ({s.Value})"))}");
        Assert.That(own, Is.EqualTo(new Dictionary<KillStep, int> { [wanted] = 1 }), "the kill hit the step it was for");
        hit[(rail.Debit, wanted)] = hit.GetValueOrDefault((rail.Debit, wanted)) + 1;
    }

    private static async Task PayOnAsync(IEnumerable<Payer> payers, CancellationToken enough)
    {
        foreach (var payer in payers)
        {
            while (!enough.IsCancellationRequested && payer.Ends.Count < MostOfOnePhone)
                await payer.PayAsync();
        }
    }
}
