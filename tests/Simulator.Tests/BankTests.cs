using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Simulator.Bank;

namespace CarrierPay.Simulator.Tests;

[TestFixture]
public sealed class BankTests
{
    [Test]
    public async Task A_debit_takes_the_money_once_under_every_profile([ValueSource(typeof(KnownProfiles), nameof(KnownProfiles.Names))] string profile, [Values(null, BankMacKind.Retail, BankMacKind.AesCmac)] BankMacKind? mac)
    {
        await using var desk = await BankDesk.OpenAsync(profile, mac);
        var verdict = await desk.AskAsync(desk.Debit(1250));
        Assert.That((verdict.Kind, verdict.Approval), Is.EqualTo((BankVerdictKind.Approved, "000001")));
        Assert.That((desk.Balance, desk.Moved), Is.EqualTo((98_750, new[] { "debit -1250" })));
    }

    [Test]
    public async Task A_refund_gives_money_and_a_balance_inquiry_changes_nothing()
    {
        await using var desk = await BankDesk.OpenAsync();
        await desk.AskAsync(BankMessages.Refund(desk.Client.Dialect, desk.Order(300)));
        var verdict = await desk.AskAsync(BankMessages.Balance(desk.Client.Dialect, desk.Order(0)));
        Assert.That(AdditionalAmount.Parse(verdict.Balances!).Select(amount => amount.Amount.MinorUnits), Is.EqualTo(new[] { 100_300, 100_300 }));
        Assert.That(desk.Moved, Is.EqualTo(new[] { "refund 300" }));
    }

    [TestCase(100_001, BankDesk.Account, "51", DeclineReason.InsufficientFunds)]
    [TestCase(1, "NOBODY", "14", DeclineReason.NoSuchAccount)]
    [TestCase(0, BankDesk.Account, "12", DeclineReason.InvalidRequest)]
    public async Task What_the_bank_refuses_moves_nothing(long minor, string account, string code, DeclineReason reason)
    {
        await using var desk = await BankDesk.OpenAsync();
        var verdict = await desk.AskAsync(BankMessages.Debit(desk.Client.Dialect, desk.Order(minor, account)));
        Assert.That((verdict.Kind, verdict.Code, verdict.Reason), Is.EqualTo((BankVerdictKind.Declined, code, reason)));
        Assert.That(desk.Moved, Is.Empty);
    }

    [Test]
    public async Task The_same_trace_again_moves_nothing_and_a_repeat_is_given_the_first_answer()
    {
        await using var desk = await BankDesk.OpenAsync();
        var debit = desk.Debit(1250);
        await desk.AskAsync(debit);
        Assert.That((await desk.AskAsync(debit)).Code, Is.EqualTo("94"));
        Assert.That((await desk.AskAsync(BankMessages.Repeat(debit))).Approval, Is.EqualTo("000001"));
        Assert.That(desk.Moved, Is.EqualTo(new[] { "debit -1250" }));
    }

    [Test]
    public async Task A_switch_that_stands_in_refuses_and_the_bank_takes_the_money_all_the_same()
    {
        await using var desk = await BankDesk.OpenAsync();
        desk.Bank.Faults.Order(new(BankFault.StandIn, ResponseCode: "05"));
        var debit = desk.Debit(1250);
        Assert.That((await desk.AskAsync(debit)).Kind, Is.EqualTo(BankVerdictKind.Declined));
        var late = await desk.Client.LateAnswers.ReadAsync();
        Assert.That((late.Request, late.Answer[39], desk.Balance), Is.EqualTo((debit, "00", 98_750)));
    }

    /// <summary>Each of these leaves the bank's word out, or makes it worthless: the debit may or may not have happened, and the reversal makes it nothing.</summary>
    [TestCase(BankFault.Lose, null, 0)]
    [TestCase(BankFault.Mute, null, 2)]
    [TestCase(BankFault.Cut, null, 2)]
    [TestCase(BankFault.WrongStan, null, 2)]
    [TestCase(BankFault.WrongAmount, null, 2)]
    [TestCase(BankFault.Code, "91", 0)]
    [TestCase(BankFault.Code, "ZZ", 0)]
    public async Task A_debit_in_doubt_is_undone_whatever_became_of_it(BankFault fault, string? code, int movements)
    {
        await using var desk = await BankDesk.OpenAsync();
        desk.Bank.Faults.Order(new(fault, BankMessageKind.Debit, ResponseCode: code));
        var debit = desk.Debit(1250);
        Assert.That((await desk.AskImpatientlyAsync(debit)).Kind, Is.EqualTo(BankVerdictKind.Unknown));

        var progress = await desk.ReverseAsync(desk.Reversal(debit));
        Assert.That(progress.State, Is.EqualTo(movements == 0 ? ReversalState.NeverThere : ReversalState.Reversed));
        Assert.That((desk.Balance, desk.Moved.Count()), Is.EqualTo((100_000, movements)));
    }

