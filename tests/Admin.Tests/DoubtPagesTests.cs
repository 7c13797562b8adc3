using System.Net;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Staff;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace CarrierPay.Admin.Tests;

[TestFixture]
public sealed class DoubtPagesTests
{
    private const string ProposeForm = "data-test=\"propose\"";
    private const string ApproveForm = "data-test=\"approve\"";
    private static readonly (string, string)[] WasCharged = [("charged", "true"), ("reason", "Record 88123 shows the debit")];
    private static readonly (string, string)[] Confirmed = [("confirmed", "true"), ("note", "Seen it, too")];

    private Desk _desk = null!;
    private AdminClient _rita = null!;
    private AdminClient _arno = null!;
    private string _path = null!;

    [SetUp]
    public async Task OpenDesk()
    {
        _desk = await Desk.OpenAsync();
        _rita = await _desk.SignInAsync("rita");
        _arno = await _desk.SignInAsync("arno");
        _path = await _desk.LeaveDoubtAsync();
    }

    [TearDown]
    public async Task CloseDesk()
    {
        _rita.Dispose();
        _arno.Dispose();
        await _desk.DisposeAsync();
    }

    private Task<AdminPage> ProposeAsync(AdminClient who) => PostAsync(who, "Propose", ProposeForm, WasCharged);

    private async Task<AdminPage> PostAsync(AdminClient who, string handler, string form, params (string, string)[] fields) =>
        await who.SendAsync($"{_path}?handler={handler}", (await who.GetAsync(_path)).Hidden(form), fields);

    private async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = await _desk.Database.Owner.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    [Test]
    public async Task The_list_and_the_navigation_show_what_waits_and_a_desk_without_doubts_says_so()
    {
        var page = await _rita.GetAsync("/payments/doubts");
        Assert.That(page.Words, Does.Contain("Coffee Co").And.Contain("447*******23").And.Contain("EUR 12.50").And.Contain("Waits for a proposal"));
        Assert.That((page.Text("doubts-waiting"), page.Has("charging-payment")), Is.EqualTo(("waiting:", true)));
        Assert.That(page.Html, Does.Not.Contain("447700900123"));

        await ReadAsync<int>("delete from connector_calls");
        var empty = await _rita.GetAsync("/payments/doubts");
        Assert.That((empty.Has("empty"), empty.Has("case"), empty.Has("doubts-waiting")), Is.EqualTo((true, false, false)));
    }

