using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Subscribers;
using CarrierPay.TestSupport;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>A database with subscribers 1 to 100 (prepaid, 10,000 each), and what tests of the lanes look at in it.</summary>
internal abstract class LaneFixture
{
    public const long Opening = 10_000;

    protected TestDatabase Database { get; private set; } = null!;

    [SetUp]
    public async Task MakeDatabase()
    {
        Database = await TestDatabase.CreateAsync();
        await ExecuteAsync(
            $"""
            insert into subscribers (lane, id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor)
            select id % 32, id, 254700000000 + id, 1, 1, {(short)KycTier.Named}, 2, 1, 978, {Opening} from generate_series(1, 100) as id;
            insert into numbers (msisdn, subscriber_id, lane, valid_from)
            select 254700000000 + id, id, id % 32, now() from generate_series(1, 100) as id
            """);
    }

    [TearDown]
    public ValueTask DropDatabase() => Database.DisposeAsync();

    protected async Task ExecuteAsync(string sql)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    protected async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    protected Task<long> BalanceAsync(long subscriber) => ReadAsync<long>($"select balance_minor from subscribers where id = {subscriber}");

    /// <summary>Holds a subscriber's row, as a frozen engine or a slow operator would.</summary>
    protected async Task<NpgsqlConnection> HoldAsync(long subscriber)
    {
        var holder = await Database.Owner.OpenConnectionAsync();
        await holder.ExecuteAsync($"begin; select 1 from subscribers where lane = {subscriber % 32} and id = {subscriber} for no key update");
        return holder;
    }

    /// <summary>Until a statement of the lanes waits for a lock.</summary>
    protected Task SomebodyWaitsAsync() => Eventually.True(
        async () => await ReadAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") > 0,
        "a lane waits for a lock");

    protected static async Task<OutboundMessage> NextMessageAsync(LaneStack stack)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await stack.Outgoing.Reader.ReadAsync(deadline.Token);
    }
}