    [Test]
    public async Task A_late_answer_is_surfaced_and_the_reversal_goes_on()
    {
        await using var desk = await BankDesk.OpenAsync();
        desk.Bank.Faults.Order(new(BankFault.Hold, BankMessageKind.Debit));
        var debit = desk.Debit(1250);
        Assert.That((await desk.AskImpatientlyAsync(debit)).Kind, Is.EqualTo(BankVerdictKind.Unknown));
        await desk.Bank.ReleaseAsync();

        var late = await desk.Client.LateAnswers.ReadAsync();
        Assert.That((late.Request, late.Answer[39], late.IsAuthentic), Is.EqualTo((debit, "00", true)));
        Assert.That((await desk.ReverseAsync(desk.Reversal(debit))).State, Is.EqualTo(ReversalState.Reversed));
        Assert.That(desk.Balance, Is.EqualTo(100_000));
    }

    [Test]
    public async Task A_reversal_that_overtakes_its_original_leaves_nothing_of_it()
    {
        await using var desk = await BankDesk.OpenAsync();
        desk.Bank.Faults.Order(new(BankFault.Hold, BankMessageKind.Debit));
        var debit = desk.Debit(1250);
        await desk.AskImpatientlyAsync(debit);
        Assert.That((await desk.ReverseAsync(desk.Reversal(debit))).State, Is.EqualTo(ReversalState.NeverThere));

        Assert.That(await desk.Bank.ReleaseAsync(), Is.EqualTo(1));
        Assert.That((await desk.Client.LateAnswers.ReadAsync()).Answer[39], Is.EqualTo("94"));
        Assert.That((desk.Balance, desk.Moved), Is.EqualTo((100_000, Array.Empty<string>())));
    }

    [TestCase(BankFault.Mute)]
    [TestCase(BankFault.Cut)]
    [TestCase(BankFault.Lose)]
    [TestCase(BankFault.WrongAmount)]
    public async Task A_reversal_without_a_good_answer_is_repeated_and_undoes_once(BankFault fault)
    {
        await using var desk = await BankDesk.OpenAsync();
        var debit = desk.Debit(1250);
        await desk.AskAsync(debit);
        desk.Bank.Faults.Order(new(fault, BankMessageKind.Reversal, Count: 2));

        var progress = await desk.ReverseAsync(desk.Reversal(debit));
        Assert.That((progress.State, progress.Attempts), Is.EqualTo((ReversalState.Reversed, 3)));
        Assert.That(desk.Moved, Is.EqualTo(new[] { "debit -1250", "reversal 1250" }));
    }

    /// <summary>Debits and reversals meet every fault in every order; the seed is printed when it fails.</summary>
    [Test]
    public async Task Whatever_the_bank_does_both_books_agree_in_the_end()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var desk = await BankDesk.OpenAsync(change: settings => settings.Circuit.Failures = 1000);
        BankFault?[] faults = [.. Enum.GetValues<BankFault>().Where(fault => fault != BankFault.Delay).Select(fault => (BankFault?)fault), null, null];
        long paid = 0;
        for (var i = 0; i < 60; i++)
        {
            Order(faults[random.Next(faults.Length)], BankMessageKind.Debit);
            await desk.SignedOnAsync();
            var debit = desk.Debit(100 + i);
            var verdict = await desk.AskImpatientlyAsync(debit);
            if (verdict.Kind == BankVerdictKind.Approved) paid += 100 + i;
            if (verdict.Kind != BankVerdictKind.Unknown) continue;
            if (random.Next(2) == 0) await desk.Bank.ReleaseAsync();
            Order(faults[random.Next(faults.Length)], BankMessageKind.Reversal);
            Assert.That((await desk.ReverseAsync(desk.Reversal(debit))).State, Is.AnyOf(ReversalState.Reversed, ReversalState.NeverThere), $"seed {seed}, debit {i}");
            await desk.Bank.ReleaseAsync();
        }
        Assert.That(desk.Balance, Is.EqualTo(100_000 - paid), $"seed {seed}");

