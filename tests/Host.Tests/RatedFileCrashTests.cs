using System.Text.RegularExpressions;
using Dapper;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>An engine is killed at each step from a closed period to a rejected charge that is undone: afterwards there is one file and one undoing.</summary>
/// <remarks>A step is held by a lock of the test's own, so that the kill hits it and not a moment beside it.</remarks>
[TestFixture, Parallelizable] // what takes its time is waiting until a killed engine counts as dead
public sealed partial class RatedFileCrashTests
{
    private const int Events = 50_000;

    private const string UseBill = """
        update subscribers set sources = 6, default_source = 2, bill_limit_minor = 50000
        """;

    // Enough to find the file half written; nobody's payments, only billing reads them.
    private const string AddEvents = """
        insert into rated_events (lane, period, id, kind, subscriber_id, msisdn, at, service, merchant_id, merchant_name, net_minor, tax_minor, currency, reference)
        select i % 32, 1, 1000000000000 + i, 1, 900000 + i, 447711000000 + i, now(), 'DAILY', 1, 'Daily News', 199, 0, 978, 'K7Q2M9' from generate_series(1, @Events) i
        """;

    private const string AskForClosing = "insert into closing_requests (operation_id, period, requested_by, requested_at) values (gen_random_uuid(), 1, 'mia', now())";

    private const string Waiting = """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query ilike '%' || @step || '%' and pid <> pg_backend_pid()
        """;

    [Test]
    public async Task Killed_at_each_step_engines_leave_one_file_and_one_undoing()
    {
        await using var stage = await Stage.SetAsync(phones: 1);
        await ExecuteAsync(stage, UseBill);
        await stage.StartEngineAsync();
        await new Buyer(stage, stage.Phones[0]).BuyAsync();
        foreach (var engine in stage.Engines)
            await engine.KillAsync();
        await ExecuteAsync(stage, AddEvents, new { Events });
        await ExecuteAsync(stage, AskForClosing);
        var payment = await ReadAsync<long>(stage, "select reference from transfers where kind = 2");

        // The row of the file is not written: no file is made.
        await KillAtAsync(stage, "insert into rated_files", "lock table rated_files in exclusive mode");
        Assert.That(await ReadAsync<long>(stage, "select count(*) from rated_files"), Is.Zero);
        // It is made, and not delivered.
        var nowhere = await stage.StartEngineAsync(new Dictionary<string, string>(stage.Settings()) { ["CarrierPay__RatedFiles__Folder"] = "/dev/null/out" });
        await Eventually.True(async () => await ReadAsync<long>(stage, "select count(*) from rated_files") == 1, "the file is made");
        await nowhere.KillAsync();
        // It stands whole at its place, but nobody has noted it.
        await KillAtAsync(stage, "deliveries = deliveries + 1", "select 1 from rated_files for share");
        Assert.That(await ReadAsync<short>(stage, "select state from rated_files"), Is.EqualTo(1));
        var file = Directory.EnumerateFiles(stage.BillingFolder, "*.csv").Single();
        var first = await File.ReadAllBytesAsync(file);
        File.Delete(file); // billing has fetched it
        // It is half written.
        await KillWhileWritingAsync(stage, file);

        Directory.CreateDirectory(stage.AnswersFolder);
        var name = Path.GetFileNameWithoutExtension(file);
        await File.WriteAllTextAsync(Path.Combine(stage.AnswersFolder, $"{name}.rej"), $"R,{payment},NOLINE\nT,1\n");
        await File.WriteAllTextAsync(Path.Combine(stage.AnswersFolder, $"{name}.ack"), $"A,1,{Events}\n");
        // The answer is read, and not taken in.
        await KillAtAsync(stage, "insert into rated_answers", "lock table rated_answers in exclusive mode");
        Assert.That(await ReadAsync<long>(stage, "select count(*) from rated_rejections"), Is.Zero);
        // It is taken in, and its charge not undone: the lane waits for the subscriber, who is held.
        await KillAtAsync(stage, "for no key update", "select 1 from subscribers for no key update");
        Assert.That(await ReadAsync<long>(stage, "select count(*) from rated_rejections where undone_at is null"), Is.EqualTo(1));

        await stage.StartEngineAsync();
        await stage.StartEngineAsync();
        await Eventually.True(async () => await ReadAsync<long>(stage, "select count(*) from rated_rejections where undone_at is not null") == 1, "the charge is undone");
        await Eventually.True(() => stage.Phones[0].MessagesAfter(0).Any(m => TakenOff().IsMatch(m.Text)), "the subscriber is told");
        await Eventually.True(async () => await ReadAsync<short>(stage, "select state from rated_files") == 3, "the file is answered");

        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(first), "the same octets under the same name");
        Assert.That(Directory.EnumerateFiles(stage.BillingFolder).Count(), Is.EqualTo(1), "one file, and nothing half written beside it");
        Assert.That(await ReadAsync<long>(stage, "select count(*) from rated_files"), Is.EqualTo(1));
        Assert.That(await ReadAsync<long>(stage, "select count(*) from transfers where kind = 40"), Is.EqualTo(1));
        Assert.That(await ReadAsync<long>(stage, "select bill_minor from subscribers"), Is.Zero);
        Assert.That(stage.Phones[0].MessagesAfter(0).Select(m => m.Text).Where(text => TakenOff().IsMatch(text)).Distinct().Count(), Is.EqualTo(1), "told in the same words, should it be sent twice");
        Assert.That(Directory.EnumerateFiles(Path.Combine(stage.AnswersFolder, "taken")).Count(), Is.EqualTo(2));
    }

    /// <summary>Kills the engine while the file has no name yet. Nothing of ours can hold a disk: who comes too late tries again.</summary>
    private static async Task KillWhileWritingAsync(Stage stage, string file)
    {
        for (var tries = 1; ; tries++)
        {
            await using var engine = EngineUnderTest.Start(stage.Settings());
            await Eventually.True(
                () => File.Exists(file) || Directory.EnumerateFiles(stage.BillingFolder, "*.tmp").Any(f => new FileInfo(f).Length > 0), "it is being written");
            await engine.KillAsync();
            if (!File.Exists(file))
                return;
            Assert.That(tries, Is.LessThan(10), "the file was whole each time");
            File.Delete(file);
            await ExecuteAsync(stage, "update rated_files set state = 1");
        }
    }

    private static async Task KillAtAsync(Stage stage, string step, string hold)
    {
        await using var holder = await stage.Database.Owner.OpenConnectionAsync();
        await using var holding = await holder.BeginTransactionAsync();
        await holder.ExecuteAsync(hold, transaction: holding);
        var engine = await stage.StartEngineAsync();
        await Eventually.True(async () => await ReadAsync<long>(stage, Waiting, new { step }) > 0, $"{step} is under way", () => engine.Output);
        await engine.KillAsync();
        // A statement that was sent alone would still go through when the test lets go; here it dies with its engine.
        await ExecuteAsync(stage, "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name like 'carrierpay%'");
        await holding.RollbackAsync();
        await Eventually.True(
            async () => await ReadAsync<long>(stage, "select count(*) from pg_stat_activity where datname = current_database() and application_name like 'carrierpay%'") == 0,
            "the killed engine's transactions are over");
    }

    private static async Task ExecuteAsync(Stage stage, string sql, object? parameters = null)
    {
        await using var connection = await stage.Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    private static async Task<T> ReadAsync<T>(Stage stage, string sql, object? parameters = null)
    {
        await using var connection = await stage.Database.Owner.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    [GeneratedRegex("TAKEN OFF your phone bill")]
    private static partial Regex TakenOff();
}
