using CarrierPay.Engine.Storage;
using CarrierPay.TestSupport;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Engine.Tests.Storage;

[TestFixture]
public sealed class PartitionsTests
{
    private const string AddPayment = """
        insert into payments (lane, day, id, subscriber_id, number, merchant_id, source, outcome, amount_minor, currency, requested_at, ended_at)
        values (1, @at::date, @id, 7, 1, 1, 1, 1, 100, 978, @at, @at)
        """;

    private FakeTimeProvider _time = null!;
    private TestDatabase _database = null!;

    [SetUp]
    public async Task MakeDatabase()
    {
        // Later than any day of which the migrations may have made partitions.
        _time = new(new DateTimeOffset(2031, 1, 31, 23, 59, 59, TimeSpan.Zero));
        _database = await TestDatabase.CreateAsync();
    }

    [TearDown]
    public async Task DropDatabase() => await _database.DisposeAsync();

    [Test]
    public async Task Midnight_and_a_months_end_find_their_partitions_waiting()
    {
        using var partitions = Make();
        await partitions.MakeAsync(CancellationToken.None);
        await using var connection = await _database.Databases.Engine.OpenConnectionAsync();
        for (var id = 1L; id <= 3; id++, _time.Advance(TimeSpan.FromSeconds(1)))
            await connection.ExecuteAsync(AddPayment, new { id, at = _time.GetUtcNow().UtcDateTime });

        var rows = await connection.QueryAsync<string>("select tableoid::regclass::text from payments order by id");
        Assert.That(rows, Is.EqualTo(new[] { "payments_20310131", "payments_20310201", "payments_20310201" }));
    }

    [Test]
    public async Task Making_them_again_makes_only_the_day_that_is_new()
    {
        using var partitions = Make();
        await using var connection = await _database.Owner.OpenConnectionAsync();
        var tables = await connection.ExecuteScalarAsync<int>("select count(*) from pg_partitioned_table where partstrat = 'r'");
        Assert.That(await partitions.MakeAsync(CancellationToken.None), Is.EqualTo(8 * tables));
        Assert.That(await partitions.MakeAsync(CancellationToken.None), Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await partitions.MakeAsync(CancellationToken.None), Is.EqualTo(tables));
    }

    [Test]
    public async Task A_later_period_gets_those_ahead_of_it()
    {
        await using var connection = await _database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync("update open_period set id = 5");
        using var partitions = Make();
        await partitions.MakeAsync(CancellationToken.None);

        Assert.That(await connection.ExecuteScalarAsync<bool>("select to_regclass('transfers_12') is not null"), Is.True);
    }

    private Partitions Make() => new(_database.Databases, _time, NullLogger<Partitions>.Instance);
}
