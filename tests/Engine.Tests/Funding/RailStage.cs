using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;
using CarrierPay.TestSupport;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>A charging system and a bank, the simulator's over real sockets, and engines that charge there. Subscribers 1 to 20 have 10,000 of airtime, 10,000 at the bank, and nothing here.</summary>
internal sealed class RailStage : IAsyncDisposable
{
    public const long Opening = 10_000;
    public const long Price = 1250;

    private readonly string _folder = Directory.CreateTempSubdirectory("carrierpay-rails").FullName;
    private readonly List<LaneStack> _engines = [];
    private bool _isOcsStopped;

    private RailStage(TestDatabase database, SimulatorOptions options)
    {
        Database = database;
        Ocs = new(options, TimeProvider.System);
        Bank = new(options, TimeProvider.System);
        Keys = new(_folder);
    }

    public TestDatabase Database { get; }

    public OcsServer Ocs { get; }

    public BankHost Bank { get; }

    public SecretKeys Keys { get; }

    /// <summary>All that can be linked: prepaid, airtime, bank.</summary>
    public const short AllSources = 2 + 8 + 16;

    /// <param name="source">The usual one of all subscribers.</param>
    /// <param name="sources">0 = that one and the prepaid account.</param>
    /// <param name="adjust">Changes the charging system and the bank before they start.</param>
    public static async Task<RailStage> SetAsync(FundingKind source, short sources = 0, Action<SimulatorOptions>? adjust = null)
    {
        var options = new SimulatorOptions
        {
            Ocs = { Port = 0 },
            Bank = { Port = 0, Accounts = [.. Enumerable.Range(1, 20).Select(i => new BankAccountOptions { Number = AccountOf(i), Balance = Opening })] },
        };
        adjust?.Invoke(options);
        var stage = new RailStage(await TestDatabase.CreateAsync(), options);
        foreach (var i in Enumerable.Range(1, 20))
            stage.Ocs.Books.Put($"{LaneStack.NumberOf(i).Value}", Opening, 0);
        stage.Ocs.Start();
        stage.Bank.Start();
        await stage.AddSubscribersAsync(source, sources == 0 ? (short)(2 | (1 << (int)source)) : sources);
        return stage;
    }

    public static string AccountOf(long subscriber) => $"ACC{subscriber:0000}";

    public Dictionary<string, string?> Settings() => new()
    {
        ["CarrierPay:Diameter:Peers:0:Host"] = "127.0.0.1",
        ["CarrierPay:Diameter:Peers:0:Port"] = $"{Ocs.EndPoint.Port}",
        ["CarrierPay:Diameter:Peers:0:Realm"] = "operator.example",
        ["CarrierPay:Diameter:RequestTimeout"] = "00:00:01",
        ["CarrierPay:Diameter:ReconnectMin"] = "00:00:00.020",
        ["CarrierPay:Diameter:ReconnectMax"] = "00:00:00.100",
        ["CarrierPay:Diameter:DrainTimeout"] = "00:00:00.500",
        ["CarrierPay:Diameter:Resends:0"] = "00:00:00.300",
        ["CarrierPay:Iso8583:Banks:0:Code"] = "DEMO",
        ["CarrierPay:Iso8583:Banks:0:Host"] = "127.0.0.1",
        ["CarrierPay:Iso8583:Banks:0:Port"] = $"{Bank.EndPoint.Port}",
        ["CarrierPay:Iso8583:Banks:0:Connections"] = "2",
        ["CarrierPay:Iso8583:Banks:0:ResponseTimeout"] = "00:00:01",
        ["CarrierPay:Iso8583:Banks:0:NetworkTimeout"] = "00:00:01",
        ["CarrierPay:Iso8583:Banks:0:ReconnectMin"] = "00:00:00.020",
        ["CarrierPay:Iso8583:Banks:0:ReconnectMax"] = "00:00:00.100",
        ["CarrierPay:Iso8583:Banks:0:ReversalPauses:0"] = "00:00:00.300",
        ["CarrierPay:Iso8583:Banks:0:LateAnswers"] = "00:00:01",
    };

    /// <summary>An engine, with connections to both.</summary>
    /// <param name="isConnected">False does not wait for the connections.</param>
    /// <param name="holdsLease">What connectors are told in place of the truth.</param>
    public async Task<LaneStack> StartEngineAsync(IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null, bool isConnected = true, HoldsLease? holdsLease = null)
    {
        BankNumbers numbers;
        await using (var connection = await Database.Owner.OpenConnectionAsync())
            numbers = await BankNumbers.ReadAsync(connection, ["DEMO"]);
        var engine = new LaneStack(Database, time: time, more: settings ?? Settings(), add: (services, configuration) =>
        {
            services.AddSingleton(Keys).AddSingleton(numbers);
            services.AddSingleton<HoldsLease>(s => holdsLease ?? s.GetRequiredService<EngineLease>().Holds);
            services.AddSingleton<PostToLane>(s => s.GetRequiredService<LaneDoor>().PostAsync);
            services.AddFunding(configuration);
        });
        _engines.Add(engine);
        await engine.StartAsync();
        engine.Outgoing.CanSend = true;
        var rails = engine.Get<Rails>();
        if (isConnected)
        {
            await Eventually.True(
                () => IsOpen(rails.Ocs!.Room) && IsOpen(rails.Banks["DEMO"].Room) && rails.Banks["DEMO"].Numbers.Free > 0, "the charging system and the bank are connected");
        }
        return engine;
    }

