using Dapper;

namespace CarrierPay.Engine.Host.Tests;

[TestFixture, Parallelizable]
public sealed class ParkedCommandTests
{
    private Stage _stage = null!;

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _stage = await Stage.SetAsync(phones: 1);
        await using var connection = await _stage.Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "insert into parked_events (lane, id, subscriber_id, kind, event, error, parked_at) values (1, 4711, 1, 'TextReceived', 'of other keys', 'FormatException', '2026-11-23 10:00Z')");
    }

    [OneTimeTearDown]
    public ValueTask TearDown() => _stage.DisposeAsync();

    [Test]
    public async Task Parked_events_are_listed_without_what_they_say()
    {
        var (code, output, _) = await _stage.RunAsync("parked");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("4711  2026-11-23 10:00:00Z  lane 1, sub 1: TextReceived failed by FormatException").And.Contain("1 parked"));
        Assert.That(output, Does.Not.Contain("keys"));
    }

    [Test]
    public async Task A_retry_is_asked_of_a_running_engine_and_what_cannot_be_read_stays()
    {
        var engine = await _stage.StartEngineAsync();
        var (code, output, _) = await _stage.RunAsync("parked", "retry", "4711");
        Assert.That(code, Is.Zero, output);
        await Eventually.True(() => engine.Output.Contains("Parked event 4711 of lane 1 cannot be read", StringComparison.Ordinal), "the engine tried it");
        Assert.That((await _stage.RunAsync("parked")).Output, Does.Contain("4711"));
    }

    [TestCase("4712", "4712 is not parked")]
    [TestCase("many", "'many' is no id")]
    public async Task A_retry_of_nothing_is_refused(string id, string said)
    {
        var (code, _, errors) = await _stage.RunAsync("parked", "retry", id);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.Contain(said).And.Not.Contain("   at "));
    }
}
