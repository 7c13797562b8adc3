using System.Globalization;
using System.Text.Json;
using CarrierPay.Benchmarks.Core;
using CarrierPay.Simulator;
using CarrierPay.Simulator.Load;

namespace CarrierPay.Benchmarks.Whole;

/// <summary>Completed two-step payments a second over real SMPP sockets, phones included: two texts and two answers each, durable, against TPC-B in the same minutes; then the latency of a reply at half of that load.</summary>
/// <remarks>The simulator runs in this process, the engine in its own, both and PostgreSQL on the same machine.</remarks>
/// <param name="engine">Path of the engine's dll.</param>
internal sealed class WholeBench(string connectionString, string binaries, string engine, bool quick, TextWriter output)
{
    private const int Subscribers = 100_000;
    private const int Merchants = 200;
    private const int AtATime = 2_000;
    private const int Window = 1_000;
    private const long FirstNumber = 447_000_000_000;
    private const double RateGoal = 2;
    private const double LatencyGoal = 50;
    private const double MemoryGoal = 300;

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var seconds = quick ? 5 : 10;
        var rounds = quick ? 2 : 4;
        var tpcB = new TpcB(connectionString, binaries);
        await output.WriteLineAsync("whole: preparing 100,000 subscribers, 200 merchants, pgbench scale 50");
        await tpcB.PrepareAsync();
        var database = new BenchDatabase(connectionString, output);
        await database.RecreateAsync();
        var keys = Directory.CreateTempSubdirectory("carrierpay-bench-");
        try
        {
            await using var simulator = await SimulatorApp.StartAsync(new SimulatorOptions { Smsc = { Port = 0, Window = Window }, Web = { Urls = "http://127.0.0.1:0" } });
            var settings = Settings(simulator.SmscPort, keys.FullName);
            await ProvisionAsync(settings, keys.FullName);
            await database.SettleAsync();
            await using var program = await EngineProgram.StartAsync(engine, settings);
            return await MeasureAsync(simulator.Load, program, tpcB, database, seconds, rounds);
        }
        finally
        {
            keys.Delete(recursive: true);
        }
    }

    private async Task<IReadOnlyList<Figure>> MeasureAsync(LoadGenerator load, EngineProgram program, TpcB tpcB, BenchDatabase database, int seconds, int rounds)
    {
        List<(double TpcB, double Payments)> measured = [];
        var completed = 0L;
        for (var round = 1; round <= rounds; round++)
        {
            var tps = await tpcB.MeasureAsync(seconds);
            var cpu = program.Cpu;
            var report = await load.Start(Order($"SHOP{round}", seconds) with { Open = AtATime });
            completed += Check(report);
            measured.Add((tps, report.CompletedPerSecond));
            await output.WriteLineAsync(FormattableString.Invariant(
                $"  round {round}: TPC-B {tps:n0} tps, {report.CompletedPerSecond:n0} payments/s, ratio {report.CompletedPerSecond / tps:n2}, reply p50 {report.ReplyLatency.P50:n0} ms, p99 {report.ReplyLatency.P99:n0} ms, engine {(program.Cpu - cpu) / report.Completed:n0} us a payment"));
        }
        var (reference, payments) = (measured.Average(m => m.TpcB), measured.Average(m => m.Payments));
        var memory = program.PeakMemory;

        var half = (int)(payments / 2);
        var calm = await load.Start(Order($"SHOP{rounds + 1}", 2 * seconds) with { Rate = half, Open = AtATime });
        completed += Check(calm);
        await output.WriteLineAsync(FormattableString.Invariant(
            $"  half: {calm.CompletedPerSecond:n0} payments/s, reply p50 {calm.ReplyLatency.P50:n1} ms, p99 {calm.ReplyLatency.P99:n1} ms, deliver_sm_resp p99 {calm.DeliverLatency.P99:n1} ms"));
        await database.CheckRowsAsync(completed, other: 0);
        return
        [
            new("whole two-step payments", payments, "payments/s", reference, payments / reference, RateGoal, payments / reference >= RateGoal),
            new("whole reply p99 at half the load", calm.ReplyLatency.P99, "ms", LatencyGoal, calm.ReplyLatency.P99 / LatencyGoal, 1, calm.ReplyLatency.P99 <= LatencyGoal),
            new("whole engine memory", memory, "MiB", MemoryGoal, memory / MemoryGoal, 1, memory <= MemoryGoal),
        ];
    }

    private static LoadOrder Order(string keyword, int seconds) => new(
        Subscribers, seconds, Steps: [new($"PAY {keyword} A", "Reply (Y [0-9]+)"), new("$1", "PAID")],
        First: FirstNumber.ToString(CultureInfo.InvariantCulture), WarmUpSeconds: 3);

    /// <summary>A figure counts only if every conversation came to its end.</summary>
    private static long Check(LoadReport report) => report is { Unanswered: 0, Unknown: 0, NotSent: 0, Refused: 0 }
        ? report.Completed
        : throw new InvalidOperationException($"Not every payment came to its end: {JsonSerializer.Serialize(report with { Seconds = [] })}");

    private Dictionary<string, string> Settings(int smscPort, string keys) => new()
    {
        ["CarrierPay__Database__ConnectionString"] = connectionString,
        ["CarrierPay__Secrets__KeyFolder"] = keys,
        ["CarrierPay__Smpp__Links__0__Port"] = smscPort.ToString(CultureInfo.InvariantCulture),
        ["CarrierPay__Smpp__Links__0__SystemId"] = "carrierpay",
        ["CarrierPay__Smpp__Links__0__Password"] = "secret",
        ["CarrierPay__Smpp__Links__0__ShortCodes"] = "500",
        ["CarrierPay__Smpp__Links__0__WindowSize"] = Window.ToString(CultureInfo.InvariantCulture),
        ["CarrierPay__Smpp__Links__0__MaxUnanswered"] = (2 * Window).ToString(CultureInfo.InvariantCulture),
        ["Logging__LogLevel__Default"] = "Warning",
    };

    private async Task ProvisionAsync(Dictionary<string, string> settings, string folder)
    {
        var file = Path.Combine(folder, "bench.json");
        await using (var stream = File.Create(file))
        {
            await JsonSerializer.SerializeAsync(stream, new
            {
                subscribers = Enumerable.Range(0, Subscribers).Select(i => new
                {
                    msisdn = (FirstNumber + i).ToString(CultureInfo.InvariantCulture),
                    language = "en",
                    kyc = "verified",
                    sources = new[] { new { kind = "prepaid", balance = 900_000 } },
                }),
                merchants = Enumerable.Range(0, Merchants).Select(i => new { keyword = $"SHOP{i}", name = $"Shop number {i}", products = new[] { new { code = "A", price = 250 + i } } }),
            });
        }
        await EngineProgram.RunAsync(engine, settings, "provision", file);
    }
}
