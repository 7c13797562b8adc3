using CarrierPay.Simulator;
using Microsoft.Playwright;

namespace CarrierPay.Browser.Tests.Phones;

/// <summary>The page with the phones.</summary>
internal sealed class PhonesPage(IPage page)
{
    public IPage Page => page;

    public ILocator Phones => page.Locator("[data-test=phone]");

    public ILocator Link => page.GetByTestId("link");

    public static async Task<PhonesPage> OpenAsync(RunningSimulator simulator, int width = 1280, int height = 900)
    {
        var page = await Browser.NewPageAsync(width, height);
        return await new PhonesPage(page).GoAsync(simulator);
    }

    public async Task<PhonesPage> GoAsync(RunningSimulator simulator)
    {
        await page.GotoAsync(simulator.WebAddress.ToString());
        await page.Locator("body.ready").WaitForAsync();
        return this;
    }

    public DrawnPhone Phone(string msisdn) => new(page.Locator($"[data-test=phone][data-msisdn='{msisdn}']"));
}

/// <summary>One drawn handset, used as a person uses it.</summary>
internal sealed class DrawnPhone(ILocator root)
{
    public ILocator Root => root;

    public ILocator Screen => root.GetByTestId("screen");

    public ILocator Content => Screen.Locator(".content");

    public ILocator Unread => root.GetByTestId("unread");

    public ILocator Typing => root.GetByTestId("typing");

    public async Task PressAsync(params string[] keys)
    {
        foreach (var key in keys) await root.GetByTestId($"key-{key}").ClickAsync();
    }

    /// <summary>Presses a key so often without a pause, however slow the machine is.</summary>
    public Task TapAsync(string key, int times) =>
        root.GetByTestId($"key-{key}").EvaluateAsync("(button, times) => { for (let i = 0; i < times; i++) button.click(); }", times);

    public Task WaitForScreenAsync(string name) => root.Locator($"[data-test=screen][data-screen={name}]").WaitForAsync();

    public Task WaitForTextAsync(string text) => Content.Filter(new() { HasText = text }).WaitForAsync();
}
