using System.ComponentModel;
using System.Globalization;

namespace CarrierPay.Benchmarks.Rails;

/// <summary>What a program of others reached.</summary>
/// <param name="Debited">Minor units, warm-up included, of <paramref name="Debits"/> debits.</param>
internal sealed record ForeignResult(double Rate, double P50, double P99, double Cpu, long Debited, long Debits)
{
    public LoopResult Loop => new(Rate, P50, P99, Cpu, null);
}

/// <summary>A client that we did not write, doing the same against the same simulator in the same minutes.</summary>
internal abstract class ForeignClient
{
    /// <summary>The account that it debits: the one after ours.</summary>
    public const int Account = RailPeers.Accounts - 1;

    public abstract string Name { get; }

    public async Task<LoopResult> RunAsync(int port, int window, TimeSpan duration, Tally tally)
    {
        var result = await RunAsync(Text(port), Text(window), duration);
        tally.Add(Account, result.Debited, result.Debits);
        return result.Loop;
    }

    protected abstract Task<ForeignResult> RunAsync(string port, string window, TimeSpan duration);

    protected static string PathOf(string script) => Path.Combine(AppContext.BaseDirectory, "Rails", script);

    protected static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Erlang/OTP's Diameter (Debian's erlang-diameter), the judge of the tests.</summary>
internal sealed class ErlangClient : ForeignClient
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Rails");

    private ErlangClient()
    {
    }

    public override string Name => "Erlang/OTP";

    /// <summary>Null where Erlang or its Diameter is not installed.</summary>
    public static async Task<ErlangClient?> FindAsync() =>
        await SucceedsAsync("erl", "-noshell", "-eval", "halt(case code:lib_dir(diameter) of {error, _} -> 3; _ -> 0 end).")
        && await SucceedsAsync("erlc", "-o", Folder, PathOf("erlang_peer.erl")) ? new() : null;

    protected override Task<ForeignResult> RunAsync(string port, string window, TimeSpan duration) => Programs.ReadAsync<ForeignResult>(
        "erl", ["-noshell", "-pa", Folder, "-run", "erlang_peer", "load", port, RailPeers.Msisdn(Account), window, Text(Math.Round(duration.TotalMilliseconds))]);

    private static async Task<bool> SucceedsAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Programs.Start(program, arguments);
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>npm's iso_8583 on a plain socket of Node.</summary>
/// <param name="modules">The folder where npm has put it.</param>
internal sealed class NodeClient(string modules) : ForeignClient
{
    public override string Name => "node, iso_8583";

    protected override Task<ForeignResult> RunAsync(string port, string window, TimeSpan duration) => Programs.ReadAsync<ForeignResult>(
        "node", [PathOf("node-iso8583.js"), port, window, Text(duration.TotalSeconds), RailPeers.BankAccount(Account)], ("NODE_PATH", modules));
}
