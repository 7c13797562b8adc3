using System.Text.Json;
using CarrierPay.Benchmarks;
using CarrierPay.Benchmarks.Core;
using CarrierPay.Benchmarks.Rails;
using CarrierPay.Benchmarks.Smpp;
using CarrierPay.Benchmarks.Whole;

string[] known = ["core", "whole", "smpp", "codec", "rails"];
if (args is [BenchSmsc.Argument])
{
    await BenchSmsc.RunAsync();
    return 0;
}
if (args is [RailPeers.Argument, var mac])
{
    await RailPeers.RunAsync(mac);
    return 0;
}
if (args.Contains("--list"))
{
    Console.WriteLine(string.Join('\n', known));
    return 0;
}
var quick = args.Contains("--quick");
var jsonAt = Array.IndexOf(args, "--json");
var jsonFile = jsonAt >= 0 && jsonAt + 1 < args.Length ? args[jsonAt + 1] : null;
string[] parts = [.. args.Where((a, i) => !a.StartsWith("--", StringComparison.Ordinal) && (jsonAt < 0 || i != jsonAt + 1))];
if (Array.Find(parts, p => !known.Contains(p)) is { } unknown)
{
    Console.Error.WriteLine($"bench: '{unknown}' is not a part; there is: {string.Join(' ', known)}");
    return 2;
}
if (parts.Length == 0)
    parts = known;
List<Figure> figures = [];
if (parts.Contains("core") || parts.Contains("whole"))
{
    var connectionString = Environment.GetEnvironmentVariable("CARRIERPAY_BENCH_DATABASE");
    var binaries = Environment.GetEnvironmentVariable("CARRIERPAY_PGBIN");
    var engine = Environment.GetEnvironmentVariable("CARRIERPAY_BENCH_ENGINE");
    if (connectionString is null || binaries is null || engine is null)
    {
        Console.Error.WriteLine("bench: start it by scripts/bench, which sets CARRIERPAY_BENCH_DATABASE, CARRIERPAY_PGBIN and CARRIERPAY_BENCH_ENGINE");
        return 2;
    }
    if (parts.Contains("core"))
        figures.AddRange(await new CoreBench(connectionString, binaries, quick, Console.Out).RunAsync());
    if (parts.Contains("whole"))
        figures.AddRange(await new WholeBench(connectionString, binaries, engine, quick, Console.Out).RunAsync());
}
if (parts.Contains("smpp"))
    figures.AddRange(await new SmppBench(Environment.GetEnvironmentVariable("CARRIERPAY_NODE_MODULES"), quick, Console.Out).RunAsync());
if (parts.Contains("rails"))
    figures.AddRange(await new RailsBench(Environment.GetEnvironmentVariable("CARRIERPAY_NODE_ISO8583"), quick, Console.Out).RunAsync());
if (parts.Contains("codec") || parts.Contains("smpp"))
    figures.AddRange(CodecFigures.Measure(quick));

foreach (var figure in figures)
    Console.WriteLine(figure.ToString());
if (jsonFile is not null)
    await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(figures, Figure.Json));
return figures.All(f => f.Holds) ? 0 : 1;
