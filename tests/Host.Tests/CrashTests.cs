using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CarrierPay.Simulator;
using CarrierPay.TestSupport;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>Real processes: an engine that is killed or frozen at work, an SMSC that delivers again what was not answered, and the money counted afterwards.</summary>
[NonParallelizable]
public sealed class CrashTests
{
    private const int Buyers = 40;
    private const long Opening = 5000;
    private const long Price = 199;

    private TestDatabase _database = null!;
    private RunningSimulator _simulator = null!;
    private List<Buyer> _buyers = null!;
    private string _folder = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _folder = Directory.CreateTempSubdirectory("carrierpay-test-").FullName;
        _database = await TestDatabase.CreateAsync();
        _simulator = await SimulatorApp.StartAsync(new()
        {
            Smsc = new() { Port = 0, RetryInterval = TimeSpan.FromMilliseconds(300), ResponseTimeout = TimeSpan.FromSeconds(3) },
            Web = new() { Urls = "http://127.0.0.1:0" },
        });
        _buyers = [.. Enumerable.Range(0, Buyers).Select(i => new Buyer(_simulator, (447_700_910_000 + i).ToString(CultureInfo.InvariantCulture)))];
        foreach (var buyer in _buyers)
            _simulator.Phones.Put(buyer.Msisdn, null, null);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _simulator.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task An_engine_killed_at_work_loses_nothing_and_charges_nobody_twice()
    {
        await using var engine = new EngineUnderTest(_database, _simulator, _folder);
        await ProvisionAsync(engine);
        await engine.StartAsync();

        // Killed while the requests arrive, and again while the confirmations do.
        foreach (var buyer in _buyers)
            buyer.Ask();
        await Until.TrueAsync(() => _simulator.Smsc.State.Delivered > 0 || _buyers.Exists(b => b.GoOn()), "the engine is at work");
        await engine.KillAsync();
        await engine.StartAsync();
        await Until.TrueAsync(() => _buyers.Count(b => b.GoOn()) > Buyers / 4, "a quarter has paid");
        await engine.KillAsync();
        await engine.StartAsync();
        await Until.TrueAsync(() => _buyers.Count(b => b.GoOn()) == Buyers, "everybody has a receipt");

        await MoneyIsRightAsync();
        await NothingSecretIsKeptAsync(string.Join('\n', engine.Output) + await engine.MetricsAsync());
    }

    [Test]
    public async Task An_engine_that_freezes_and_wakes_beside_another_stalls_nobody_and_charges_nobody_twice()
    {
        await using var steady = new EngineUnderTest(_database, _simulator, _folder);
        await using var frozen = new EngineUnderTest(_database, _simulator, _folder);
        await ProvisionAsync(steady);
        await steady.StartAsync();
        await frozen.StartAsync();

        foreach (var buyer in _buyers)
            buyer.Ask();
        await Until.TrueAsync(() => _buyers.Count(b => b.GoOn()) > 2, "the first have paid");
        await frozen.FreezeAsync();
        await Until.TrueAsync(() => _buyers.Count(b => b.GoOn()) == Buyers, "everybody has a receipt, served by the other");
        await frozen.WakeAsync();
        await Until.TrueAsync(async () => await CountAsync("select count(*) from outbox") == 0, "all messages are sent");

        await MoneyIsRightAsync();
    }

    private async Task ProvisionAsync(EngineUnderTest engine)
    {
        var file = Path.Combine(_folder, "people.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new
        {
            subscribers = _buyers.Select(b => new { msisdn = b.Msisdn, language = "en", kyc = "named", sources = new[] { new { kind = "prepaid", balance = Opening } } }),
            merchants = new[] { new { keyword = "NEWS", name = "Daily News", products = new[] { new { code = "DAILY", name = "Daily issue", price = Price } } } },
        }));
        var (exitCode, output) = await engine.RunAsync(["provision", file]);
        Assert.That(exitCode, Is.Zero, output);
    }

    private async Task MoneyIsRightAsync()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await CountAsync("select count(*) from payments where outcome = 1"), Is.EqualTo(Buyers), "payments that succeeded");
            Assert.That(await CountAsync("select count(distinct subscriber_id) from payments where outcome = 1"), Is.EqualTo(Buyers), "people who paid");
            Assert.That(await CountAsync($"select count(*) from subscribers where balance_minor <> {Opening - Price}"), Is.Zero, "balances that are not opening less one paper");
            Assert.That(await CountAsync(
                """
                select count(*) from subscribers s
                where balance_minor <> (select coalesce(sum(amount_minor), 0) from transfers t where t.credit_account = 2 and t.credit_owner = s.id)
                                     - (select coalesce(sum(amount_minor), 0) from transfers t where t.debit_account = 2 and t.debit_owner = s.id)
                """), Is.Zero, "balances that are not the sum of their transfers");
            Assert.That(await CountAsync("select count(*) from open_payments"), Is.Zero, "payments without an outcome");
            Assert.That(await CountAsync("select count(*) from parked_events"), Is.Zero, "parked events");
            Assert.That(_buyers.Where(b => b.PaidReferences.Count != 1).Select(b => b.Msisdn), Is.Empty, "people with receipts of more than one payment");
        }
    }

    /// <summary>No code and no number in logs and metrics; in the database numbers only in their two columns, and no run of digits that could be a code in a text.</summary>
    private async Task NothingSecretIsKeptAsync(string printed)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var buyer in _buyers)
            {
                Assert.That(printed, Does.Not.Contain(buyer.Msisdn));
                Assert.That(Regex.IsMatch(printed, $"Y {buyer.Code}"), Is.False, "a confirmation was printed");
            }
            Assert.That(printed, Does.Not.Contain("PAY NEWS"));
            foreach (var table in await TablesAsync())
            {
                var row = table is "numbers" or "subscribers" ? "replace(t::text, t.msisdn::text, '')" : "t::text";
                Assert.That(await CountAsync($"select count(*) from {table} t where {row} ~ '44770091[0-9]{{4}}'"), Is.Zero, $"whole numbers in {table}");
            }
            Assert.That(await CountAsync(@"select count(*) from messages where received ~ '(^|\D)\d{4,6}(\D|$)'"), Is.Zero, "codes in texts received");
            Assert.That(await CountAsync("select count(*) from messages where template = 1 and parameters not like '%****%'"), Is.Zero, "prompts with their code");
        }
    }

    private async Task<List<string>> TablesAsync()
    {
        await using var command = _database.Owner.CreateCommand(
            "select c.oid::regclass::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition");
        await using var reader = await command.ExecuteReaderAsync();
        List<string> tables = [];
        while (await reader.ReadAsync())
            tables.Add(reader.GetString(0));
        return tables;
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.Owner.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
