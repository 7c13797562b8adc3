using Microsoft.Playwright;

namespace CarrierPay.Browser.Tests;

/// <summary>One Chromium for all tests of this project. Without one, they are skipped and say so.</summary>
[SetUpFixture]
public sealed class Browser
{
    private const string Chromium = "/usr/bin/chromium";

    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        if (!File.Exists(Chromium)) return;
        _playwright = await Playwright.CreateAsync();
        _playwright.Selectors.SetTestIdAttribute("data-test");
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Headless = true,
            ChromiumSandbox = false,
            Args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    /// <summary>An empty page in a browser of its own.</summary>
    public static async Task<IPage> NewPageAsync(int width = 1280, int height = 900)
    {
        if (_browser is null) Assert.Ignore($"{Chromium} is not installed: apt-get install chromium fonts-noto-cjk");
        var context = await _browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, Locale = "en-GB" });
        context.SetDefaultTimeout(30_000);
        return await context.NewPageAsync();
    }

    /// <summary>Collects errors of the page's scripts and requests that leave the machine.</summary>
    public static List<string> Complaints(IPage page)
    {
        var complaints = new List<string>();
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, message) => { if (message.Type == "error") complaints.Add(message.Text); };
        page.Request += (_, request) => { if (new Uri(request.Url).Host != "127.0.0.1") complaints.Add("asks outside: " + request.Url); };
        return complaints;
    }

    /// <summary>Where pictures for people go.</summary>
    public static string PictureFile(string name)
    {
        var folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "TestResults");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, name + ".png");
    }
}