    [Test]
    public async Task A_case_shows_the_other_sides_identifiers_what_was_answered_last_and_why_it_waits()
    {
        var page = await _rita.GetAsync(_path);
        Assert.That(page.Words, Does.Contain("Session-Id carrierpay.operator.example;3970;17;501").And.Contain("CC-Request-Number 0").And.Contain("146 times"));
        Assert.That((page.Text("last-answer"), page.Text("payment-state")), Is.EqualTo(("Unknown: no answer within 10 s", "In doubt")));
        Assert.That(page.Text("why"), Does.StartWith("It was repeated as long as it may be"));
        Assert.That(page.Words, Does.Contain("Charging system was asked to charge").And.Contain("PAY COFFEE LATTE AIRTIME"));
        Assert.That((await _rita.GetAsync("/payments/doubts/1/999")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_cash_out_in_doubt_is_spoken_of_as_one()
    {
        await ReadAsync<int>("update open_payments set merchant_id = -1; update connector_calls set kind = 7");
        Assert.That((await _rita.GetAsync("/payments/doubts")).Words, Does.Contain("Cash-out of the wallet").And.Contain("Charging system: credit"));
        var page = await _rita.GetAsync(_path);
        Assert.That(page.Words, Does.Contain("It was paid out: exactly EUR 12.50 arrived").And.Contain("It was not paid out, or has been taken back outside"));
        Assert.That(page.Words, Does.Contain("EUR 12.50 goes back into the wallet").And.Contain("Session-Id carrierpay.operator.example;3970;17;501"));
        Assert.That(page.Words, Does.Not.Contain("the merchant is owed"));
    }

    [TestCase(2, "The same request goes out once more, marked as a repeat. The other side knows repeats for certain until")]
    [TestCase(4, "The debit is never sent a second time: its reversal goes to the bank")]
    [TestCase(5, "The same request goes out once more, marked as a repeat.")]
    public async Task Who_may_ask_again_reads_what_goes_out(short kind, string words)
    {
        await ReadAsync<int>($"update connector_calls set kind = {kind}, created_at = now()");
        if (kind != 2)
            await ReadAsync<int>($"update connector_calls set request = '{new BankRequest(1, 17, "0200", new() { [11] = "000017" }).ToJson()}'");
        using var olga = await _desk.SignInAsync("olga");
        Assert.That((await olga.GetAsync(_path)).Text("asking"), Does.StartWith(words));
    }

    [Test]
    public async Task What_moved_after_the_end_of_its_payment_can_only_be_closed()
    {
        await ReadAsync<int>("delete from open_payments; update connector_calls set waits_for = 4");
        var page = await _rita.GetAsync(_path);
        Assert.That(page.Text("why"), Does.StartWith("Money moved for this payment after it had ended without it."));
        Assert.That((page.Has("charged"), page.Has("not-charged")), Is.EqualTo((false, true)));
        Assert.That(page.Words, Does.Contain("The payment keeps its outcome, and nothing is booked. The request is closed."));
    }

    [Test]
    public async Task A_payment_that_is_open_is_shown_with_its_state_and_since_when()
    {
        var list = await _rita.GetAsync("/payments/doubts");
        var page = await _rita.GetAsync(System.Text.RegularExpressions.Regex.Match(list.Html, "/payments/\\d+/\\d+").Value);
        Assert.That((page.Status, page.Text("amount")), Is.EqualTo((HttpStatusCode.OK, "EUR 12.50")));
        Assert.That(page.Words, Does.Contain("Airtime").And.Contain("? In doubt").And.Contain("being charged since").And.Contain("its outcome is not known yet"));
    }

    [Test]
    public async Task One_person_proposes_and_another_one_approves_and_the_audit_log_has_both()
    {
        var proposed = await ProposeAsync(_rita);
        Assert.That((proposed.NoticeKind, proposed.Notice), Is.EqualTo(("done", "Proposed. Another person has to approve it.")));
        Assert.That((proposed.Has("approve"), proposed.Has("propose")), Is.EqualTo((false, false)), "a reviewer approves nothing");

        var approved = await PostAsync(_arno, "Approve", ApproveForm, Confirmed);
        Assert.That((approved.NoticeKind, approved.Notice), Is.EqualTo(("done", "Approved. It is booked within a few seconds.")));
        Assert.That((await _rita.GetAsync("/audit")).Words, Does.Contain("rita Doubt resolution proposed Doubt").And.Contain("arno Doubt resolution approved Doubt"));
        Assert.That(await ReadAsync<string>("select proposed_by || ' ' || decided_by || ' ' || state from doubt_proposals"), Is.EqualTo("rita arno 2"));
    }

    [Test]
    public async Task The_maker_is_shown_no_form_to_approve_and_a_forged_one_is_refused_by_the_use_case()
    {
        var own = await ProposeAsync(_arno);
        Assert.That((own.Has("own"), own.Has("approve"), own.Has("reject")), Is.EqualTo((true, false, true)));

        var proposal = await ReadAsync<long>("select id from doubt_proposals");
        var member = new StaffMember(await ReadAsync<int>("select id from staff where name = 'arno'"), "arno", StaffRole.Approver, false, 1);
        var hidden = (await _arno.GetAsync("/password")).Hidden("name=\"fresh\"");
        hidden["ticket"] = _desk.Services.GetRequiredService<FormTickets>().Issue(member, $"doubt approve {_path.Split('/')[3]} {proposal}");
        var refused = await _arno.SendAsync($"{_path}?handler=Approve", hidden, [("proposal", $"{proposal}"), .. Confirmed]);
        Assert.That((refused.NoticeKind, refused.Notice), Is.EqualTo(("refused", "You proposed this. Another approver has to approve it; you may take it back.")));
        Assert.That(await ReadAsync<short>("select state from doubt_proposals"), Is.EqualTo(1));
    }

    [Test]
    public async Task Without_a_choice_a_reason_or_the_tick_nothing_is_done()
    {
        Assert.That((await PostAsync(_rita, "Propose", ProposeForm, ("reason", "x"))).Notice, Does.StartWith("Choose what is true."));
        Assert.That((await PostAsync(_rita, "Propose", ProposeForm, ("charged", "true"), ("reason", " "))).Notice, Does.StartWith("Say what the records show"));
        await ProposeAsync(_rita);
        Assert.That((await PostAsync(_arno, "Approve", ApproveForm, ("note", "x"))).Notice, Does.StartWith("Tick what you approve."));
        Assert.That((await PostAsync(_arno, "Approve", ApproveForm, ("confirmed", "true"), ("note", " "))).Notice, Does.StartWith("Give a reason, for the record."));
        Assert.That(await ReadAsync<short>("select state from doubt_proposals"), Is.EqualTo(1));
    }

    [Test]
    public async Task Who_operates_asks_again_and_neither_proposes_nor_approves()
    {
        using var olga = await _desk.SignInAsync("olga");
        var page = await olga.GetAsync(_path);
        Assert.That((page.Has("propose"), page.Has("ask")), Is.EqualTo((false, false)), "after twelve hours the charging system may not know a repeat");
        var forged = (await olga.GetAsync("/password")).Hidden("name=\"fresh\"");
        Assert.That((await olga.SendAsync($"{_path}?handler=Propose", forged, WasCharged)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await olga.SendAsync($"{_path}?handler=Approve", forged, Confirmed)).Status, Is.EqualTo(HttpStatusCode.Forbidden));

        await ReadAsync<int>("update connector_calls set created_at = now() - interval '1 hour'");
        var asked = await PostAsync(olga, "Ask", "data-test=\"ask\"");
        Assert.That((asked.NoticeKind, asked.Has("ask")), Is.EqualTo(("done", false)));
        Assert.That(await ReadAsync<bool>("select next_attempt_at < now() + interval '1 minute' from connector_calls"), Is.True);
        Assert.That((await olga.GetAsync("/audit")).Words, Does.Contain("olga Doubt asked again Doubt"));
    }

    [Test]
    public async Task A_proposal_whose_request_got_its_answer_says_so()
    {
        await ProposeAsync(_rita);
        await ReadAsync<int>("""
            with gone as (delete from connector_calls returning *)
            insert into calls (lane, day, id, subscriber_id, payment_id, kind, called_at, ended_at, request, answer)
            select lane, current_date, id, subscriber_id, payment_id, kind, created_at, now(), request, 'Done by ocs' from gone
            """);
        var page = await _arno.GetAsync(_path);
        Assert.That((page.Words.Contains("✕ Overtaken: the request had its answer", StringComparison.Ordinal), page.Has("approve")), Is.EqualTo((true, false)));
        Assert.That((await _rita.GetAsync(_path)).Has("propose"), Is.False);
    }
}
