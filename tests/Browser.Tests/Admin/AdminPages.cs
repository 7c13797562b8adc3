using CarrierPay.Admin.Tests;
using Microsoft.Playwright;

namespace CarrierPay.Browser.Tests.Admin;

/// <summary>Admin's pages as one person uses them, in a browser of their own.</summary>
internal sealed class AdminPages(IPage page, Uri address)
{
    public IPage Page => page;

    public ILocator Notice => page.GetByTestId("notice");

    public ILocator State => page.Locator(".head [data-test=state]");

    public static async Task<AdminPages> OpenAsync(Desk desk, int width = 1280, int height = 900) => new(await Browser.NewPageAsync(width, height), desk.Address);

    public static async Task<AdminPages> SignInAsync(Desk desk, string name, int width = 1280, int height = 900)
    {
        var pages = await OpenAsync(desk, width, height);
        await pages.SignInAsync(name);
        return pages;
    }

    public async Task SignInAsync(string name, string password = Desk.Password)
    {
        await GoAsync("/sign-in");
        await page.GetByTestId("name").FillAsync(name);
        await page.GetByTestId("password").FillAsync(password);
        await page.GetByTestId("submit").ClickAsync();
        await page.GetByTestId("member").WaitForAsync();
    }

    public async Task SignOutAsync()
    {
        await page.GetByTestId("sign-out").ClickAsync();
        await page.GetByTestId("submit").WaitForAsync();
    }

    public Task GoAsync(string path) => page.GotoAsync(new Uri(address, path).ToString());

    public ILocator Test(string name) => page.GetByTestId(name);

    /// <summary>A picture for people, after making sure that nothing runs out of the window.</summary>
    public async Task PictureAsync(string name, bool isError = false)
    {
        Assert.That(await Test("error").CountAsync(), Is.EqualTo(isError ? 1 : 0), $"{name} shows an error");
        await page.ScreenshotAsync(new() { Path = Browser.PictureFile(name), FullPage = true });
        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        Assert.That(overflow, Is.LessThanOrEqualTo(0), $"{name} scrolls sideways");
    }
}
