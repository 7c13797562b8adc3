using System.Globalization;

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
        using var smsc = Programs.StartOwn(BenchSmsc.Argument);
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
            await output.WriteLineAsync(LoopResult.Tell(client, window, "submit_sm", results));
    }

    private Task<LoopResult> RunNodeAsync(int port, int window, TimeSpan duration) => Programs.ReadAsync<LoopResult>(
        "node",
        [Script, port.ToString(CultureInfo.InvariantCulture), window.ToString(CultureInfo.InvariantCulture), duration.TotalSeconds.ToString(CultureInfo.InvariantCulture)],
        ("NODE_PATH", nodeModules!));
}
