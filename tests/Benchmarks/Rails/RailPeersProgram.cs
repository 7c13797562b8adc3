using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace CarrierPay.Benchmarks.Rails;

/// <summary><see cref="RailPeers"/> as it runs beside the bench.</summary>
internal sealed class RailPeersProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _api;

    private RailPeersProgram(Process process, int[] ports)
    {
        _process = process;
        (OcsPort, BankPort, EchoPort) = (ports[0], ports[1], ports[3]);
        _api = new() { BaseAddress = new($"http://127.0.0.1:{ports[2]}") };
    }

    public int OcsPort { get; }

    public int BankPort { get; }

    public int EchoPort { get; }

    /// <param name="mac">How the bank authenticates messages: <see cref="RailPeers.NoMac"/>, Retail or AesCmac.</param>
    public static async Task<RailPeersProgram> StartAsync(string mac)
    {
        var process = Programs.StartOwn(RailPeers.Argument, mac);
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The peers of the bench did not start.");
        return new(process, [.. line.Split(' ').Select(port => int.Parse(port, CultureInfo.InvariantCulture))]);
    }

    /// <summary>Compares the charging system's books with what was debited there, account by account, to the unit.</summary>
    /// <exception cref="InvalidOperationException">They differ: the bench must not end well.</exception>
    public async Task ProveOcsAsync(Tally debited)
    {
        var state = await _api.GetFromJsonAsync<JsonElement>("/api/ocs");
        var accounts = (await _api.GetFromJsonAsync<JsonElement>("/api/ocs/accounts")).GetProperty("accounts").EnumerateArray()
            .ToDictionary(account => account.GetProperty("msisdn").GetString()!, account => account.GetProperty("balance").GetInt64());
        debited.Prove("charging system", account => RailPeers.Balance - accounts[RailPeers.Msisdn(account)], state.GetProperty("debits").GetInt64());
    }

    /// <summary>The same at the bank, which counts every message: sign-on and sign-off of each connection, too.</summary>
    /// <inheritdoc cref="ProveOcsAsync"/>
    public async Task ProveBankAsync(Tally debited)
    {
        var accounts = (await _api.GetFromJsonAsync<JsonElement>("/api/bank")).GetProperty("accounts").EnumerateArray()
            .ToDictionary(account => account.GetProperty("number").GetString()!, account => account.GetProperty("balance").GetInt64());
        debited.Prove("bank", account => RailPeers.Balance - accounts[RailPeers.BankAccount(account)]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _api.Dispose();
    }
}
