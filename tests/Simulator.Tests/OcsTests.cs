using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;
using CarrierPay.Simulator.Ocs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Simulator.Tests;

/// <summary>The charging system over real sockets, charged by the engine's own client.</summary>
[TestFixture]
public sealed class OcsTests
{
    private const string Buyer = "447700900123";
    private static readonly DateTimeOffset At = new(2026, 11, 23, 16, 0, 0, TimeSpan.Zero);
    private static readonly Money Price = new(250, Currency.Of("EUR"));

    private readonly FakeTimeProvider _time = new(At);
    private RunningSimulator _simulator = null!;
    private DiameterClient _diameter = null!;
    private CreditControlClient _client = null!;
    private HttpClient _http = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _simulator = await SimulatorApp.StartAsync(new SimulatorOptions
        {
            Smsc = { Port = 0 },
            Web = { Urls = "http://127.0.0.1:0" },
            Ocs = { Accounts = [new() { Msisdn = Buyer, Balance = 1000 }, new() { Msisdn = "447700900456", Balance = 0, CreditLimit = 300 }] },
        }, _time);
        _http = new HttpClient { BaseAddress = _simulator.WebAddress, Timeout = Eventually.Deadline };
        var options = new DiameterOptions { RequestTimeout = TimeSpan.FromSeconds(2), ReconnectMin = TimeSpan.FromMilliseconds(10), ReconnectMax = TimeSpan.FromMilliseconds(50) };
        options.Peers.Add(new() { Host = "127.0.0.1", Port = _simulator.OcsPort, Realm = "operator.example" });
        _diameter = new DiameterClient(options, TimeProvider.System, NullLogger<DiameterClient>.Instance);
        _diameter.Start();
        _client = new(_diameter, options, new() { Realm = "operator.example", ResendElsewhere = false });
        await OpenAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _diameter.DisposeAsync();
        _http.Dispose();
        await _simulator.DisposeAsync();
    }

    [Test]
    public async Task A_debit_and_a_refund_are_booked_and_stand_in_the_ledger()
    {
        var debit = Debit();

        Assert.That((await _client.SendAsync(debit.Encode())).Granted, Is.EqualTo(Price));
        Assert.That((await _client.SendAsync(_client.Orders.Refund([new(SubscriptionIdType.E164, Buyer)], Price with { MinorUnits = 50 }, "pay_1-r", At).Encode())).Verdict, Is.EqualTo(Verdict.Done));

        Assert.That(Balance(), Is.EqualTo(800));
        Assert.That(_simulator.Ocs.Books.LedgerAfter(2), Has.Count.EqualTo(2));
        Assert.That(_simulator.Ocs.Books.LedgerAfter(2)[0], Is.EqualTo(new LedgerLine(3, At, Buyer, "debit", 250, 750, debit.SessionId, 0)));
        Assert.That(_simulator.Ocs.Books.LedgerAfter(2).Select(line => (line.Kind, line.Amount, line.Balance)), Is.EqualTo(new[] { ("debit", 250L, 750L), ("refund", 50L, 800L) }));
    }

    [Test]
    public async Task The_same_request_again_is_answered_the_same_and_booked_once()
    {
        var stored = Debit().Encode();

        var first = await _client.SendAsync(stored);
        var again = await _client.SendAsync(stored, mayHaveBeenSent: true);

        Assert.That(again, Is.EqualTo(first));
        Assert.That((Balance(), _simulator.Ocs.State.Repeats), Is.EqualTo((750L, 1L)));
    }

    [Test]
    public async Task After_the_window_a_repeat_is_not_known_and_charged_again()
    {
        var stored = Debit().Encode();
        await _client.SendAsync(stored);
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        await _client.SendAsync(stored, mayHaveBeenSent: true);

        Assert.That(Balance(), Is.EqualTo(500));
    }

    [Test]
    public async Task A_decline_is_remembered_too()
    {
        var stored = Debit(amount: 1001).Encode();
        Assert.That((await _client.SendAsync(stored)).Reason, Is.EqualTo(DeclineReason.CreditLimit));
        _simulator.Ocs.Books.Put(Buyer, 5000, null);

        Assert.That((await _client.SendAsync(stored, mayHaveBeenSent: true)).Reason, Is.EqualTo(DeclineReason.CreditLimit));
    }

    [Test]
    public async Task An_account_with_a_limit_is_a_phone_bill()
    {
        Assert.That((await _client.SendAsync(Debit("447700900456", 300).Encode())).Verdict, Is.EqualTo(Verdict.Done));
        Assert.That((await _client.SendAsync(Debit("447700900456", 1).Encode())).Reason, Is.EqualTo(DeclineReason.CreditLimit));
        Assert.That(Balance("447700900456"), Is.EqualTo(-300));
    }

    [TestCase(long.MaxValue)]
    [TestCase(1001)]
    public async Task More_than_there_is_is_declined(long amount)
    {
        Assert.That((await _client.SendAsync(Debit(amount: amount).Encode())).Reason, Is.EqualTo(DeclineReason.CreditLimit));
        Assert.That(Balance(), Is.EqualTo(1000));
    }

    [Test]
    public async Task A_number_without_an_account_is_unknown() =>
        Assert.That((await _client.SendAsync(Debit("447700900999").Encode())).Reason, Is.EqualTo(DeclineReason.UserUnknown));

    [Test]
    public async Task Another_currency_is_not_rated() =>
        Assert.That((await _client.SendAsync(_client.Orders.Debit([new(SubscriptionIdType.E164, Buyer)], new(250, Currency.Of("USD")), "p", At).Encode())).Reason, Is.EqualTo(DeclineReason.RatingFailed));

    [Test]
    public async Task A_request_without_a_subscriber_is_named_as_our_fault()
    {
        var result = await _client.SendAsync((Debit() with { Subscribers = [] }).Encode());

        Assert.That((result.Reason, result.Answer!.Result), Is.EqualTo((DeclineReason.BadRequest, ResultCode.MissingAvp)));
    }

    [Test]
    public async Task A_check_and_an_enquiry_book_nothing()
    {
        var enough = await _client.SendAsync(_client.Orders.CheckBalance([new(SubscriptionIdType.E164, Buyer)], Price with { MinorUnits = 1000 }, "p", At).Encode());
        var tooMuch = await _client.SendAsync(_client.Orders.CheckBalance([new(SubscriptionIdType.E164, Buyer)], Price with { MinorUnits = 1001 }, "p", At).Encode());
        var price = await _client.SendAsync(_client.Orders.PriceEnquiry([new(SubscriptionIdType.E164, Buyer)], "p", At).Encode());

        Assert.That((enough.Answer!.Balance, tooMuch.Answer!.Balance), Is.EqualTo(((BalanceCheck?)BalanceCheck.EnoughCredit, (BalanceCheck?)BalanceCheck.NoCredit)));
        Assert.That(price.Answer!.Cost, Is.EqualTo(new CCMoney(new(100, -2), 978)));
        Assert.That(_simulator.Ocs.Books.LedgerAfter(2), Is.Empty);
    }

    [TestCase(OcsFaultKind.Lose, 1000)]
    [TestCase(OcsFaultKind.Mute, 750)]
    [TestCase(OcsFaultKind.Cut, 750)]
    [TestCase(OcsFaultKind.Relay, 750)]
    public async Task After_each_fault_the_outcome_is_unknown_and_the_resend_settles_it_with_one_debit(OcsFaultKind fault, long balance)
    {
        _simulator.Ocs.Faults.Order(new(fault));
        var stored = Debit().Encode();

        Assert.That((await _client.SendAsync(stored)).Verdict, Is.EqualTo(Verdict.Unknown));
        Assert.That(Balance(), Is.EqualTo(balance));
        await OpenAsync();
        Assert.That((await _client.SendAsync(stored, mayHaveBeenSent: true)).Granted, Is.EqualTo(Price));

        Assert.That(Balance(), Is.EqualTo(750));
    }

    [Test]
    public async Task An_original_that_its_resend_overtook_is_booked_once()
    {
        _simulator.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        var stored = Debit().Encode();

        Assert.That((await _client.SendAsync(stored)).Verdict, Is.EqualTo(Verdict.Unknown));
        Assert.That((_simulator.Ocs.State.Held, Balance()), Is.EqualTo((1, 1000L)));
        Assert.That((await _client.SendAsync(stored, mayHaveBeenSent: true)).Granted, Is.EqualTo(Price));
        var late = await _diameter.LateAnswers.ReadAsync().AsTask().WaitAsync(Eventually.Deadline);

        Assert.That(_client.Judge(late.Request, late.Answer).Granted, Is.EqualTo(Price));
        Assert.That((_simulator.Ocs.State.Held, Balance()), Is.EqualTo((0, 750L)));
    }

    [Test]
    public async Task A_late_answer_comes_when_its_time_has_come()
    {
        _simulator.Ocs.Faults.Order(new(OcsFaultKind.Delay, DelayMs: 60_000));
        Assert.That((await _client.SendAsync(Debit().Encode())).Verdict, Is.EqualTo(Verdict.Unknown));

        _time.Advance(TimeSpan.FromMinutes(1));

        var late = await _diameter.LateAnswers.ReadAsync().AsTask().WaitAsync(Eventually.Deadline);
        Assert.That(_client.Judge(late.Request, late.Answer).Verdict, Is.EqualTo(Verdict.Done));
    }

    [Test]
    public async Task A_second_answer_is_an_answer_to_nobody()
    {
        _simulator.Ocs.Faults.Order(new(OcsFaultKind.Duplicate));

        Assert.That((await _client.SendAsync(Debit().Encode())).Verdict, Is.EqualTo(Verdict.Done));
        await Eventually.True(() => _diameter.Peers[0].Counters.Unmatched == 1, "the second answer is counted");
    }

    [Test]
    public async Task A_wrong_amount_is_booked_and_said_and_so_is_a_wrong_currency()
    {
        _simulator.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Granted: 100));
        _simulator.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Currency: "USD"));

        var less = await _client.SendAsync(Debit().Encode());
        var other = await _client.SendAsync(Debit().Encode());

        Assert.That((less.Verdict, less.Difference, less.Granted), Is.EqualTo((Verdict.DoneDifferently, GrantDifference.Less, (Money?)(Price with { MinorUnits = 100 }))));
        Assert.That((other.Verdict, other.Difference), Is.EqualTo((Verdict.DoneDifferently, GrantDifference.OtherCurrency)));
        Assert.That(Balance(), Is.EqualTo(650));
    }

    [Test]
    public async Task A_result_is_answered_as_ordered_and_nothing_is_booked()
    {
        _simulator.Ocs.Faults.Order(new(OcsFaultKind.Result, Result: 4010));
        _simulator.Ocs.Faults.Order(new(OcsFaultKind.Result, Result: 3004));
        _simulator.Ocs.Faults.Order(new(OcsFaultKind.Result, Result: 7, Vendor: 2011));

        Assert.That((await _client.SendAsync(Debit().Encode())).Reason, Is.EqualTo(DeclineReason.ServiceDenied));
        Assert.That((await _client.SendAsync(Debit().Encode())).Doubt, Is.EqualTo(DoubtReason.AgentError));
        Assert.That((await _client.SendAsync(Debit().Encode())).Doubt, Is.EqualTo(DoubtReason.UnclearResult));
        Assert.That(Balance(), Is.EqualTo(1000));
    }

    [Test]
    public async Task A_fault_may_be_for_one_number_only()
    {
        _simulator.Ocs.Faults.Order(new(OcsFaultKind.Result, Result: 5031, Msisdn: "447700900456"));

        Assert.That((await _client.SendAsync(Debit().Encode())).Verdict, Is.EqualTo(Verdict.Done));
        Assert.That((await _client.SendAsync(Debit("447700900456").Encode())).Reason, Is.EqualTo(DeclineReason.RatingFailed));
    }

    [Test]
    public async Task The_HTTP_API_shows_accounts_connections_and_ledger()
    {
        await _client.SendAsync(Debit().Encode());

        var state = await GetAsync("/api/ocs");
        Assert.That(state.GetProperty("connections").EnumerateArray().Select(c => c.GetProperty("originHost").GetString()), Is.EqualTo(new[] { "engine.carrierpay.example", "engine.carrierpay.example" }));
        Assert.That(state.GetProperty("debits").GetInt64(), Is.EqualTo(1));
        Assert.That((await GetAsync("/api/ocs/accounts")).GetProperty("accounts")[0].GetProperty("balance").GetInt64(), Is.EqualTo(750));
        Assert.That((await GetAsync("/api/ocs/ledger?after=2")).GetProperty("lines")[0].GetProperty("kind").GetString(), Is.EqualTo("debit"));
        Assert.That(await _http.GetStringAsync("/ocs.html"), Does.Contain("Charging system"));
    }

    [Test]
    public async Task The_HTTP_API_opens_changes_and_closes_accounts()
    {
        using var opened = await _http.PutAsJsonAsync("/api/ocs/accounts/+447700900789", new { balance = 10 });
        using var changed = await _http.PutAsJsonAsync("/api/ocs/accounts/447700900789", new { creditLimit = 5 });
        Assert.That((opened.StatusCode, changed.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK)));
        Assert.That(_simulator.Ocs.Books.Accounts[^1], Is.EqualTo(new AccountView("447700900789", 10, 5)));

        using var closed = await _http.DeleteAsync("/api/ocs/accounts/447700900789");
        using var again = await _http.DeleteAsync("/api/ocs/accounts/447700900789");
        Assert.That((closed.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NotFound)));
    }

    [TestCase("""{"fault":"mute","count":0}""", "wrong_fault", "count")]
    [TestCase("""{"fault":"delay"}""", "wrong_fault", "delayMs")]
    [TestCase("""{"fault":"mute","delayMs":5}""", "wrong_fault", "delayMs")]
    [TestCase("""{"fault":"result"}""", "wrong_fault", "result")]
    [TestCase("""{"fault":"wrongAmount"}""", "wrong_fault", "granted")]
    [TestCase("""{"fault":"wrongAmount","currency":"euro"}""", "wrong_fault", "euro")]
    [TestCase("""{"fault":"explode"}""", "bad_request", "$.fault")]
    [TestCase("""{"count":1}""", "bad_request", "fault")]
    public async Task A_fault_that_cannot_be_is_refused_with_the_reason(string order, string code, string reason)
    {
        using var response = await _http.PostAsync("/api/ocs/faults", new StringContent(order, System.Text.Encoding.UTF8, "application/json"));
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.That((response.StatusCode, problem.GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.BadRequest, code)));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(reason));
        Assert.That(_simulator.Ocs.Faults.All, Is.Empty);
    }

    [Test]
    public async Task The_accounts_of_the_usual_phones_have_something_to_spend()
    {
        await using var simulator = await SimulatorApp.StartAsync();

        Assert.That(simulator.Ocs.Books.Accounts.Select(account => (account.Msisdn, account.Balance)), Is.EquivalentTo(simulator.Phones.All.Select(phone => (phone.Msisdn, 10_000L))));
    }

    private CreditControlRequest Debit(string msisdn = Buyer, long amount = 250) =>
        _client.Orders.Debit([new(SubscriptionIdType.E164, msisdn)], Price with { MinorUnits = amount }, "pay_1", At);

    private long Balance(string msisdn = Buyer) => _simulator.Ocs.Books.Accounts.First(account => account.Msisdn == msisdn).Balance;

    private Task OpenAsync() => Eventually.True(() => _diameter.Peers[0].Connections.All(connection => connection.IsOpen), "both connections are open");

    private async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await _http.GetStringAsync(path)).RootElement;
}
