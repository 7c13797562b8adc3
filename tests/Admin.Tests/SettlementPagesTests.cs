using System.Net;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Staff;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Admin.Tests;

[TestFixture]
public sealed class SettlementPagesTests
{
    private const string Form = "name=\"ticket\"";
    private static readonly (string, string)[] Confirmed = [("confirmed", "true"), ("note", "Checked")];

    private FakeTimeProvider _time = null!;
    private Desk _desk = null!;
    private AdminClient _rita = null!;
    private AdminClient _arno = null!;

    [SetUp]
    public async Task OpenDesk()
    {
        _time = new(TimeProvider.System.GetUtcNow());
        _desk = await Desk.OpenAsync(_time);
        _rita = await _desk.SignInAsync("rita");
        _arno = await _desk.SignInAsync("arno");
    }

    [TearDown]
    public async Task CloseDesk()
    {
        _rita.Dispose();
        _arno.Dispose();
        await _desk.DisposeAsync();
    }

    [Test]
    public async Task A_desk_without_a_settlement_says_so()
    {
        var page = await _rita.GetAsync("/settlement");
        Assert.That((page.Has("empty"), page.Has("batches")), Is.EqualTo((true, false)));
        Assert.That(page.Text("open-period"), Does.StartWith("Period 1 is open since "));
    }

    [Test]
    public async Task The_page_shows_totals_lines_check_and_maker_to_the_unit()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        var page = await _rita.GetAsync($"/settlement/{id}");