    /// <summary>Asks for a coffee and confirms it; what comes next is the rail's affair.</summary>
    public static async Task OrderAsync(LaneStack engine, long subscriber, int number = 1)
    {
        await engine.TextAsync(subscriber, "PAY COFFEE LATTE");
        Assert.That((await NextAsync(engine)).Template, Is.EqualTo(TextTemplate.Prompt).Or.EqualTo(TextTemplate.PromptAgain));
        await engine.TextAsync(subscriber, $"Y {LaneStack.CodeOf(subscriber, number)}");
    }

    /// <summary>The first attempt of subscriber 1's only request to the charging system says that it was never sent.</summary>
    public async Task DenyAsync(LaneStack engine)
    {
        var id = await ReadAsync<long>("select id from connector_calls");
        var payment = await ReadAsync<long>("select payment_id from connector_calls");
        var call = new ConnectorCall(id, new(1), 1, new(payment), default, ConnectorKind.OcsDebit, "{}", TimeProvider.System.GetUtcNow());
        await engine.PostAsync(1, new ChargeAnswered(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedSourceUnavailable, null, "not sent"));
    }

    /// <summary>The next text that an engine says.</summary>
    public static async Task<OutboundMessage> NextAsync(LaneStack engine)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await engine.Outgoing.Reader.ReadAsync(deadline.Token);
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    /// <summary>How the payments of a subscriber ended, oldest first.</summary>
    public async Task<PaymentOutcome[]> OutcomesAsync(long subscriber)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        return [.. (await connection.QueryAsync<short>($"select outcome from payments where subscriber_id = {subscriber} order by number")).Select(o => (PaymentOutcome)o)];
    }

    public Task EndedAsync(long subscriber, int payments = 1) =>
        Eventually.True(async () => (await OutcomesAsync(subscriber)).Length == payments, $"{payments} payments of {subscriber} have ended");

    public long AirtimeOf(long subscriber) => Ocs.Books.Accounts.Single(a => a.Msisdn == $"{LaneStack.NumberOf(subscriber).Value}").Balance;

    public long AtBankOf(long subscriber) => Bank.Books.Accounts.Single(a => a.Number == AccountOf(subscriber)).Balance;

    /// <summary>What the bank did with a subscriber's account, oldest first.</summary>
    public IReadOnlyList<BankEntry> MovedAtBank(long subscriber) => [.. Bank.Books.LedgerAfter(0).Where(e => e.Account == AccountOf(subscriber) && e.Stan is not null)];

    /// <summary>What must hold at the end: suspense is empty, and what the others took is what their accounts in our books say, to the unit.</summary>
    public async Task CheckBooksAsync()
    {
        Assert.That(await ReadAsync<long>("select count(*) from open_payments"), Is.Zero, "open payments");
        // A payment may have ended before its last reversal has: a bank's late word queues another one.
        await Eventually.True(async () => await ReadAsync<long>("select count(*) from connector_calls where kind > 1") == 0, "every call has its outcome");
        foreach (var suspense in new[] { ChartAccount.AirtimeSuspense, ChartAccount.BankSuspense, ChartAccount.PhoneBillSuspense })
            Assert.That(await SumAsync(suspense), Is.Zero, $"{suspense}");
        Assert.That(-await SumAsync(ChartAccount.ChargingSystem), Is.EqualTo((20 * Opening) - Ocs.Books.Accounts.Sum(a => a.Balance)), "airtime");
        Assert.That(-await SumAsync(ChartAccount.Bank), Is.EqualTo((20 * Opening) - Bank.Books.Accounts.Sum(a => a.Balance)), "bank");
        var paid = await ReadAsync<long>("select coalesce(sum(amount_minor), 0)::bigint from payments where outcome = 1 and merchant_id > 0");
        Assert.That(await SumAsync(ChartAccount.MerchantPayable), Is.EqualTo(paid), "owed to merchants");
    }

    public async Task StopOcsAsync()
    {
        if (!_isOcsStopped)
            await Ocs.DisposeAsync();
        _isOcsStopped = true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
            await engine.DisposeAsync();
        await StopOcsAsync();
        await Bank.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<long> SumAsync(ChartAccount account) => ReadAsync<long>(
        $"""
        select coalesce(sum(case when credit_account = {(short)account} then amount_minor else 0 end - case when debit_account = {(short)account} then amount_minor else 0 end), 0)::bigint
        from transfers
        """);

    public static bool IsOpen(RailRoom room)
    {
        if (!room.TryTake())
            return false;
        room.Return();
        return true;
    }

    private async Task AddSubscribersAsync(FundingKind source, short sources)
    {
        await ExecuteAsync(
            $"""
            insert into subscribers (lane, id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor)
            select id % 32, id, {LaneStack.NumberOf(0).Value} + id, 1, 1, {(short)KycTier.Named}, {sources}, {(short)source}, 978, 0 from generate_series(1, 20) as id;
            insert into numbers (msisdn, subscriber_id, lane, valid_from)
            select {LaneStack.NumberOf(0).Value} + id, id, id % 32, now() from generate_series(1, 20) as id
            """);
        var vault = new BankAccounts(Keys);
        await using var connection = await Database.Owner.OpenConnectionAsync();
        foreach (var id in Enumerable.Range(1, 20))
        {
            await connection.ExecuteAsync(
                """
                insert into bank_links (lane, subscriber_id, id, bank, state, account, fingerprint, tail, made_at)
                values (@lane, @id, @id, 'DEMO', 2, @account, @fingerprint, @tail, now())
                """,
                new { lane = (short)(id % 32), id = (long)id, account = vault.Protect(AccountOf(id)), fingerprint = vault.Fingerprint("DEMO", AccountOf(id)), tail = BankAccounts.Tail(AccountOf(id)) });
        }
    }
}
