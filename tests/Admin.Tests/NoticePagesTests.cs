using System.Net;

namespace CarrierPay.Admin.Tests;

[TestFixture]
public sealed class NoticePagesTests
{
    private const string Form = "name=\"ticket\"";

    private Desk _desk = null!;

    [SetUp]
    public async Task OpenDesk()
    {
        _desk = await Desk.OpenAsync();
        await _desk.GiveUpNoticeAsync();
    }

    [TearDown]
    public async Task CloseDesk() => await _desk.DisposeAsync();

    [Test]
    public async Task A_notice_that_was_given_up_is_listed_and_sent_again_once()
    {
        using var olga = await _desk.SignInAsync("olga");
        Assert.That((await olga.GetAsync("/notices?show=dead")).Html, Does.Contain("data-notice=\"7\"").And.Contain("data-state=\"dead\""));
        var page = await olga.GetAsync("/notices/7");
        Assert.That(page.Words, Does.Contain("✕ 500 41 ms answered 500"));

        Assert.That((await olga.SendAsync("/notices/7", page.Hidden(Form), ("reason", " "))).Notice, Does.StartWith("Give a reason"));
        var replayed = await olga.SendAsync("/notices/7", page.Hidden(Form), ("reason", "The merchant is back"));
        Assert.That((replayed.Notice, replayed.Html.Contains("data-state=\"fresh\"", StringComparison.Ordinal)), Is.EqualTo(("It is sent again within a few seconds, under the same id.", true)));
        var clickedTwice = await olga.SendAsync("/notices/7", page.Hidden(Form), ("reason", "The merchant is back"));
        Assert.That(clickedTwice.NoticeKind, Is.EqualTo("done"));
        var onItsWay = await olga.FillAsync("/notices/7", Form, ("reason", "Once more"));
        Assert.That(onItsWay.Notice, Does.StartWith("It is about to be sent anyway."));
        Assert.That((await olga.GetAsync("/audit")).Words, Does.Contain("olga Notice replayed Notice notice_7"));
    }

    [Test]
    public async Task Who_does_not_operate_looks_and_cannot_send_again()
    {
        using var rita = await _desk.SignInAsync("rita");
        var page = await rita.GetAsync("/notices/7");
        Assert.That((page.Status, page.Has("confirm")), Is.EqualTo((HttpStatusCode.OK, false)));
        var refused = await rita.SendAsync("/notices/7", (await rita.GetAsync("/password")).Hidden("name=\"fresh\""), ("reason", "x"));
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await rita.GetAsync("/notices/8")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
