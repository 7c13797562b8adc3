using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Simulator.Tests;

/// <summary>Books that are the same after a restart.</summary>
[TestFixture]
public sealed class JournalTests
{
    private const string Buyer = "447700900123";
    private const string Account = "ACC1";

    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 16, 0, 0, TimeSpan.Zero));
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("simulator-books-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_charging_system_has_its_accounts_and_its_ledger_again_and_knows_what_it_was_asked()
    {
        var first = Ocs();
        first.Put(Buyer, 1000, 500);
        first.Put("447700900456", 1, null);
        _time.Advance(TimeSpan.FromHours(1));
        var answer = first.Decide(Request("s1", RequestedAction.DirectDebiting, 1250)).Answer;
        first.Decide(Request("s2", RequestedAction.RefundAccount, 50));
        first.Decide(Request("s3", RequestedAction.DirectDebiting, 5000)); // refused
        first.Decide(Request("s4", RequestedAction.DirectDebiting, 100), grant: 99);
        first.Remove("447700900456");
        first.Dispose();
        _time.Advance(TimeSpan.FromHours(1));

        using var again = Ocs();
        Assert.That(again.Accounts, Is.EqualTo(first.Accounts).And.EqualTo(new[] { new AccountView(Buyer, -299, 500) }));
        Assert.That(again.LedgerAfter(0), Is.EqualTo(first.LedgerAfter(0)));
        Assert.That((again.Debits, again.Refunds), Is.EqualTo((2L, 1L)));
        Assert.That(again.Decide(Request("s1", RequestedAction.DirectDebiting, 1250) with { MayBeRepeat = true }), Is.EqualTo(new ChargeDecision(answer, IsRepeat: true)));
        Assert.That(again.Decide(Request("s3", RequestedAction.DirectDebiting, 5000)).IsRepeat, Is.True, "a refusal, too");
        _time.Advance(TimeSpan.FromHours(23) + TimeSpan.FromSeconds(1));
        Assert.That(again.Decide(Request("s1", RequestedAction.DirectDebiting, 1)).IsRepeat, Is.False, "its window counts from when it came");
    }

    [Test]
    public void The_bank_has_its_accounts_and_its_ledger_again_and_knows_every_message()
    {
        var first = Bank();
        first.Put(Account, "EUR", 10_000);
        first.Put("ACC2", "KWD", 5);
        _time.Advance(TimeSpan.FromHours(1));
        var reply = first.Take(Debit("000001"));
        first.Take(Debit("000002"));
        first.Take(ReversalOf("000002"));
        first.Take(ReversalOf("000003"));
        first.Remove("ACC2");
        first.Dispose();

        using var again = Bank();
        Assert.That(again.Accounts, Is.EqualTo(first.Accounts).And.EqualTo(new[] { new BankAccountView(Account, "EUR", 8750) }));
        Assert.That(again.LedgerAfter(0), Is.EqualTo(first.LedgerAfter(0)));
        Assert.That(again.Take(Debit("000001")).Answer, Is.EqualTo(BankAnswer.Duplicate));
        Assert.That(again.Take(Debit("000001").WithMti("0201")), Is.EqualTo(reply), "a repeat is given the first answer");
        Assert.That(again.Take(ReversalOf("000002")).Answer, Is.EqualTo(BankAnswer.Reversed), "and undoes nothing more");
        Assert.That(again.Take(Debit("000003")).Answer, Is.EqualTo(BankAnswer.Duplicate), "its reversal came before it");
        Assert.That(again.Take(Debit("000004")).Approval, Is.EqualTo("000003"), "approvals go on");
        Assert.That(again.Accounts.Single().Balance, Is.EqualTo(7500));
    }

    [Test]
    public void A_last_line_that_was_cut_short_is_dropped_and_the_next_begins_where_it_began()
    {
        using (var first = Bank())
            first.Put(Account, "EUR", 10_000);
        var whole = File.ReadAllText(PathOf("bank"));
        File.WriteAllText(PathOf("bank"), whole + whole[..20]);

        using (var second = Bank())
            second.Take(Debit("000001"));
        using (var third = Bank())
            Assert.That(third.Accounts.Single().Balance, Is.EqualTo(8750));
        Assert.That(File.ReadAllLines(PathOf("bank"))[0] + '\n', Is.EqualTo(whole));
    }

    [Test]
    public async Task A_simulator_opens_the_accounts_of_its_settings_in_new_books_only()
    {
        await using (var first = await SimulatorApp.StartAsync(Options()))
        {
            first.Ocs.Books.Put(Buyer, 700, null);
            first.Bank.Books.Put(Account, null, 800);
        }
        await using var again = await SimulatorApp.StartAsync(Options());
        Assert.That(again.Ocs.Books.Accounts.Single().Balance, Is.EqualTo(700));
        Assert.That(again.Bank.Books.Accounts.Single().Balance, Is.EqualTo(800));
    }

    [TestCase("{\"At\":\"2026-11-23T16:00:00Z\"}", TestName = "A_line_that_says_nothing_ends_the_start_and_is_named")]
    [TestCase("Dear bank", TestName = "A_line_that_is_no_JSON_ends_the_start_and_is_named")]
    [TestCase("null", TestName = "A_line_that_is_null_ends_the_start_and_is_named")]
    [TestCase("{\"At\":\"2026-11-23T16:00:00Z\",\"Request\":\"AQAAFA==\"}", TestName = "A_request_that_is_none_ends_the_start_and_is_named")]
    public async Task Wrong_line(string line)
    {
        await File.WriteAllTextAsync(PathOf("ocs"), $$"""{"At":"2026-11-23T16:00:00Z","Msisdn":"{{Buyer}}","Balance":1}{{'\n'}}{{line}}{{'\n'}}""");
        Assert.That(await StartAsync(_folder), Is.EqualTo($"Simulator__DataFolder: {PathOf("ocs")}, line 2 is none of ours. Take the file away to begin anew."));
    }

    [Test]
    public async Task A_folder_that_cannot_be_had_ends_the_start_and_is_named() =>
        Assert.That(await StartAsync("/dev/null/books"), Does.StartWith("Simulator__DataFolder: /dev/null/books/ocs.journal cannot be had: ").And.Not.Contain("\n"));

    [Test]
    public async Task A_second_simulator_does_not_write_in_the_same_books()
    {
        using var first = Ocs();
        Assert.That(await StartAsync(_folder), Does.StartWith($"Simulator__DataFolder: {PathOf("ocs")} cannot be had: "));
    }

    private ChargingSystem Ocs()
    {
        var books = new ChargingSystem(new(), _time);
        books.Keep(PathOf("ocs"));
        return books;
    }

    private BankBooks Bank()
    {
        var books = new BankBooks(Iso8583Version.V1987, _time);
        books.Keep(PathOf("bank"));
        return books;
    }

    private string PathOf(string books) => Path.Combine(_folder, $"{books}.journal");

    private SimulatorOptions Options() => new()
    {
        DataFolder = _folder,
        Smsc = { Port = 0 },
        Web = { Urls = "http://127.0.0.1:0" },
        Ocs = { Accounts = [new() { Msisdn = Buyer }] },
        Bank = { Accounts = [new() { Number = Account }] },
    };

    private static async Task<string> StartAsync(string folder)
    {
        await using var errors = new StringWriter();
        var settings = new Dictionary<string, string?> { ["DataFolder"] = folder, ["Smsc:Port"] = "0", ["Ocs:Port"] = "0", ["Bank:Port"] = "0", ["Web:Urls"] = "http://127.0.0.1:0" };
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("Simulator:" + s.Key, s.Value))).Build();
        Assert.That(await SimulatorApp.RunAsync(configuration, TextWriter.Null, errors, deadline.Token), Is.EqualTo(1));
        return errors.ToString().TrimEnd('\n');
    }

    private CreditControlRequest Request(string session, RequestedAction action, long minor) => new()
    {
        SessionId = session,
        OriginHost = "engine.carrierpay.example",
        OriginRealm = "carrierpay.example",
        DestinationRealm = "operator.example",
        ServiceContextId = "carrierpay@operator.example",
        EventTimestamp = _time.GetUtcNow(),
        Subscribers = [new(SubscriptionIdType.E164, Buyer)],
        ServiceIdentifier = 1,
        RequestedUnits = CCMoney.Of(new(minor, Currency.Of("EUR"))),
        Action = action,
        EndToEnd = 1,
    };

    private static IsoMessage Debit(string stan) => new(
        "0200", (3, "001000"), (4, "000000001250"), (7, "1123160005"), (11, stan), (41, "TERM0001"), (49, "978"), (102, Account));

    private static IsoMessage ReversalOf(string stan) => new(
        "0420", (3, "001000"), (4, "000000001250"), (7, "1123160006"), (11, "900000"), (41, "TERM0001"), (49, "978"), (90, $"0200{stan}1123160005{0:D22}"), (102, Account));
}
