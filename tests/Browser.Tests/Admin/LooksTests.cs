using CarrierPay.Admin.Tests;
using static Microsoft.Playwright.Assertions;

namespace CarrierPay.Browser.Tests.Admin;

/// <summary>Every page at the width of a desk and of a phone: nothing runs out of the window, nothing is asked from outside. The pictures are for people.</summary>
[TestFixture]
public sealed class LooksTests
{
    [TestCase(1280, 900, "en")]
    [TestCase(390, 844, "en")]
    [TestCase(1280, 900, "zh")]
    public async Task Every_page_fits_its_window(int width, int height, string language)
    {
        await using var desk = await Desk.OpenAsync();
        var arno = await AdminPages.OpenAsync(desk, width, height);
        var complaints = Browser.Complaints(arno.Page);
        await arno.GoAsync("/sign-in");
        if (language == "zh")
            await arno.Test("language").ClickAsync();
        await Expect(arno.Page.Locator("html")).ToHaveAttributeAsync("lang", language == "zh" ? "zh-Hans" : "en");
        await PictureAsync("sign-in");
        await arno.SignInAsync("arno");
        await PictureAsync("settlements-none");
        await arno.GoAsync("/settlement/close");
        await PictureAsync("close");

        await desk.SettleThreePaymentsAsync("rita");
        await desk.PayAsync("GAMES", 4999);
        await desk.PayAsync("COFFEE", 123456789);
        await desk.SettleAsync("(schedule)");
        await desk.PayAsync("COFFEE", 1250);
        await desk.SettleAsync("arno");
        await arno.GoAsync("/settlement");
        await PictureAsync("settlements");
        await arno.GoAsync("/settlement/2");
        await PictureAsync("blocked");
        await arno.GoAsync("/settlement/3");
        await PictureAsync("own");
        await arno.GoAsync("/settlement/1");
        await PictureAsync("batch");
        await arno.Test("reject").ClickAsync();
        await PictureAsync("reject");
        await arno.GoAsync("/settlement/2/again");
        await PictureAsync("again");
        await arno.GoAsync("/settlement/1");
        await arno.Test("line").First.GetByRole(Microsoft.Playwright.AriaRole.Link).ClickAsync();
        await PictureAsync("line");
        await arno.Test("payment").Last.GetByRole(Microsoft.Playwright.AriaRole.Link).ClickAsync();
        await PictureAsync("payment");
        await arno.GoAsync("/settlement/1");
        await arno.Test("approve").ClickAsync();
        await PictureAsync("approve");
        await arno.Test("confirmed").CheckAsync();
        await arno.Test("note").FillAsync("Checked against the report of the day");
        await arno.Test("confirm").ClickAsync();
        await PictureAsync("approved");
        await arno.GoAsync("/notices");
        await PictureAsync("notices-none");
        await desk.GiveUpNoticeAsync();
        await arno.GoAsync("/notices");
        await PictureAsync("notices");
        await arno.GoAsync("/payments/doubts");
        await PictureAsync("doubts-none");
        var doubt = await desk.LeaveDoubtAsync();
        await desk.LeaveDoubtAsync(123456789, "8613800138000");
        await arno.GoAsync("/payments/doubts");
        await PictureAsync("doubts");
        await arno.Test("charging-payment").First.GetByRole(Microsoft.Playwright.AriaRole.Link).ClickAsync();
        await PictureAsync("payment-open");
        await arno.GoAsync(doubt);
        await PictureAsync("doubt");
        await DoubtJourneyTests.ProposeAsync(arno);
        await PictureAsync("doubt-own");
        await arno.SignOutAsync();
        await arno.SignInAsync("anna");
        await arno.GoAsync(doubt);
        await PictureAsync("doubt-decide");
        await arno.SignOutAsync();
        await arno.SignInAsync("olga");
        await arno.GoAsync("/notices/7");
        await PictureAsync("notice");
        await arno.GoAsync("/audit");
        await PictureAsync("audit");
        await arno.GoAsync("/password");
        await PictureAsync("password");
        await arno.GoAsync("/settlement/99");
        await PictureAsync("not-found", isError: true);
        complaints.RemoveAll(c => c.Contains("404", StringComparison.Ordinal));
        Assert.That(complaints, Is.Empty);

        Task PictureAsync(string name, bool isError = false) => arno.PictureAsync($"admin-{name}-{width}{(language == "zh" ? "-zh" : "")}", isError);
    }
}
