using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Simulator;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>A stage whose subscribers pay from airtime (the even ones) or from a bank account (the odd ones), with gates on the way there.</summary>
internal sealed class RailsStage : IAsyncDisposable
{
    public const long Opening = 1_000_000;

    private readonly List<Gate> _gates = [];
    private readonly HttpClient _keepers;

    private RailsStage(Stage stage, RailsProcess? rails)
    {
        Stage = stage;
        _keepers = new() { BaseAddress = rails?.Address ?? stage.Simulator.WebAddress };
        Ocs = NewGate(rails?.OcsPort ?? stage.Simulator.OcsPort);
        Bank = NewGate(rails?.BankPort ?? stage.Simulator.BankPort);
        Payers = [.. stage.Phones.Select(p => new Payer(stage, p))];
    }

    public Stage Stage { get; }

    public Gate Ocs { get; }

    public Gate Bank { get; }

    /// <summary>By airtime, bank, airtime, ...</summary>
    public IReadOnlyList<Payer> Payers { get; }

    /// <param name="phones">Half of them on each rail.</param>
    /// <param name="adjust">Changes the stage's simulator before it starts.</param>
    /// <param name="rails">Who keeps the money; null = the stage's simulator.</param>
    public static async Task<RailsStage> SetAsync(int phones, Action<SimulatorOptions>? adjust = null, RailsProcess? rails = null)
    {
        var stage = await Stage.SetAsync(phones, sourceOf: i => IsAtBank(i) ? new { kind = "bank", bank = "DEMO", account = AccountOf(i) } : new { kind = "airtime" }, adjust: adjust);
        // The bank has agreed to its links long ago.
        await using var connection = await stage.Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "update bank_links set state = @linked; delete from connector_calls where kind = @linking",
            new { linked = (short)BankLinkState.Linked, linking = (short)ConnectorKind.BankLinking });
        var set = new RailsStage(stage, rails);
        await set.OpenAccountsAsync();
        return set;
    }

    public Gate NewGate(int port)
    {
        var gate = new Gate(port);
        _gates.Add(gate);
        return gate;
    }

    /// <param name="patience">How long an engine waits for a rail's answer.</param>
    /// <param name="ocs">Its port; default that of <see cref="Ocs"/>.</param>
    /// <param name="bank">Its port; default that of <see cref="Bank"/>.</param>
    public Dictionary<string, string> Settings(TimeSpan patience, int? ocs = null, int? bank = null) => new(Stage.Settings())
    {
        ["CarrierPay__Diameter__Peers__0__Host"] = "127.0.0.1",
        ["CarrierPay__Diameter__Peers__0__Port"] = Text(ocs ?? Ocs.Port),
        ["CarrierPay__Diameter__Peers__0__Realm"] = "operator.example",
        ["CarrierPay__Diameter__RequestTimeout"] = $"{patience:c}",
        ["CarrierPay__Diameter__ReconnectMin"] = "00:00:00.020",
        ["CarrierPay__Diameter__ReconnectMax"] = "00:00:00.100",
        ["CarrierPay__Diameter__DrainTimeout"] = "00:00:00.500",
        ["CarrierPay__Diameter__Resends__0"] = "00:00:00.300",
        ["CarrierPay__Iso8583__Banks__0__Code"] = "DEMO",
        ["CarrierPay__Iso8583__Banks__0__Host"] = "127.0.0.1",
        ["CarrierPay__Iso8583__Banks__0__Port"] = Text(bank ?? Bank.Port),
        ["CarrierPay__Iso8583__Banks__0__Connections"] = "2",
        ["CarrierPay__Iso8583__Banks__0__ResponseTimeout"] = $"{patience:c}",
        ["CarrierPay__Iso8583__Banks__0__NetworkTimeout"] = "00:00:05",
        ["CarrierPay__Iso8583__Banks__0__ReconnectMin"] = "00:00:00.020",
        ["CarrierPay__Iso8583__Banks__0__ReconnectMax"] = "00:00:00.100",
        ["CarrierPay__Iso8583__Banks__0__Circuit__Pause"] = "00:00:00.100",
        ["CarrierPay__Iso8583__Banks__0__Circuit__LongestPause"] = "00:00:00.100",
        ["CarrierPay__Iso8583__Banks__0__ReversalPauses__0"] = "00:00:00.300",
        ["CarrierPay__Iso8583__Banks__0__LateAnswers"] = "00:00:01",
    };

    /// <summary>What is left of what a subscriber had when it began, where it is kept.</summary>
    public async Task<long> BalanceOfAsync(Payer payer) => (await BalancesAsync())[payer];

    /// <summary>What charging system or bank say of themselves, of their accounts, ...</summary>
    /// <param name="of">As in <c>ocs/accounts</c>.</param>
    public async Task<JsonElement> AskAsync(string of) => await _keepers.GetFromJsonAsync<JsonElement>($"/api/{of}");

    /// <summary>Has something go wrong there.</summary>
    /// <param name="rail"><c>ocs</c> or <c>bank</c>.</param>
    public async Task OrderAsync(string rail, object fault)
    {
        using var response = await _keepers.PostAsJsonAsync($"/api/{rail}/faults", fault);
        response.EnsureSuccessStatusCode();
    }

    public Task<EngineUnderTest> StartEngineAsync(TimeSpan patience) => Stage.StartEngineAsync(Settings(patience));

    public async Task<T> ReadAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Stage.Database.Owner.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    /// <summary>Until somebody waits for a lock that this connection holds.</summary>
    public Task WaitsForAsync(NpgsqlConnection holder, string expected) => Eventually.True(
        () => ReadAsync<bool>("select exists (select from pg_stat_activity where pg_blocking_pids(pid) @> array[@holder])", new { holder = holder.ProcessID }), expected);

    /// <summary>How the payments of a subscriber ended, oldest first.</summary>
    public async Task<PaymentOutcome[]> OutcomesAsync(Payer payer)
    {
        await using var connection = await Stage.Database.Owner.OpenConnectionAsync();
        return [.. (await connection.QueryAsync<short>(
            "select p.outcome from payments p join subscribers s on s.lane = p.lane and s.id = p.subscriber_id where s.msisdn = @Msisdn order by p.number", new { payer.Msisdn }))
            .Select(o => (PaymentOutcome)o)];
    }

    /// <summary>Waits until all is decided; then the books of all three agree to the unit, each payment has one outcome, and its subscriber was told it in one and the same words.</summary>
    public async Task CheckAsync()
    {
        await Eventually.True(async () => await ReadAsync<long>("select count(*) from connector_calls") == 0, "every call has its outcome", Seen);
        Assert.That(await ReadAsync<long>("select count(*) from open_payments where state > 2"), Is.Zero, "payments that were asked for at a rail and have no outcome");
        Assert.That(await ReadAsync<long>("select count(*) from parked_events"), Is.Zero, "parked events");
        Assert.That(await ReadAsync<long>("select count(*) from (select id from payments group by id having count(*) > 1) twice"), Is.Zero, "payments with two outcomes");
        Assert.That(await ReadAsync<long>("select count(*) from (select reference from transfers where reference <> 0 group by reference, kind having count(*) > 1) twice"), Is.Zero, "payments booked twice");
        foreach (var suspense in new[] { ChartAccount.AirtimeSuspense, ChartAccount.BankSuspense })
            Assert.That(await SumAsync(suspense), Is.Zero, $"{suspense}");
        var balances = await BalancesAsync();
        Assert.That(-await SumAsync(ChartAccount.ChargingSystem), Is.EqualTo(Payers.Where((_, i) => !IsAtBank(i)).Sum(p => Opening - balances[p])), "airtime");
        Assert.That(-await SumAsync(ChartAccount.Bank), Is.EqualTo(Payers.Where((_, i) => IsAtBank(i)).Sum(p => Opening - balances[p])), "bank");
        Assert.That(await SumAsync(ChartAccount.MerchantPayable), Is.EqualTo(Payers.Sum(p => Opening - balances[p])), "owed to merchants");
        foreach (var payer in Payers)
            await CheckAsync(payer, balances[payer]);
    }

    /// <summary>For people who read what a test did.</summary>
    public string Ends => string.Join(", ", Payers.SelectMany(p => p.Ends.Values)
        .GroupBy(end => end.Contains("NOT PAID", StringComparison.Ordinal) ? "given back" : end.Contains(" PAID", StringComparison.Ordinal) ? "paid" : "declined")
        .Select(ends => $"{ends.Key}: {ends.Count()}"));

    public async ValueTask DisposeAsync()
    {
        await Stage.DisposeAsync();
        foreach (var gate in _gates)
            await gate.DisposeAsync();
        _keepers.Dispose();
    }

    private async Task OpenAccountsAsync()
    {
        foreach (var (i, payer) in Payers.Index())
        {
            using var response = IsAtBank(i)
                ? await _keepers.PutAsJsonAsync($"/api/bank/accounts/{AccountOf(i)}", new BankAccountOrder("EUR", Opening))
                : await _keepers.PutAsJsonAsync($"/api/ocs/accounts/{payer.Phone.Msisdn}", new AccountOrder(Opening, 0));
            response.EnsureSuccessStatusCode();
        }
    }

    private async Task<Dictionary<Payer, long>> BalancesAsync()
    {
        var airtime = (await AskAsync("ocs/accounts")).GetProperty("accounts").EnumerateArray().ToDictionary(a => a.GetProperty("msisdn").GetString()!, a => a.GetProperty("balance").GetInt64());
        var bank = (await AskAsync("bank/accounts")).GetProperty("accounts").EnumerateArray().ToDictionary(a => a.GetProperty("number").GetString()!, a => a.GetProperty("balance").GetInt64());
        return Payers.Index().ToDictionary(p => p.Item, p => IsAtBank(p.Index) ? bank[AccountOf(p.Index)] : airtime[p.Item.Phone.Msisdn]);
    }

    private async Task CheckAsync(Payer payer, long balance)
    {
        var outcomes = await OutcomesAsync(payer);
        var paid = outcomes.Count(o => o == PaymentOutcome.Succeeded);
        Assert.That(outcomes, Has.Length.EqualTo(payer.Ends.Count), payer.Said("each payment has one outcome"));
        Assert.That(Opening - balance, Is.EqualTo(paid * Stage.Price), payer.Said("charged once for what was paid, and for nothing else"));
        Assert.That(payer.Ends.Count(e => e.Value.Contains($"{e.Key} PAID", StringComparison.Ordinal)), Is.EqualTo(paid), payer.Said("told of what was paid"));
        Assert.That(payer.Ends.Values.Count(e => e.Contains("NOT PAID", StringComparison.Ordinal)), Is.EqualTo(outcomes.Count(o => o == PaymentOutcome.Reversed)), payer.Said("told of what was given back"));
        foreach (var (reference, end) in payer.Ends)
            Assert.That(payer.EndsOf(reference).Distinct(), Has.Exactly(end.Contains(reference, StringComparison.Ordinal) ? 1 : 0).Items, payer.Said("word for word the same"));
    }

    private string Seen()
    {
        using var connection = Stage.Database.Owner.OpenConnection();
        return string.Join('\n', connection.Query<string>("select format('%s %s owner %s attempts %s next %s at %s', id, kind, owner, attempts, next_attempt_at, created_at) from connector_calls"));
    }

    private Task<long> SumAsync(ChartAccount account) => ReadAsync<long>(
        $"""
        select coalesce(sum(case when credit_account = {(short)account} then amount_minor else 0 end - case when debit_account = {(short)account} then amount_minor else 0 end), 0)::bigint
        from transfers
        """);

    private static bool IsAtBank(int index) => index % 2 == 1;

    private static string AccountOf(int index) => $"ACC{index:0000}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
