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

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var seconds = quick ? 5 : 10;
        var rounds = quick ? 2 : 4;
        var tpcB = new TpcB(connectionString, binaries);
        await output.WriteLineAsync("core: preparing 100,000 subscribers, 200 merchants, pgbench scale 50");
        await tpcB.PrepareAsync();
        var database = new BenchDatabase(connectionString, output);
        await database.RecreateAsync();
        await FillAsync();
        await database.SettleAsync();
        using var host = await StartAsync();
        var paying = new PayingSubscribers(
            host.Services.GetRequiredService<LaneDoor>(), host.Services.GetRequiredService<OutgoingMessages>(), Subscribers, 32, Merchants);
        List<(double TpcB, double Core)> measured = [];
        await MeasureAsync(paying, TimeSpan.FromSeconds(seconds)); // warm-up: the JIT, the caches
        for (var round = 1; round <= rounds; round++)
        {
            var tps = await tpcB.MeasureAsync(seconds);
            var before = await database.WalAsync();
            var startCpu = Process.GetCurrentProcess().TotalProcessorTime;
            var (rate, payments) = await MeasureAsync(paying, TimeSpan.FromSeconds(seconds));
            var cpu = Process.GetCurrentProcess().TotalProcessorTime - startCpu;
            var wal = await database.WalAsync() - before;
            measured.Add((tps, rate));
            await output.WriteLineAsync(FormattableString.Invariant(
                $"  round {round}: TPC-B {tps:n0} tps, core {rate:n0} payments/s, ratio {rate / tps:n2}, .NET {cpu.TotalMicroseconds / payments:n0} us and WAL {(double)wal / payments:n0} B a payment"));
        }
        await host.StopAsync();
        await database.CheckRowsAsync(paying.Completed, paying.Other);
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

    private async Task FillAsync()
    {
        await using var data = NpgsqlDataSource.Create(connectionString);
        await using var fill = data.CreateCommand(InsertSubscribers);
        fill.Parameters.AddWithValue((short)32);
        fill.Parameters.AddWithValue(PayingSubscribers.NumberOf(0).Value);
        fill.Parameters.AddWithValue(Subscribers);
        await fill.ExecuteNonQueryAsync();
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
            new Dictionary<KycTier, TierLimits> { [KycTier.Verified] = limits }.ToFrozenDictionary(), TimeSpan.Zero);
        return new(1, rules, Enumerable.Range(0, Merchants).Select(i =>
            new Merchant(new(i + 1), $"SHOP{i}", $"Shop number {i}", MerchantStatus.Active, false, null, [new Product("A", "Article", 250 + i, null)])));
    }
}
