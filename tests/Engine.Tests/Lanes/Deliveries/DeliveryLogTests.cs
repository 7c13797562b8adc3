using CarrierPay.Engine.Lanes.Deliveries;
using CarrierPay.Engine.Messaging.Deliveries;
using CarrierPay.Engine.Primitives;
using CarrierPay.TestSupport;
using Npgsql;

namespace CarrierPay.Engine.Tests.Lanes.Deliveries;

[TestFixture]
public sealed class DeliveryLogTests
{
    private static readonly SubscriberId Ann = new(7);
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private TestDatabase _database = null!;
    private DeliveryLog _log = null!;

    [SetUp]
    public async Task MakeDatabase()
    {
        _database = await TestDatabase.CreateAsync();
        _log = new(_database.Databases.Engine);
    }

    [TearDown]
    public ValueTask DropDatabase() => _database.DisposeAsync();

    [Test]
    public async Task What_many_callers_write_at_once_is_all_there()
    {
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => i % 2 == 0 ? _log.AcceptedAsync(Part(i, $"{i}")) : _log.ReceivedAsync(Report($"{i - 1}"))));
        var found = await ReadAsync();
        Assert.That(found, Has.Count.EqualTo(1000));
        Assert.That(found.Select(d => d.Last?.State), Is.All.EqualTo(DeliveryState.Delivered));
    }

    [Test]
    public async Task Fact_that_is_written_twice_is_there_once()
    {
        for (var i = 0; i < 2; i++)
        {
            await _log.AcceptedAsync(Part(1, "a"));
            await _log.ReceivedAsync(Report("a"));
        }
        Assert.That((await ReadAsync()).Single().Reports, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Receipt_keeps_all_that_it_said()
    {
        await _log.AcceptedAsync(Part(1, "a"));
        await _log.ReceivedAsync(Report("a") with { State = DeliveryState.NotTold, Error = "21b", DoneAt = new(2026, 11, 23, 12, 1, 0) });
        var last = (await ReadAsync()).Single().Last!;
        Assert.That((last.State, last.Error, last.DoneAt), Is.EqualTo((DeliveryState.NotTold, "21b", new DateTime(2026, 11, 23, 12, 1, 0))));
    }

    [Test]
    public async Task Receipt_that_cannot_be_stored_fails_its_own_caller_only()
    {
        // PostgreSQL refuses this character in a text.
        var writes = new[] { "a", "b\0", "c" }.Select(id => _log.ReceivedAsync(Report(id))).ToList();
        Assert.That(async () => await writes[1], Throws.InstanceOf<PostgresException>());
        await writes[0];
        await writes[2];
        Assert.That(await CountAsync("delivery_receipts"), Is.EqualTo(2));
    }

    [Test]
    public void While_the_database_is_away_nobody_is_told_that_it_was_written()
    {
        using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Timeout=3");
        Assert.That(async () => await new DeliveryLog(nowhere).ReceivedAsync(Report("a")), Throws.InstanceOf<NpgsqlException>());
    }

    [TestCase("message_parts")]
    [TestCase("delivery_receipts")]
    public async Task Facts_cannot_be_changed(string table)
    {
        await _log.AcceptedAsync(Part(1, "a"));
        await _log.ReceivedAsync(Report("a"));
        Assert.That(async () => await ExecuteAsync($"delete from {table}"), Throws.InstanceOf<PostgresException>());
        Assert.That(async () => await ExecuteAsync($"update {table} set smsc_id = 'b'"), Throws.InstanceOf<PostgresException>());
    }

    private async Task<IReadOnlyList<PartDelivery>> ReadAsync()
    {
        await using var connection = await _database.Databases.Engine.OpenConnectionAsync();
        var today = DateOnly.FromDateTime(Now.UtcDateTime);
        return await DeliveryQueries.OfSubscriberAsync(connection, 3, Ann, today, today);
    }

    private async Task<long> CountAsync(string table)
    {
        await using var command = _database.Owner.CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static SentPart Part(long message, string id) => new(3, Ann, message, 1, 1, "main", id, Now);

    private static DeliveryReport Report(string id) => new(3, Ann, "main", id, Now, DeliveryState.Delivered, "000", null);
}
