using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace CarrierPay.Benchmarks.Smpp;

/// <summary>submit_sm a second over one session on loopback, with 1, 10 and 100 outstanding, beside node-smpp doing the same against the same SMSC in the same minutes.</summary>
/// <param name="nodeModules">The folder where npm has put <c>smpp</c>; null without it.</param>
internal sealed class SmppBench(string? nodeModules, bool quick, TextWriter output)
{
    private const double Goal = 100_000;
    private static readonly int[] Windows = [1, 10, 100];
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Smpp", "node-smpp.js");

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        if (nodeModules is null)
            await output.WriteLineAsync("smpp: without node-smpp, because npm is not here or could not install it");
        var duration = TimeSpan.FromSeconds(quick ? 2 : 5);
        var rounds = quick ? 2 : 4;
        using var smsc = StartSmsc();
        var port = int.Parse(await smsc.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The SMSC of the bench did not start."), CultureInfo.InvariantCulture);
        List<Figure> figures = [];
        foreach (var window in Windows)
        {
            List<LoopResult> ours = [], theirs = [];
            for (var round = 0; round < rounds; round++)
            {
                ours.Add(await SubmitLoop.RunAsync(port, window, duration));
                if (nodeModules is not null)
                    theirs.Add(await RunNodeAsync(port, window, duration));
            }
            await TellAsync("CarrierPay", window, ours);
            await TellAsync("node-smpp", window, theirs);
            figures.AddRange(Judge(window, ours, theirs));
        }
        smsc.StandardInput.Close();
        await smsc.WaitForExitAsync();
        return figures;
    }

    private static IEnumerable<Figure> Judge(int window, List<LoopResult> ours, List<LoopResult> theirs)
    {
        var rate = ours.Average(r => r.Rate);
        if (window == Windows[^1])
            yield return new($"smpp window {window}", rate, "submit_sm/s", Goal, rate / Goal, 1, rate >= Goal);
        if (theirs.Count == 0)
            yield break;
        var reference = theirs.Average(r => r.Rate);
        yield return new($"smpp window {window}, to node-smpp", rate, "submit_sm/s", reference, rate / reference, 1, rate >= reference);
    }

    private async Task TellAsync(string client, int window, List<LoopResult> results)
    {
        if (results.Count > 0)
        {
            var allocated = results.Average(r => r.Allocated);
            await output.WriteLineAsync(FormattableString.Invariant(
                $"  window {window,3}, {client,-10}: {results.Average(r => r.Rate),9:n0} submit_sm/s ({results.Min(r => r.Rate):n0} to {results.Max(r => r.Rate):n0}), p50 {results.Average(r => r.P50):n0} us, p99 {results.Average(r => r.P99):n0} us, client {results.Average(r => r.Cpu):n1} us{(allocated is null ? "" : $" and {allocated:n0} B")} each"));
        }
    }

    private static Process StartSmsc() => Start(Environment.ProcessPath!, [.. OwnAssembly(), BenchSmsc.Argument], environment: null);

    /// <summary>Nothing if the program has a launcher of its own; else the assembly that dotnet runs.</summary>
    private static string[] OwnAssembly() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(SmppBench).Assembly.Location] : [];

    private async Task<LoopResult> RunNodeAsync(int port, int window, TimeSpan duration)
    {
        string[] arguments =
        [
            Script, port.ToString(CultureInfo.InvariantCulture), window.ToString(CultureInfo.InvariantCulture), duration.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        using var node = Start("node", arguments, nodeModules);
        var answer = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return node.ExitCode == 0
            ? JsonSerializer.Deserialize<LoopResult>(answer, Figure.Json)!
            : throw new InvalidOperationException($"node-smpp ended with {node.ExitCode}.");
    }

    private static Process Start(string program, string[] arguments, string? environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (environment is not null)
            start.Environment["NODE_PATH"] = environment;
        return Process.Start(start)!;
    }
}
