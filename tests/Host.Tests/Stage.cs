using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using CarrierPay.Simulator;
using CarrierPay.Simulator.Phones;
using CarrierPay.TestSupport;
using Dapper;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>A database, an SMSC with phones, and engines between them.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const long Opening = 10_000;
    public const long Price = 199;
    private const string MerchantSecret = "whsec_Y2FycmllcnBheSBkZW1vLCBub3QgYSByZWFsIHNlY3JldCE=";

    private static int _lastPort;

    private readonly string _folder = Directory.CreateTempSubdirectory("carrierpay-").FullName;
    private readonly List<EngineUnderTest> _engines = [];
    private readonly Func<int, object> _sourceOf;

    private Stage(TestDatabase database, RunningSimulator simulator, IReadOnlyList<Phone> phones, Func<int, object> sourceOf)
    {
        _sourceOf = sourceOf;
        Database = database;
        Simulator = simulator;
        Phones = phones;
    }

    public TestDatabase Database { get; }

    public RunningSimulator Simulator { get; }

    public IReadOnlyList<Phone> Phones { get; }

    public IReadOnlyList<EngineUnderTest> Engines => _engines;

    /// <param name="ussdProfile">The kind of USSD gateway that the network has.</param>
    /// <param name="sourceOf">What the subscriber with this phone pays from, as scripts/provision reads it; default <see cref="Opening"/> in an account of ours.</param>
    /// <param name="adjust">Changes the simulator before it starts.</param>
    public static async Task<Stage> SetAsync(int phones, string ussdProfile = "its_session_info", Func<int, object>? sourceOf = null, Action<SimulatorOptions>? adjust = null)
    {
        var database = await TestDatabase.CreateAsync();
        var options = new SimulatorOptions
        {
            // The response timeout is the simulator's own: an engine that has just started on a busy machine may think for seconds, and a text that is repeated is answered twice.
            Smsc = { Port = 0, RetryInterval = TimeSpan.FromMilliseconds(300) },
            Ussd = { Profile = ussdProfile },
            Web = { Urls = "http://127.0.0.1:0" },
            Phones = [.. Enumerable.Range(0, phones).Select(i => new PhoneOptions { Msisdn = Number(i) })],
        };
        adjust?.Invoke(options);
        var simulator = await SimulatorApp.StartAsync(options);
        var stage = new Stage(
            database, simulator, [.. Enumerable.Range(0, phones).Select(i => simulator.Phones[Number(i)])],
            sourceOf ?? (_ => new { kind = "prepaid", balance = Opening }));
        await stage.ProvisionAsync();
        return stage;
    }

    public Dictionary<string, string> Settings() => new()
    {
        ["CarrierPay__Database__ConnectionString"] = Database.OwnerConnectionString,
        ["CarrierPay__Secrets__KeyFolder"] = Path.Combine(_folder, "keys"),
        ["CarrierPay__Api__Urls"] = $"http://127.0.0.1:{FreePort()}",
        ["CarrierPay__Smpp__Links__0__Host"] = "127.0.0.1",
        ["CarrierPay__Smpp__Links__0__Port"] = Simulator.SmscPort.ToString(CultureInfo.InvariantCulture),
        ["CarrierPay__Smpp__Links__0__SystemId"] = "carrierpay",
        ["CarrierPay__Smpp__Links__0__Password"] = "secret",
        ["CarrierPay__Smpp__Links__0__ShortCodes"] = "500",
        ["CarrierPay__Smpp__Links__0__UssdProfile"] = Simulator.Ussd.Profile?.Name ?? "",
        ["CarrierPay__Smpp__Links__0__ReconnectMax"] = "00:00:01",
        ["CarrierPay__Smpp__Trace__Directory"] = TraceFolder,
        ["CarrierPay__Merchants__AllowPrivateAddresses"] = "true", // the simulator is on this machine
        ["CarrierPay__Notices__RetryDelays__0"] = "00:00:01",
        ["CarrierPay__RatedFiles__Operator"] = "acme",
        ["CarrierPay__RatedFiles__Folder"] = BillingFolder,
        ["CarrierPay__RatedFiles__AnswersFolder"] = AnswersFolder,
        ["CarrierPay__RatedFiles__LookEvery"] = "00:00:01",
    };

    /// <summary>Where files for billing are put, and its answers found.</summary>
    public string BillingFolder => Path.Combine(_folder, "billing");

    public string AnswersFolder => Path.Combine(_folder, "answers");

    /// <summary>Where engines record PDUs once the file "switch" in it says so.</summary>
    public string TraceFolder => Path.Combine(_folder, "trace");

    /// <param name="settings">Null = <see cref="Settings"/>.</param>
    public async Task<EngineUnderTest> StartEngineAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var engine = EngineUnderTest.Start(settings ?? Settings());
        _engines.Add(engine);
        await engine.ReadyAsync();
        return engine;
    }

    /// <summary>Runs a command of the engine to its end.</summary>
    public async Task<(int Code, string Output, string Errors)> RunAsync(params string[] command)
    {
        await using var process = EngineUnderTest.Start(Settings(), command);
        var code = await process.EndAsync();
        return (code, process.Output, process.Errors);
    }

    /// <summary>What the books say must hold whatever happened: each payment ended once, and balances are what transfers and receipts say.</summary>
    public async Task CheckBooksAsync(int paymentsOfEach)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        var paid = (await connection.QueryAsync<(long Msisdn, long Balance, int Paid, int Distinct)>(
            """
            select s.msisdn, s.balance_minor, count(p.id) filter (where p.outcome = 1)::int, count(distinct p.id) filter (where p.outcome = 1)::int
            from subscribers s left join payments p on p.lane = s.lane and p.subscriber_id = s.id
            group by s.msisdn, s.balance_minor
            """)).AsList();
        var ended = await connection.ExecuteScalarAsync<long>("select count(*) from (select id from payments group by id having count(*) > 1) twice");
        var charged = await connection.ExecuteScalarAsync<long>("select count(*) from (select reference from transfers group by reference, kind having count(*) > 1 and reference <> 0) twice");
        Assert.Multiple(() =>
        {
            Assert.That(ended, Is.Zero, "payments with two outcomes");
            Assert.That(charged, Is.Zero, "payments with two transfers");
            foreach (var (_, balance, count, distinct) in paid)
            {
                Assert.That(count, Is.EqualTo(distinct).And.EqualTo(paymentsOfEach));
                Assert.That(balance, Is.EqualTo(Opening - (count * Price)));
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
            await engine.DisposeAsync();
        await Simulator.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A free port of those that systems do not give away by themselves: nobody takes it before, or between, those who are told of it. None comes twice.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = 20_000 + (int)((Environment.ProcessId * 7L + Interlocked.Increment(ref _lastPort)) % 12_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }

    private static string Number(int index) => (447_700_900_000 + index).ToString(CultureInfo.InvariantCulture);

    private async Task ProvisionAsync()
    {
        var file = Path.Combine(_folder, "data.json");
        var data = new
        {
            subscribers = Phones.Select((p, i) => new { msisdn = p.Msisdn, language = "en", kyc = "named", sources = new[] { _sourceOf(i) } }),
            merchants = new object[]
            {
                new { keyword = "NEWS", name = "Daily News", products = new[] { new { code = "DAILY", name = "Daily issue", price = Price } }, notice_url = NoticeUrl("NEWS"), secret = MerchantSecret },
                new { keyword = "GAMES", name = "Games", quote_url = QuoteUrl("GAMES"), notice_url = NoticeUrl("GAMES"), secret = MerchantSecret },
                new { keyword = "COFFEE", name = "Coffee Co", products = new[] { new { code = "LATTE", name = "Caffe Latte", price = 1250L } }, notice_url = NoticeUrl("COFFEE"), secret = MerchantSecret },
            },
        };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(data));
        await using var provision = EngineUnderTest.Start(Settings(), "provision", file);
        Assert.That(await provision.EndAsync(), Is.Zero, () => provision.Errors);
    }

    private Uri QuoteUrl(string keyword) => new(Simulator.WebAddress, $"/masp/{keyword}/quotes");

    private Uri NoticeUrl(string keyword)
    {
        Simulator.Merchants.Put(keyword, new(Secret: MerchantSecret));
        return new(Simulator.WebAddress, $"/masp/{keyword}/notices");
    }
}
