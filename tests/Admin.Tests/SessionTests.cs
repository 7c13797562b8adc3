using System.Net;
using CarrierPay.Engine.Staff;
using CarrierPay.Engine.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Admin.Tests;

[TestFixture]
public sealed class SessionTests
{
    private FakeTimeProvider _time = null!;
    private Desk _desk = null!;

    [SetUp]
    public async Task OpenDesk()
    {
        // The clock of today, standing still: the database's partitions are of today.
        _time = new(TimeProvider.System.GetUtcNow());
        _desk = await Desk.OpenAsync(_time);
    }

    [TearDown]
    public async Task CloseDesk() => await _desk.DisposeAsync();

    [Test]
    public async Task Who_is_not_signed_in_is_led_to_the_sign_in_and_from_there_to_what_was_asked_for()
    {
        using var client = new AdminClient(_desk.Address);
        var page = await client.GetAsync("/audit");
        Assert.That(page.Address.PathAndQuery, Is.EqualTo("/sign-in?ReturnUrl=%2Faudit"));

        var signedIn = await client.SendAsync(page.Address.PathAndQuery, page.Hidden("name=\"password\""), ("name", "rita"), ("password", Desk.Password));
        Assert.That((signedIn.Path, signedIn.Text("member"), signedIn.Text("role")), Is.EqualTo(("/audit", "rita", "Reviewer")));
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example/")]
    public async Task The_sign_in_leads_to_no_other_site(string target)
    {
        using var client = new AdminClient(_desk.Address);
        var page = await client.FillAsync("/sign-in?ReturnUrl=" + Uri.EscapeDataString(target), "name=\"password\"", ("name", "rita"), ("password", Desk.Password));
        Assert.That((page.Address.Host, page.Path), Is.EqualTo(("127.0.0.1", "/settlement")));
    }

    [Test]
    public async Task A_wrong_password_and_an_unknown_name_get_the_same_answer()
    {
        using var client = new AdminClient(_desk.Address);
        var wrong = await client.SignInAsync("rita", "not the password");
        var unknown = await client.SignInAsync("nobody", "not the password");
        Assert.That((wrong.Notice, unknown.Notice), Is.EqualTo(("The name or the password is wrong.", "The name or the password is wrong.")));
    }

    [Test]
    public async Task A_locked_name_is_told_until_when()
    {
        using var client = new AdminClient(_desk.Address);
        for (var i = 1; i < SignInStaff.MostAttempts; i++)
            await client.SignInAsync("rita", "not the password");
        var locked = await client.SignInAsync("rita", "not the password");
        Assert.That(locked.Notice, Does.Match(@"^This name is locked until \d{4}-\d\d-\d\d \d\d:\d\d UTC after too many wrong passwords\.$"));
    }

    [Test]
    public async Task A_session_ends_when_nothing_is_asked_for_and_at_the_end_of_the_day_in_any_case()
    {
        using var idle = await _desk.SignInAsync("rita");
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.That((await idle.GetAsync("/audit")).Path, Is.EqualTo("/sign-in"));

        using var busy = await _desk.SignInAsync("rita");
        for (var i = 0; i < 24; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(24));
            Assert.That((await busy.GetAsync("/audit")).Path, Is.EqualTo("/audit"));
        }
        _time.Advance(TimeSpan.FromMinutes(25));
        Assert.That((await busy.GetAsync("/audit")).Path, Is.EqualTo("/sign-in"));
    }

    [Test]
    public async Task A_form_sent_after_the_session_has_ended_is_not_done_and_the_sign_in_says_so()
    {
        using var rita = await _desk.SignInAsync("rita");
        var form = await rita.GetAsync("/settlement/close");
        _time.Advance(TimeSpan.FromMinutes(31));

        var page = await rita.SendAsync("/settlement/close", form.Hidden("name=\"ticket\""));

        Assert.That((page.Path, page.NoticeKind), Is.EqualTo(("/sign-in", "refused")));
        Assert.That(page.Notice, Does.Contain("What you sent last was not done"));
    }

    [Test]
    public async Task Signing_out_and_a_new_role_end_the_session()
    {
        using var rita = await _desk.SignInAsync("rita");
        var page = await rita.GetAsync("/audit");
        Assert.That((await rita.SendAsync("/sign-out", page.Hidden("data-test=\"sign-out\""))).Path, Is.EqualTo("/sign-in"));
        Assert.That((await rita.GetAsync("/audit")).Path, Is.EqualTo("/sign-in"));

        using var arno = await _desk.SignInAsync("arno");
        await using var admin = Databases.Open(_desk.Database.OwnerConnectionString, DatabaseRole.Admin);
        await ProvisionStaff.RunAsync(admin, [new("arno", StaffRole.Reviewer, null, IsActive: true)], _time);
        Assert.That((await arno.GetAsync("/audit")).Path, Is.EqualTo("/sign-in"));
    }

    [Test]
    public async Task A_one_time_password_opens_nothing_but_its_own_change()
    {
        await using var admin = Databases.Open(_desk.Database.OwnerConnectionString, DatabaseRole.Admin);
        var made = await ProvisionStaff.ResetPasswordAsync(admin, "olga", _time);
        using var olga = new AdminClient(_desk.Address);
        await olga.SignInAsync("olga", made!.Password);
        foreach (var path in new[] { "/settlement", "/audit", "/hangfire", "/settlement/1" })
            Assert.That((await olga.GetAsync(path)).Path, Is.EqualTo("/password"), path);

        var changed = await olga.FillAsync("/password", "name=\"fresh\"", ("current", made.Password), ("fresh", "river stone lamp"), ("again", "river stone lamp"));
        Assert.That((changed.Path, changed.Notice), Is.EqualTo(("/settlement", "Your password is changed.")));
        Assert.That((await olga.GetAsync("/hangfire")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("short", "short", "A password has at least 12 characters.")]
    [TestCase("river stone lamp", "river stone lamb", "The two new passwords differ.")]
    [TestCase("who but rita knows", "who but rita knows", "The password must not hold your name.")]
    public async Task A_new_password_that_will_not_do_is_answered_with_the_reason(string fresh, string again, string expected)
    {
        using var rita = await _desk.SignInAsync("rita");
        var page = await rita.FillAsync("/password", "name=\"fresh\"", ("current", Desk.Password), ("fresh", fresh), ("again", again));
        Assert.That(page.Notice, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_form_without_its_antiforgery_field_does_nothing_and_says_so()
    {
        using var rita = await _desk.SignInAsync("rita");
        var hidden = (await rita.GetAsync("/settlement/close")).Hidden("name=\"ticket\"");
        hidden.Remove("__RequestVerificationToken");
        var page = await rita.SendAsync("/settlement/close", hidden);
        Assert.That((page.Path, page.NoticeKind), Is.EqualTo(("/settlement/close", "refused")));
        Assert.That(page.Notice, Does.Contain("Nothing was done"));
    }

    [Test]
    public async Task The_pages_speak_Chinese_to_whoever_chooses_it_or_whose_browser_asks()
    {
        using var client = new AdminClient(_desk.Address);
        client.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("zh-CN,zh;q=0.9");
        var page = await client.GetAsync("/sign-in");
        Assert.That(page.Html, Does.Contain("<html lang=\"zh-Hans\">").And.Contain("登录"));
        var english = await client.SendAsync("/language", page.Hidden("data-test=\"language\""), ("language", "en"));
        Assert.That((english.Path, english.Html.Contains("<html lang=\"en\">", StringComparison.Ordinal)), Is.EqualTo(("/sign-in", true)));
    }
}
