using Dapper;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>Two engines, each with its Hangfire server, are killed at each step between a closing and its batch.</summary>
/// <remarks>The step is held by a lock of the test's own, so that the kill hits it and not a moment beside it.</remarks>
[TestFixture, Parallelizable] // what takes its time is waiting until a killed engine counts as dead
public sealed class SettlementCrashTests
{
    private const int Payments = 50_000;

    // The work of weeks, in one statement: only settlement reads it.
    private const string AddPayments = """
        insert into contracts (merchant_id, valid_from, share_basis_points) select id, '2020-01-01', 6000 from merchants;
        insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
        select i % 32, 1, i, 2, 3, 2, 978, i % 1000, (select min(id) from merchants), 199, i, now() from generate_series(1, @Payments) i
        """;

    private const string AskForClosing = "insert into closing_requests (operation_id, period, requested_by, requested_at) values (gen_random_uuid(), 1, 'mia', now())";

    // A step is under way when a connection of the jobs waits for the test's lock in it.
    private const string Waiting = """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query ilike '%' || @step || '%' and pid <> pg_backend_pid()
        """;

    [Test]
    public async Task Killed_at_each_step_two_engines_leave_one_closing_and_one_batch()
    {
        await using var stage = await Stage.SetAsync(phones: 1);
        await ExecuteAsync(stage, AddPayments, new { Payments });
        await ExecuteAsync(stage, AskForClosing);

        await KillBothAtAsync(stage, "close_period", "lock table periods in exclusive mode");
        Assert.That(await CountAsync(stage, "select id from open_period"), Is.EqualTo(1), "a closing that was not committed has not happened");
        await KillBothAtAsync(stage, "drain_period", "select pg_advisory_xact_lock_shared(7230002, 1)");
        Assert.That(await CountAsync(stage, "select id from open_period"), Is.EqualTo(2));
        Assert.That(await CountAsync(stage, "select count(*) from periods where calculated_at is not null"), Is.Zero);
        await KillBothAtAsync(stage, "insert into settlement_lines", "lock table settlement_lines in exclusive mode");
        Assert.That(await CountAsync(stage, "select count(*) from settlement_batches"), Is.Zero, "half a batch is none");

        await stage.StartEngineAsync();
        await stage.StartEngineAsync();
        await Eventually.True(async () => await CountAsync(stage, "select count(*) from periods where calculated_at is not null") == 1, "the period is calculated");
        await Eventually.True(async () => await CountAsync(stage, "select count(*) from hangfire.job where statename = 'Enqueued'") == 0, "no job waits any more");
        await using var connection = await stage.Database.Owner.OpenConnectionAsync();
        var batch = await connection.QuerySingleAsync<(int Period, int Version, short State, string MadeBy, long Payments, long GrossMinor, long PayableMinor)>(
            "select period, version, state, made_by, payments, gross_minor, payable_minor from settlement_batches");
        Assert.That(batch, Is.EqualTo((1, 1, (short)1, "mia", (long)Payments, Payments * 199L, Payments * 199L * 6 / 10)));
        Assert.That(await CountAsync(stage, "select count(*) from settlement_lines"), Is.EqualTo(1));
        Assert.That(await CountAsync(stage, "select count(*) from audit where action = 'period closed'"), Is.EqualTo(1));
        Assert.That(await CountAsync(stage, "select id from open_period"), Is.EqualTo(2));
    }

    private static async Task KillBothAtAsync(Stage stage, string step, string hold)
    {
        await using var holder = await stage.Database.Owner.OpenConnectionAsync();
        await using var holding = await holder.BeginTransactionAsync();
        await holder.ExecuteAsync(hold, transaction: holding);
        var engines = new[] { await stage.StartEngineAsync(), await stage.StartEngineAsync() };
        await Eventually.True(async () => await CountAsync(stage, Waiting, new { step }) > 0, $"{step} is under way");
        foreach (var engine in engines)
            await engine.KillAsync();
        await holding.RollbackAsync();
        await Eventually.True(async () => await CountAsync(stage, "select count(*) from pg_stat_activity where datname = current_database() and application_name like 'carrierpay%'") == 0, "the killed engines' transactions are over");
    }

    private static async Task ExecuteAsync(Stage stage, string sql, object? parameters = null)
    {
        await using var connection = await stage.Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    private static async Task<long> CountAsync(Stage stage, string sql, object? parameters = null)
    {
        await using var connection = await stage.Database.Owner.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(sql, parameters);
    }
}
