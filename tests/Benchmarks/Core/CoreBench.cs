using System.Collections.Frozen;
using System.Diagnostics;
using CarrierPay.Engine;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Benchmarks.Core;

/// <summary>Completed two-step payments a second (request and confirmation, prepaid, 100,000 subscribers), durable, without SMPP, against TPC-B in the same minutes.</summary>
internal sealed class CoreBench(string connectionString, string binaries, bool quick, TextWriter output)
{
    private const int Subscribers = 100_000;
    private const int Merchants = 200;
    private const int AtATime = 8_000;
    private const double Goal = 6;

    private const string InsertSubscribers =
        """
        with made as (
          insert into subscribers (lane, id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor, consent_head, recent)
          select i % $1, i, $2 + i, 1, 1, 3, 2, 1, 978, 1000000000, decode(repeat('00', 32), 'hex'), decode(repeat('00', 200), 'hex') from generate_series(1, $3) i
          returning lane, id, balance_minor)
        insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
        select lane, 1, id, 1, 2, 1, 978, 0, id, balance_minor, 0, now() from made
        """;

    private const string CountRows =
        """
        select (select count(*) from payments where outcome = 1), (select count(*) from payments), (select count(*) from transfers where kind = 2),
               (select count(*) from payments where consent is not null), (select count(*) from messages), (select count(*) from open_payments),
               (select sum(balance_minor) from subscribers),
               (select sum(case when credit_account = 2 then amount_minor else 0 end) - sum(case when debit_account = 2 then amount_minor else 0 end) from transfers)
        """;

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var seconds = quick ? 5 : 10;
        var rounds = quick ? 2 : 4;
        var tpcB = new TpcB(connectionString, binaries);
        await output.WriteLineAsync("core: preparing 100,000 subscribers, 200 merchants, pgbench scale 50");
        await tpcB.PrepareAsync();
        await RecreateAsync();
        using var host = await StartAsync();
        var paying = new PayingSubscribers(
            host.Services.GetRequiredService<LaneDoor>(), host.Services.GetRequiredService<OutgoingMessages>(), Subscribers, 32, Merchants);
        List<(double TpcB, double Core)> measured = [];
        await MeasureAsync(paying, TimeSpan.FromSeconds(seconds)); // warm-up: the JIT, the caches
        for (var round = 1; round <= rounds; round++)
        {
            var tps = await tpcB.MeasureAsync(seconds);
            var before = await WalAsync();
            var startCpu = Process.GetCurrentProcess().TotalProcessorTime;
            var (rate, payments) = await MeasureAsync(paying, TimeSpan.FromSeconds(seconds));
            var cpu = Process.GetCurrentProcess().TotalProcessorTime - startCpu;
            var wal = await WalAsync() - before;
            measured.Add((tps, rate));
            await output.WriteLineAsync(FormattableString.Invariant(
                $"  round {round}: TPC-B {tps:n0} tps, core {rate:n0} payments/s, ratio {rate / tps:n2}, .NET {cpu.TotalMicroseconds / payments:n0} us and WAL {(double)wal / payments:n0} B a payment"));
        }
        await host.StopAsync();
        await CheckRowsAsync(paying);
        // Of all rounds together: both sides vary by half on a machine that others use too.
        var (reference, core) = (measured.Average(m => m.TpcB), measured.Average(m => m.Core));
        return [new("core two-step payments", core, "payments/s", reference, core / reference, Goal, core / reference >= Goal)];
    }

    private static async Task<(double Rate, long Payments)> MeasureAsync(PayingSubscribers paying, TimeSpan duration)
    {
        using var stop = new CancellationTokenSource();
        var running = paying.PayAsync(AtATime, stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), stop.Token);
        var from = paying.Completed;
        var watch = Stopwatch.StartNew();
        await Task.Delay(duration, stop.Token);
        var payments = paying.Completed - from;
        var elapsed = watch.Elapsed;
        await stop.CancelAsync();
        await running;
        await Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None);
        paying.Drain();
        return (payments / elapsed.TotalSeconds, Math.Max(1, payments));
    }

    private async Task RecreateAsync()
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        await using (var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres" }))
        {
            await using var drop = server.CreateCommand($"drop database if exists \"{builder.Database}\" with (force)");
            await drop.ExecuteNonQueryAsync();
        }
        NpgsqlConnection.ClearAllPools();
        await Migrations.OfThisBuild.MigrateAsync(connectionString, new InstallationOptions());
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var fill = database.CreateCommand(InsertSubscribers);
        fill.Parameters.AddWithValue((short)32);
        fill.Parameters.AddWithValue(PayingSubscribers.NumberOf(0).Value);
        fill.Parameters.AddWithValue(Subscribers);
        await fill.ExecuteNonQueryAsync();
        await using var vacuum = database.CreateCommand("vacuum analyze");
        await vacuum.ExecuteNonQueryAsync();
        await using var checkpoint = database.CreateCommand("checkpoint");
        await checkpoint.ExecuteNonQueryAsync();
    }

    private async Task<IHost> StartAsync()
    {
        var databases = new Databases(connectionString);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddEnvironmentVariables(); // so that CarrierPay__Lanes__Workers and the like can be tried out
        builder.Logging.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(databases.Engine);
        builder.Services.AddSingleton(databases);
        builder.Services.AddSingleton(new LaneCount(32));
        builder.Services.AddSingleton(new ConfirmationCodes(new byte[16]));
        builder.Services.AddSingleton<LoadReferenceData>(_ => Task.FromResult(Reference()));
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        builder.Services.AddLanes(Decisions.Decide);
        var host = builder.Build();
        host.Services.GetRequiredService<OutgoingMessages>().CanSend = true;
        await host.StartAsync();
        return host;
    }

    private static ReferenceData Reference()
    {
        var limits = new TierLimits(long.MaxValue, 1_000_000, long.MaxValue, long.MaxValue, int.MaxValue);
        var rules = new Rules(
            Currency.Of("EUR"), TimeZoneInfo.Utc, TimeSpan.FromHours(1), TimeSpan.FromSeconds(3), TimeSpan.FromDays(1), 5,
            new Dictionary<KycTier, TierLimits> { [KycTier.Verified] = limits }.ToFrozenDictionary());
        return new(1, rules, Enumerable.Range(0, Merchants).Select(i =>
            new Merchant(new(i + 1), $"SHOP{i}", $"Shop number {i}", MerchantStatus.Active, false, null, [new Product("A", "Article", 250 + i, null)])));
    }

    private async Task<long> WalAsync()
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand("select (pg_current_wal_insert_lsn() - '0/0')::bigint");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The bench writes what real traffic writes: per payment two questions with their answers, one payment, one transfer, one consent; and the books balance.</summary>
    private async Task CheckRowsAsync(PayingSubscribers paying)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(CountRows);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        var (paid, ended, transfers, consents, messages, open) =
            (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5));
        var (balances, books) = (row.GetDecimal(6), row.GetDecimal(7));
        await output.WriteLineAsync(
            $"  rows: {paid} payments, {transfers} transfers, {consents} consents, {messages} messages, {open} open; {paying.Completed} receipts, {paying.Other} other answers");
        if (paid != transfers || paid != consents || messages < (2 * paid) + open || messages > (2 * ended) + open + paying.Other)
            throw new InvalidOperationException("The rows per payment are not those of real traffic.");
        if (balances != books)
            throw new InvalidOperationException($"The books do not balance: accounts hold {balances}, transfers say {books}.");
    }
}
