using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Simulator.Bank;

namespace CarrierPay.Benchmarks.Rails;

/// <summary>Debits a second over one connection to a charging system and to a bank, with 1, 10 and 100 outstanding; the simulator is a process of its own.</summary>
/// <remarks>The reference is a bare echo of frames of the same size in the same minutes; beside it, clients that we did not write, where they are installed. The simulator's books must equal what was debited.</remarks>
/// <param name="nodeModules">The folder where npm has put <c>iso_8583</c>; null without it.</param>
internal sealed class RailsBench(string? nodeModules, bool quick, TextWriter output)
{
    /// <summary>One connection is to carry all that an engine decides on this machine, so that no rail is what it waits for: <c>scripts/bench whole</c> reaches 9,000 payments a second.</summary>
    private const double Goal = 10_000;

    /// <summary>A debit alone takes at most two and a half times as long as the way there and back.</summary>
    private const double EchoGoal = 0.4;

    private static readonly int[] Windows = [1, 10, 100];

    /// <summary>Before anything of a rail is measured: both sides are compiled as they will stay.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    private readonly TimeSpan _duration = TimeSpan.FromSeconds(quick ? 1 : 3);
    private readonly int _rounds = quick ? 1 : 3;

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        List<Figure> figures = [];
        await using (var peers = await RailPeersProgram.StartAsync(RailPeers.NoMac))
        {
            var (ocs, bank) = (new Tally(), new Tally());
            var erlang = await ErlangClient.FindAsync();
            if (erlang is null)
                await output.WriteLineAsync("rails: without Erlang/OTP, which is not installed (Debian, Ubuntu: apt install erlang-diameter)");
            figures.AddRange(await MeasureAsync("ocs", Windows, async window => await OcsRail.ConnectAsync(peers.OcsPort, window), peers.OcsPort, peers.EchoPort, erlang, ocs));
            await peers.ProveOcsAsync(ocs);

            var node = nodeModules is null ? null : new NodeClient(nodeModules);
            if (node is null)
                await output.WriteLineAsync("rails: without npm's iso_8583, because npm is not here or could not install it");
            figures.AddRange(await MeasureAsync("bank", Windows, async window => await BankRail.ConnectAsync(peers.BankPort, window, keys: null), peers.BankPort, peers.EchoPort, node, bank));
            await peers.ProveBankAsync(bank);
            await output.WriteLineAsync($"  the books are right: {ocs.Count} debits at the charging system, {bank.Count} at the bank");
        }
        figures.AddRange(await MeasureWithMacAsync(BankMacKind.Retail, new RetailMacKeys(Convert.FromHexString(RailPeers.MacKey))));
        figures.AddRange(await MeasureWithMacAsync(BankMacKind.AesCmac, new AesCmacKeys(Convert.FromHexString(RailPeers.MacKey))));
        return figures;
    }

    private async Task<IEnumerable<Figure>> MeasureWithMacAsync(BankMacKind kind, IMacKeys keys)
    {
        await using var peers = await RailPeersProgram.StartAsync(kind.ToString());
        var tally = new Tally();
        var figures = await MeasureAsync($"bank {kind}", Windows[^1..], async window => await BankRail.ConnectAsync(peers.BankPort, window, keys), peers.BankPort, peers.EchoPort, foreign: null, tally);
        await peers.ProveBankAsync(tally);
        return figures;
    }

    private async Task<IReadOnlyList<Figure>> MeasureAsync(string name, int[] windows, Func<int, Task<IRail>> connectAsync, int port, int echoPort, ForeignClient? foreign, Tally tally)
    {
        await output.WriteLineAsync($"rails, {name}");
        await using (var rail = await connectAsync(windows[^1]))
            await RailLoop.RunAsync(rail, windows[^1], WarmUp, tally);
        List<Figure> figures = [];
        foreach (var window in windows)
        {
            List<LoopResult> ours = [], theirs = [], bare = [];
            for (var round = 0; round < _rounds; round++)
            {
                await using var rail = await connectAsync(window);
                ours.Add(await RailLoop.RunAsync(rail, window, _duration, tally));
                bare.Add(await EchoLoop.RunAsync(echoPort, window, rail.FrameLength, _duration / 3));
                if (foreign is not null)
                    theirs.Add(await foreign.RunAsync(port, window, _duration, tally));
            }
            await output.WriteLineAsync(LoopResult.Tell("CarrierPay", window, "debits", ours));
            await output.WriteLineAsync(LoopResult.Tell("echo", window, "frames", bare));
            if (foreign is not null)
                await output.WriteLineAsync(LoopResult.Tell(foreign.Name, window, "debits", theirs));
            figures.AddRange(Judge(name, window, ours.Average(r => r.Rate), bare.Average(r => r.Rate), foreign, theirs));
        }
        return figures;
    }

    private static IEnumerable<Figure> Judge(string name, int window, double rate, double bare, ForeignClient? foreign, List<LoopResult> theirs)
    {
        // With more outstanding, an echo hands on whole buffers of frames: no measure for somebody who reads them.
        if (window == 1)
            yield return new($"{name} window 1, to an echo", rate, "debits/s", bare, rate / bare, EchoGoal, rate / bare >= EchoGoal);
        else
            yield return new($"{name} window {window}", rate, "debits/s", Goal, rate / Goal, 1, rate >= Goal);
        if (foreign is null)
            yield break;
        var reference = theirs.Average(r => r.Rate);
        yield return new($"{name} window {window}, to {foreign.Name}", rate, "debits/s", reference, rate / reference, 1, rate >= reference);
    }
}
