using CarrierPay.Admin.Tests;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CarrierPay.Browser.Tests.Admin;

/// <summary>The way of a settlement over the desk, in a real browser, each person in one of their own.</summary>
[TestFixture]
public sealed class SettlementJourneyTests
{
    private FakeTimeProvider _time = null!;
    private Desk _desk = null!;

    [SetUp]
    public async Task OpenDesk()
    {
        _time = new(TimeProvider.System.GetUtcNow());
        _desk = await Desk.OpenAsync(_time);
    }

    [TearDown]
    public async Task CloseDesk() => await _desk.DisposeAsync();

    [Test]
    public async Task A_settlement_is_reviewed_down_to_a_payment_refused_to_its_maker_and_approved_by_another_person()
    {
        await _desk.PayAsync("COFFEE", 1250);
        var arno = await AdminPages.SignInAsync(_desk, "arno");
        var complaints = Browser.Complaints(arno.Page);
        await arno.Test("close").ClickAsync();
        await arno.Test("confirm").ClickAsync();
        await Expect(arno.Notice).ToContainTextAsync("Period 1 is being closed.");
        await _desk.ServeClosingsAsync();
        // The page looks again by itself until it is done.
        await Expect(arno.Test("batch")).ToHaveCountAsync(1, new() { Timeout = 30_000 });

        await arno.Test("batch").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(arno.Test("own-work")).ToBeVisibleAsync();
        await Expect(arno.Test("approve")).ToHaveCountAsync(0);
        await arno.GoAsync("/settlement/1/approve");
        await Expect(arno.Notice).ToContainTextAsync("Another approver has to decide about it.");
        await Expect(arno.Test("confirm")).ToHaveCountAsync(0);

        var anna = await AdminPages.SignInAsync(_desk, "anna");
        await anna.Test("batch").GetByRole(AriaRole.Link).ClickAsync();
        await anna.Test("line").GetByRole(AriaRole.Link).ClickAsync();
        await anna.Test("payment").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(anna.Test("timeline")).ToContainTextAsync("PAID EUR 12.50 to Coffee Co");
        await Expect(anna.Test("number")).ToHaveTextAsync("447*******23");

        await anna.GoAsync("/settlement/1");
        await anna.Test("approve").ClickAsync();
        await anna.Test("confirm").ClickAsync();
        Assert.That(new Uri(anna.Page.Url).AbsolutePath, Is.EqualTo("/settlement/1/approve"), "the browser itself asks for the tick first");
        await anna.Test("confirmed").CheckAsync();
        await anna.Test("note").FillAsync("Agrees with the merchant's report");
        await anna.Test("confirm").ClickAsync();
        await Expect(anna.Notice).ToContainTextAsync("Approved. EUR 8.75 is to be paid out.");
        await Expect(anna.State).ToHaveTextAsync("✓ Approved");
        await Expect(anna.Test("decider")).ToContainTextAsync("anna");
        await anna.Page.ReloadAsync();
        await Expect(anna.Notice).ToHaveCountAsync(0);
        Assert.That(complaints, Is.Empty);
    }

    [Test]
    public async Task A_settlement_is_rejected_with_a_reason_and_calculated_again()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        var arno = await AdminPages.SignInAsync(_desk, "arno");
        await arno.GoAsync($"/settlement/{id}");
        await arno.Test("reject").ClickAsync();
        await arno.Test("reason").FillAsync("The share of NEWS is the old one");
        await arno.Test("confirm").ClickAsync();
        await Expect(arno.State).ToHaveTextAsync("✕ Rejected");
        await Expect(arno.Test("given-reason")).ToHaveTextAsync("The share of NEWS is the old one");

        var rita = await AdminPages.SignInAsync(_desk, "rita");
        await rita.GoAsync($"/settlement/{id}");
        await Expect(rita.Test("reject")).ToHaveCountAsync(0);
        await rita.Test("again").ClickAsync();
        await rita.Test("reason").FillAsync("The contract is corrected");
        await rita.Test("confirm").ClickAsync();
        await Expect(rita.Notice).ToContainTextAsync("Calculated again as version 2.");
        await Expect(rita.State).ToHaveTextAsync("● Waits for approval");
        await Expect(rita.Test("versions").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
    }

    [Test]
    public async Task A_form_that_is_too_old_says_so_and_a_form_after_the_end_of_the_session_too()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        var arno = await AdminPages.SignInAsync(_desk, "arno");
        await OpenAndFillAsync(arno, id);
        var tab = new AdminPages(await arno.Page.Context.NewPageAsync(), _desk.Address);
        _time.Advance(TimeSpan.FromMinutes(20));
        await tab.GoAsync("/settlement");
        _time.Advance(TimeSpan.FromMinutes(15));
        await arno.Test("confirm").ClickAsync();
        await Expect(arno.Notice).ToContainTextAsync("This form was too old");
        await Expect(arno.State).ToHaveTextAsync("● Waits for approval");

        await OpenAndFillAsync(arno, id);
        _time.Advance(TimeSpan.FromMinutes(31));
        await arno.Test("confirm").ClickAsync();
        await Expect(arno.Notice).ToContainTextAsync("Your session had ended. What you sent last was not done");
    }

    [Test]
    public async Task A_double_click_approves_once_and_ends_on_the_approved_settlement()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        var arno = await AdminPages.SignInAsync(_desk, "arno");
        await OpenAndFillAsync(arno, id);
        await arno.Test("confirm").DblClickAsync();
        await Expect(arno.State).ToHaveTextAsync("✓ Approved");
        await Expect(arno.Notice).ToContainTextAsync("Approved. EUR 19.99 is to be paid out.");
        await Expect(arno.Test("entry").Filter(new() { HasText = "Settlement approved" })).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Everything_is_reached_by_the_keyboard_alone_and_without_scripts()
    {
        var id = await _desk.SettleThreePaymentsAsync("rita");
        var arno = await AdminPages.SignInAsync(_desk, "arno");
        await arno.GoAsync($"/settlement/{id}");
        Assert.That(await arno.Page.Locator("script").CountAsync(), Is.Zero);
        await arno.Page.Keyboard.PressAsync("Tab");
        await Expect(arno.Page.Locator(".skip")).ToBeFocusedAsync();
        await arno.Page.Keyboard.PressAsync("Enter");
        await TabToAsync(arno, "approve");
        await arno.Page.Keyboard.PressAsync("Enter");
        await Expect(arno.Test("confirmed")).ToBeVisibleAsync();
        await TabToAsync(arno, "confirmed");
        await arno.Page.Keyboard.PressAsync("Space");
        await arno.Page.Keyboard.PressAsync("Tab");
        await arno.Page.Keyboard.TypeAsync("By keyboard");
        await arno.Page.Keyboard.PressAsync("Tab");
        await arno.Page.Keyboard.PressAsync("Enter");
        await Expect(arno.State).ToHaveTextAsync("✓ Approved");
    }

    private static async Task OpenAndFillAsync(AdminPages pages, long id)
    {
        if (await pages.Test("submit").CountAsync() > 0)
            await pages.SignInAsync("arno");
        await pages.GoAsync($"/settlement/{id}/approve");
        await pages.Test("confirmed").CheckAsync();
        await pages.Test("note").FillAsync("Checked");
    }

    private static async Task TabToAsync(AdminPages pages, string test)
    {
        for (var i = 0; i < 30; i++)
        {
            if (await pages.Test(test).EvaluateAsync<bool>("element => element === document.activeElement"))
                return;
            await pages.Page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"{test} is not reached by the tab key");
    }
}