        // 70 % of 25.00 and 62.5 % of 3.99 (2.49375, half to even).
        Assert.That(page.Text("payable"), Is.EqualTo("EUR 19.99"));
        Assert.That(page.Words, Does.Contain("Coffee Co COFFEE Prepaid account").And.Contain("2 EUR 25.00 70% EUR 7.50 EUR 17.50"));
        Assert.That(page.Words, Does.Contain("1 EUR 3.99 62.5% EUR 1.50 EUR 2.49"));
        Assert.That(page.Words, Does.Contain("Together 3 EUR 28.99 EUR 9.00 EUR 19.99"));
        Assert.That(page.Html, Does.Contain("data-agrees=\"true\""));
        Assert.That(page.Text("maker"), Does.StartWith("rita, "));
    }

    [Test]
    public async Task A_line_leads_to_its_payments_and_a_payment_to_its_messages_with_the_number_masked()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        var batch = await _rita.GetAsync($"/settlement/{id}");
        var line = await _rita.GetAsync(System.Text.RegularExpressions.Regex.Match(batch.Html, $"/settlement/{id}/lines/\\d+").Value);
        Assert.That(line.Words, Does.Contain("Payments to Coffee Co").And.Contain("447*******23").And.Contain("861********00"));

        var payment = await _rita.GetAsync(System.Text.RegularExpressions.Regex.Match(line.Html, "/payments/\\d+/\\d+").Value);
        Assert.That(payment.Words, Does.Contain("PAY COFFEE").And.Contain("Reply Y **** to pay").And.Contain("PAID EUR 12.50 to Coffee Co")
            .And.Contain("EUR 12.50 from Prepaid account to Owed to the merchant"));
        Assert.That(line.Html + payment.Html, Does.Not.Contain("447700900123").And.Not.Contain("8613800138000"));
    }

    [Test]
    public async Task A_payment_shows_how_far_its_messages_came()
    {
        await _desk.SettleThreePaymentsAsync("rita");
        var path = await PaymentPathAsync();
        Assert.That((await _rita.GetAsync(path)).Words, Does.Not.Contain("handset"), "no receipts were asked for");

        var id = path[(path.LastIndexOf('/') + 1)..];
        await using (var connection = await _desk.Database.Owner.OpenConnectionAsync())
        {
            await connection.ExecuteAsync($"""
                insert into message_parts (lane, day, subscriber_id, message_id, part, parts, smsc, smsc_id, accepted_at)
                select lane, day, subscriber_id, id, 1, 1, 'north', id::text, at from messages where payment_id = {id};
                insert into delivery_receipts (lane, day, subscriber_id, smsc, smsc_id, received_at, state, error)
                select lane, day, subscriber_id, 'north', id::text, at, case when received like 'Y%' then 2 else 5 end, '000' from messages where payment_id = {id}
                """);
        }
        Assert.That((await _rita.GetAsync(path)).Words, Does.Match("Reply Y .*Did not reach the handset.*PAID .*On the handset"));
    }

    [Test]
    public async Task A_whole_number_is_shown_only_to_roles_that_may_and_the_look_is_noted()
    {
        await _desk.SettleThreePaymentsAsync("rita");
        var path = await PaymentPathAsync();
        Assert.That((await _rita.GetAsync(path)).Has("show-number"), Is.False);
        var form = (await _arno.GetAsync(path)).Hidden("data-test=\"show-number\"");
        var shown = await _arno.SendAsync(path + "?handler=Number", form);
        Assert.That(shown.Text("number"), Is.EqualTo("447700900123"));
        Assert.That((await _arno.GetAsync("/audit")).Words, Does.Contain("arno Number shown Payment"));

        var ritas = (await _rita.GetAsync("/password")).Hidden("data-test=\"sign-out\"");
        var refused = await _rita.SendAsync(path + "?handler=Number", ritas);
        Assert.That((refused.Status, refused.Html.Contains("447700900123", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.Forbidden, false)));
    }

    [Test]
    public async Task Another_person_approves_and_the_audit_log_has_it()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        var page = await _arno.FillAsync($"/settlement/{id}/approve", Form, Confirmed);

        Assert.That((page.Path, page.Notice), Is.EqualTo(($"/settlement/{id}", "Approved. EUR 19.99 is to be paid out.")));
        Assert.That((page.Text("decider"), page.Text("given-reason")), Is.EqualTo((page.Text("decider"), "Checked")));
        Assert.That(page.Text("decider"), Does.StartWith("arno, "));
        Assert.That((await _rita.GetAsync("/audit")).Words, Does.Contain("arno Settlement approved Settlement batch"));
        Assert.That(await PayoutsAsync(), Is.EqualTo((2, 1999L)));
    }

    [Test]
    public async Task The_maker_is_shown_no_form_and_a_forged_one_is_refused_by_the_use_case()
    {
        var id = await _desk.SettleThreePaymentsAsync("arno");
        var page = await _arno.GetAsync($"/settlement/{id}/approve");
        Assert.That((page.Notice, page.Has("confirm")), Is.EqualTo(("You made this settlement. Another approver has to decide about it.", false)));

        var arno = new StaffMember(await IdOfAsync("arno"), "arno", StaffRole.Approver, false, 1);
        var hidden = (await _arno.GetAsync("/password")).Hidden("name=\"fresh\"");
        hidden["ticket"] = _desk.Services.GetRequiredService<FormTickets>().Issue(arno, $"approve {id} 1 1999");
        var refused = await _arno.SendAsync($"/settlement/{id}/approve", hidden, [("version", "1"), ("amountMinor", "1999"), .. Confirmed]);

        Assert.That((refused.NoticeKind, refused.Notice), Is.EqualTo(("refused", "You made this settlement. Another approver has to decide about it.")));
        Assert.That(await PayoutsAsync(), Is.EqualTo((0, 0L)));
    }

    [Test]
    public async Task Without_the_tick_or_the_reason_nothing_is_approved()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        foreach (var fields in new (string, string)[][] { [("note", "Checked")], [("confirmed", "true"), ("note", " ")] })
        {
            var page = await _arno.FillAsync($"/settlement/{id}/approve", Form, fields);
            Assert.That(page.Notice, Does.EndWith("Nothing is approved yet."));
        }
        Assert.That(await PayoutsAsync(), Is.EqualTo((0, 0L)));
    }

    [Test]
    public async Task A_double_click_approves_once_and_both_clicks_get_the_same_answer()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        var hidden = (await _arno.GetAsync($"/settlement/{id}/approve")).Hidden(Form);
        using var second = await _desk.SignInAsync("arno");

        // The second click comes from the same browser: it carries the same cookies, here of a session of its own, and the same ticket.
        var other = (await second.GetAsync("/password")).Hidden("name=\"fresh\"");
        other = new(other) { ["ticket"] = hidden["ticket"], ["version"] = hidden["version"], ["amountMinor"] = hidden["amountMinor"] };
        var pages = await Task.WhenAll(_arno.SendAsync($"/settlement/{id}/approve", hidden, Confirmed), second.SendAsync($"/settlement/{id}/approve", other, Confirmed));

        Assert.That(pages.Select(p => p.Notice), Is.All.EqualTo("Approved. EUR 19.99 is to be paid out."));
        Assert.That(await PayoutsAsync(), Is.EqualTo((2, 1999L)));
    }

    [Test]
    public async Task Of_two_approvers_at_once_one_wins_and_the_other_is_told()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        using var anna = await _desk.SignInAsync("anna");
        var forms = new[] { (await _arno.GetAsync($"/settlement/{id}/approve")).Hidden(Form), (await anna.GetAsync($"/settlement/{id}/approve")).Hidden(Form) };

        var pages = await Task.WhenAll(_arno.SendAsync($"/settlement/{id}/approve", forms[0], Confirmed), anna.SendAsync($"/settlement/{id}/approve", forms[1], Confirmed));

        Assert.That(pages.Select(p => p.Notice), Is.EquivalentTo(new[] { "Approved. EUR 19.99 is to be paid out.", "Somebody approved it before you. Nothing was done a second time." }));
        Assert.That(await PayoutsAsync(), Is.EqualTo((2, 1999L)));
    }

    [Test]
    public async Task A_form_of_another_person_or_another_amount_or_that_is_too_old_does_nothing()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        using var anna = await _desk.SignInAsync("anna");
        var arnos = (await _arno.GetAsync($"/settlement/{id}/approve")).Hidden(Form);
        var annas = (await anna.GetAsync($"/settlement/{id}/approve")).Hidden(Form);

        var foreign = await anna.SendAsync($"/settlement/{id}/approve", new Dictionary<string, string>(annas) { ["ticket"] = arnos["ticket"] }, Confirmed);
        Assert.That(foreign.Notice, Does.StartWith("This form was not made for you or for this."));
        var changed = await anna.SendAsync($"/settlement/{id}/approve", new Dictionary<string, string>(annas) { ["amountMinor"] = "2000" }, Confirmed);
        Assert.That(changed.Notice, Does.StartWith("This form was not made for you or for this."));
        _time.Advance(TimeSpan.FromMinutes(20));
        await anna.GetAsync("/settlement");
        _time.Advance(TimeSpan.FromMinutes(11));
        var old = await anna.SendAsync($"/settlement/{id}/approve", annas, Confirmed);
        Assert.That((old.Path, old.Notice), Is.EqualTo(($"/settlement/{id}", "This form was too old: what it showed may have changed. Nothing was done; look at it again.")));
        Assert.That(await PayoutsAsync(), Is.EqualTo((0, 0L)));
    }

    [Test]
    public async Task A_rejected_settlement_is_calculated_again_as_a_new_version_of_who_asks()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        var missing = await _arno.FillAsync($"/settlement/{id}/reject", Form, ("reason", " "));
        Assert.That(missing.Notice, Is.EqualTo("Give a reason: the next one who works on it needs it."));
        var rejected = await _arno.FillAsync($"/settlement/{id}/reject", Form, ("reason", "The share of NEWS is old"));
        Assert.That((rejected.Notice, rejected.Text("given-reason")), Is.EqualTo(("Rejected. It can be calculated again.", "The share of NEWS is old")));

        var again = await _rita.FillAsync($"/settlement/{id}/again", Form, ("reason", "New contract"));
        Assert.That(again.Path, Is.Not.EqualTo($"/settlement/{id}"));
        Assert.That(again.Notice, Does.StartWith("Calculated again as version 2."));
        Assert.That(again.Text("maker"), Does.StartWith("rita, "));
        Assert.That((await _arno.GetAsync($"/settlement/{id}")).Has("newer"), Is.True);
        var late = await _arno.GetAsync($"/settlement/{id}/approve");
        Assert.That((late.Path, late.Has("approve")), Is.EqualTo(($"/settlement/{id}", false)));
    }

    [Test]
    public async Task A_form_shown_before_a_new_version_was_made_does_nothing()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        var hidden = (await _arno.GetAsync($"/settlement/{id}/approve")).Hidden(Form);
        await _rita.FillAsync($"/settlement/{id}/again", Form, ("reason", "New contract"));

        var page = await _arno.SendAsync($"/settlement/{id}/approve", hidden, Confirmed);

        Assert.That(page.Notice, Is.EqualTo("A newer version took the place of this one. Nothing was done; look at the newer one."));
        Assert.That(await PayoutsAsync(), Is.EqualTo((0, 0L)));
    }

    [Test]
    public async Task A_blocked_settlement_says_why_and_offers_no_approval()
    {
        await _desk.PayAsync("GAMES", 4999);
        var id = await _desk.SettleAsync("(schedule)");
        var page = await _arno.GetAsync($"/settlement/{id}");

        Assert.That(page.Html, Does.Contain("data-state=\"blocked\"").And.Contain("data-kind=\"nocontract\""));
        Assert.That(page.Words, Does.Contain("GAMES has no contract for 1 payments of EUR 49.99"));
        Assert.That((page.Has("approve"), page.Has("again"), page.Text("maker").StartsWith("the timetable, ", StringComparison.Ordinal)), Is.EqualTo((false, true, true)));
        Assert.That((await _arno.GetAsync($"/settlement/{id}/approve")).Path, Is.EqualTo($"/settlement/{id}"));
    }

    [Test]
    public async Task Closing_is_asked_for_once_and_whoever_asked_is_the_maker()
    {
        await _desk.PayAsync("COFFEE", 1250);
        var hidden = (await _arno.GetAsync("/settlement/close")).Hidden(Form);
        var asked = await _arno.SendAsync("/settlement/close", hidden);
        Assert.That((asked.Path, asked.Has("closing")), Is.EqualTo(("/settlement", true)));
        await _arno.SendAsync("/settlement/close", hidden);
        Assert.That(await CountAsync("closing_requests"), Is.EqualTo(1));

        var other = (await _arno.GetAsync("/settlement/close")).Hidden(Form);
        await _desk.ServeClosingsAsync();
        var late = await _arno.SendAsync("/settlement/close", other);
        Assert.That(late.Notice, Is.EqualTo("Period 1 is closed already; nothing more was done."));
        Assert.That((await _arno.GetAsync("/settlement/1")).Has("own-work"), Is.True);
    }

    [TestCase("/settlement/99")]
    [TestCase("/settlement/99/approve")]
    [TestCase("/settlement/99/reject")]
    [TestCase("/settlement/99/again")]
    [TestCase("/settlement/1/lines/99")]
    [TestCase("/settlement/-1")]
    [TestCase("/settlement/99999999999999999999")]
    [TestCase("/settlement/x")]
    [TestCase("/payments/0/99")]
    [TestCase("/payments/99999/99")]
    [TestCase("/payments/-1/99")]
    [TestCase("/nothing")]
    public async Task An_address_that_names_nothing_is_not_found(string path)
    {
        var page = await _arno.GetAsync(path);
        Assert.That((page.Status, page.Text("error")), Is.EqualTo((HttpStatusCode.NotFound, "There is nothing here")));
    }

    [Test]
    public async Task A_line_of_another_settlement_is_not_found_in_this_one()
    {
        var first = await _desk.SettleThreePaymentsAsync("rita");
        var second = await _desk.SettleThreePaymentsAsync("rita");
        var line = System.Text.RegularExpressions.Regex.Match((await _rita.GetAsync($"/settlement/{first}")).Html, $"/settlement/{first}/lines/(\\d+)").Groups[1].Value;
        Assert.That((await _rita.GetAsync($"/settlement/{second}/lines/{line}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("rita", "/settlement/1/approve", HttpStatusCode.Forbidden)]
    [TestCase("rita", "/settlement/1/reject", HttpStatusCode.Forbidden)]
    [TestCase("rita", "/settlement/1/again", HttpStatusCode.OK)]
    [TestCase("rita", "/hangfire", HttpStatusCode.Forbidden)]
    [TestCase("arno", "/settlement/1/approve", HttpStatusCode.OK)]
    [TestCase("arno", "/hangfire", HttpStatusCode.Forbidden)]
    [TestCase("olga", "/settlement/1", HttpStatusCode.OK)]
    [TestCase("olga", "/settlement/1/approve", HttpStatusCode.Forbidden)]
    [TestCase("olga", "/settlement/1/again", HttpStatusCode.Forbidden)]
    [TestCase("olga", "/settlement/close", HttpStatusCode.Forbidden)]
    [TestCase("olga", "/hangfire", HttpStatusCode.OK)]
    public async Task A_role_opens_what_it_may_and_nothing_else(string name, string path, HttpStatusCode expected)
    {
        await _desk.SettleThreePaymentsAsync("(schedule)");
        using var client = await _desk.SignInAsync(name);
        Assert.That((await client.GetAsync(path)).Status, Is.EqualTo(expected));
    }

    [Test]
    public async Task What_others_wrote_is_shown_as_text_and_never_as_markup()
    {
        await using (var connection = await _desk.Database.Owner.OpenConnectionAsync())
            await connection.ExecuteAsync("update merchants set name = '<script>alert(1)</script>' where keyword = 'COFFEE'");
        var id = await _desk.SettleThreePaymentsAsync("rita");
        await _arno.FillAsync($"/settlement/{id}/reject", Form, ("reason", "<img src=x onerror=alert(2)>"));
        foreach (var path in new[] { $"/settlement/{id}", "/audit", await PaymentPathAsync() })
            Assert.That((await _rita.GetAsync(path)).Html, Does.Not.Contain("<script").And.Not.Contain("<img src=x"), path);
    }

    private async Task<string> PaymentPathAsync()
    {
        await using var connection = await _desk.Database.Owner.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<string>(
            "select '/payments/' || p.lane || '/' || p.id from payments p join subscribers s on s.id = p.subscriber_id where s.msisdn = 447700900123 order by p.id limit 1") ?? "";
    }

    private async Task<(int Transfers, long Minor)> PayoutsAsync()
    {
        await using var connection = await _desk.Database.Owner.OpenConnectionAsync();
        return await connection.QuerySingleAsync<(int, long)>("select count(*)::int, coalesce(sum(amount_minor), 0)::bigint from transfers where kind = 20");
    }

    private async Task<int> IdOfAsync(string name)
    {
        await using var connection = await _desk.Database.Owner.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>("select id from staff where name = @name", new { name });
    }

    private async Task<int> CountAsync(string table)
    {
        await using var connection = await _desk.Database.Owner.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>($"select count(*)::int from {table}");
    }
}