        void Order(BankFault? fault, BankMessageKind kind)
        {
            if (fault is { } one) desk.Bank.Faults.Order(new(one, kind, ResponseCode: one is BankFault.Code or BankFault.StandIn ? "91" : null));
        }
    }

    [Test]
    public async Task A_second_answer_belongs_to_nobody()
    {
        await using var desk = await BankDesk.OpenAsync();
        desk.Bank.Faults.Order(new(BankFault.Duplicate));
        Assert.That((await desk.AskAsync(desk.Debit(1250))).Kind, Is.EqualTo(BankVerdictKind.Approved));
        await Eventually.True(() => desk.Client.Counters.Unmatched == 1, "the second answer is counted");
    }

    [Test]
    public async Task After_a_cut_the_connection_signs_on_again_before_anything_is_asked()
    {
        await using var desk = await BankDesk.OpenAsync();
        desk.Bank.Faults.Order(new(BankFault.Cut, BankMessageKind.Debit));
        var outcome = await desk.Client.RequestAsync(desk.Debit(1250));
        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((BankOutcomeKind.Unknown, NoAnswerReason.ConnectionLost)));
        await desk.SignedOnAsync();
        Assert.That((await desk.AskAsync(desk.Debit(1250))).Code, Is.EqualTo("00"), "not 91, which is said to whom has not signed on");
    }

    [Test]
    public async Task A_sign_on_that_is_refused_is_tried_again()
    {
        await using var desk = await BankDesk.OpenAsync();
        desk.Bank.Faults.Order(new(BankFault.Code, BankMessageKind.Network, Count: 2, ResponseCode: "91"));
        desk.Bank.Cut();
        await Eventually.True(() => desk.Bank.Faults.All.Count == 0, "two refusals were given");
        await desk.SignedOnAsync();
        Assert.That((await desk.AskAsync(desk.Debit(1250))).Kind, Is.EqualTo(BankVerdictKind.Approved));
    }

    [Test]
    public async Task Many_debits_over_several_connections_move_each_amount_once()
    {
        await using var desk = await BankDesk.OpenAsync(change: settings => (settings.Connections, settings.Window) = (3, 20));
        var verdicts = await Task.WhenAll(Enumerable.Range(1, 200).Select(_ => desk.Debit(1)).Select(debit => desk.AskAsync(debit)));
        Assert.That(verdicts.Select(verdict => verdict.Kind), Is.All.EqualTo(BankVerdictKind.Approved));
        Assert.That((desk.Balance, desk.Moved.Count()), Is.EqualTo((99_800, 200)));
    }

    [Test]
    public async Task A_message_with_a_wrong_code_moves_nothing()
    {
        await using var desk = await BankDesk.OpenAsync(mac: BankMacKind.Retail);
        using var intruder = new TcpClient();
        await intruder.ConnectAsync(IPAddress.Loopback, desk.Simulator.BankPort);
        var profile = KnownProfiles.Get(KnownProfiles.A1987);
        await intruder.GetStream().WriteAsync(IsoFrame.Write(MessageWriter.Encode(NetworkMessages.Request(desk.Client.Dialect, NetworkAction.SignOn, 1, default), profile), profile));
        await intruder.GetStream().WriteAsync(IsoFrame.Write(MessageWriter.Encode(desk.Debit(1250).With(128, "0123456789ABCDEF"), profile), profile));
        await Eventually.True(() => desk.Bank.State.Messages == 3, "the bank had both messages");
        Assert.That(desk.Moved, Is.Empty);
    }

    [Test]
    public async Task A_foreign_protocol_on_the_port_is_hung_up_on_and_disturbs_nobody()
    {
        await using var desk = await BankDesk.OpenAsync();
        using var browser = new TcpClient();
        await browser.ConnectAsync(IPAddress.Loopback, desk.Simulator.BankPort);
        await browser.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: bank\r\n\r\n"u8.ToArray());
        Assert.That(await browser.GetStream().ReadAsync(new byte[1]), Is.Zero);
        Assert.That((await desk.AskAsync(desk.Debit(1250))).Kind, Is.EqualTo(BankVerdictKind.Approved));
    }

    [Test]
    public async Task Faults_and_accounts_are_ordered_over_HTTP_and_nonsense_is_refused()
    {
        await using var desk = await BankDesk.OpenAsync();
        using var http = new HttpClient { BaseAddress = desk.Simulator.WebAddress };
        Assert.That((await http.PutAsJsonAsync("/api/bank/accounts/ACC2", new { currency = "KWD", balance = 5 })).StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await http.PutAsJsonAsync("/api/bank/accounts/ACC2", new { currency = "EUR" })).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await http.PutAsJsonAsync("/api/bank/accounts/ACC3", new { currency = "XXX" })).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await http.PutAsJsonAsync("/api/bank/accounts/ACC3", new { balance = -1 })).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await http.PostAsJsonAsync("/api/bank/faults", new { fault = "mute", on = "debit", count = 2 })).StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await http.PostAsJsonAsync("/api/bank/faults", new { fault = "delay" })).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await http.PostAsJsonAsync("/api/bank/faults", new { fault = "code", responseCode = "!" })).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await http.PostAsJsonAsync("/api/bank/faults", new { fault = "mute", count = 0 })).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(desk.Bank.Faults.All.Single(), Is.EqualTo(new BankFaultView(BankFault.Mute, BankMessageKind.Debit, 2, null, null)));
        Assert.That(await http.GetStringAsync("/bank.html"), Does.Contain("ISO 8583"));
    }
}
