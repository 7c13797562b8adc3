using CarrierPay.Simulator.Phones;
using Dapper;

namespace CarrierPay.Engine.Host.Tests;

[TestFixture, Parallelizable]
public sealed class StopTests
{
    [Test]
    public async Task Stopped_at_work_the_engine_leaves_nothing_that_is_sent_twice()
    {
        await using var stage = await Stage.SetAsync(phones: 40);
        var engine = await stage.StartEngineAsync();
        foreach (var phone in stage.Phones)
            stage.Simulator.Smsc.Send(phone, "500", "BAL");
        await Eventually.True(() => stage.Phones.Any(p => Answers(p) > 0), "the first answer comes");
        await engine.SignalAsync("TERM");
        Assert.That(await engine.EndAsync(), Is.Zero, () => engine.Errors);
        await using (var connection = await stage.Database.Owner.OpenConnectionAsync())
        {
            Assert.That(await connection.ExecuteScalarAsync<long>("select count(*) from outbox"), Is.Zero, "what was decided was sent, and what was sent is gone");
            Assert.That(await connection.ExecuteScalarAsync<long>("select count(*) from engines"), Is.Zero, "it signed off");
        }

        await stage.StartEngineAsync();
        await Eventually.True(() => stage.Phones.All(p => Answers(p) > 0), "every text is answered");
        await Eventually.True(() => stage.Phones.All(p => p.MessagesAfter(0).Where(m => m.Direction == MessageDirection.Out).All(m => m.State == MessageState.Delivered)), "every text was taken");
        Assert.That(stage.Phones.Select(Answers), Is.All.EqualTo(1));
    }

    private static int Answers(Phone phone) => phone.MessagesAfter(0).Count(m => m.Direction == MessageDirection.In);
}
