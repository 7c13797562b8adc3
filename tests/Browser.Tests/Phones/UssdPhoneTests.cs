using CarrierPay.Simulator;
using CarrierPay.Simulator.Tests;
using CarrierPay.Simulator.Ussd;
using CarrierPay.SmppAdapter.Ussd;
using Microsoft.Extensions.Time.Testing;
using static Microsoft.Playwright.Assertions;

namespace CarrierPay.Browser.Tests.Phones;

/// <summary>USSD as a person has it on the drawn phone.</summary>
[TestFixture]
public sealed class UssdPhoneTests
{
    private const string Ann = "447700900123";
    private const string LiWei = "8613800138000";

    private const string Menu = "CarrierPay\n1 Balance\n2 Pending payments (1)\n3 Last payments\n0 Exit";
    private const string ChineseMenu = "话付\n1 余额\n2 待确认付款(1)\n3 最近付款\n0 退出";

    private RunningSimulator _simulator = null!;

    [SetUp]
    public async Task StartAsync() => _simulator = await SimulatorApp.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _simulator.DisposeAsync();

    [Test]
    public async Task A_code_is_dialled_a_menu_answered_and_the_last_text_put_away()
    {
        await using var esme = await UssdEsme.BindAsync(_simulator, Service);
        var page = await PhonesPage.OpenAsync(_simulator);
        var complaints = Browser.Complaints(page.Page);
        var phone = page.Phone(Ann);

        await phone.PressAsync("star", "5", "0", "0", "hash");
        await phone.WaitForScreenAsync("dial");
        await phone.PressAsync("call");
        await phone.WaitForTextAsync("2 Pending payments (1)");
        await phone.Root.ScreenshotAsync(new() { Path = Browser.PictureFile("ussd-menu") });
        await phone.PressAsync("1", "ok");
        await phone.WaitForTextAsync("12.50 EUR");
        await phone.PressAsync("ok");

        await phone.WaitForScreenAsync("idle");
        Assert.That(esme.Taken, Is.EqualTo(new[] { (UssdTakenKind.Began, "*500#"), (UssdTakenKind.Answered, "1") }));
        Assert.That(complaints, Is.Empty);
    }

    [Test]
    public async Task A_Chinese_phone_dials_on_the_keyboard_and_has_Chinese_words()
    {
        await using var esme = await UssdEsme.BindAsync(_simulator, input => input.Kind == UssdInputKind.Begin ? new(ChineseMenu) : new("余额:12.50元", UssdStep.End));
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(LiWei);

        await phone.Screen.ClickAsync();
        await page.Page.Keyboard.TypeAsync("*500#");
        await Expect(phone.Screen).ToContainTextAsync("拨号");
        await page.Page.Keyboard.PressAsync("Enter");
        await phone.WaitForTextAsync("2 待确认付款(1)");
        await Expect(phone.Screen).ToContainTextAsync("取消");
        await page.Page.Keyboard.TypeAsync("1");
        await phone.Root.ScreenshotAsync(new() { Path = Browser.PictureFile("ussd-menu-zh") });
        await page.Page.Keyboard.PressAsync("Enter");

        await phone.WaitForTextAsync("余额:12.50元");
        Assert.That(esme.Taken[^1].Text, Is.EqualTo("1"));
    }

    [TestCase("end")]
    [TestCase("right")]
    public async Task A_session_is_given_up_with_the_end_key_or_with_cancel(string key)
    {
        await using var esme = await UssdEsme.BindAsync(_simulator, Service);
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(Ann);
        await DialAsync(phone);
        await phone.WaitForTextAsync("1 Balance");

        await phone.PressAsync(key);

        await phone.WaitForScreenAsync("idle");
        await Eventually.True(() => esme.Taken is [.., (UssdTakenKind.GivenUp, _)], "the service is told");
        Assert.That(_simulator.Ussd.Find(Ann)!.End, Is.EqualTo(UssdEnd.Cancelled));
    }

    [Test]
    public async Task A_pushed_question_interrupts_a_text_which_is_still_there_afterwards()
    {
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => new("Paid.", UssdStep.End));
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(Ann);
        await phone.PressAsync("right");
        await phone.Typing.FillAsync("Pay coffee");

        await esme.PushAsync(Ann, "Pay EUR 12.50 to Coffee Co?\n1 Yes\n2 No", UssdStep.Ask);
        await phone.WaitForTextAsync("Pay EUR 12.50 to Coffee Co?");
        await phone.Root.ScreenshotAsync(new() { Path = Browser.PictureFile("ussd-pushed") });
        await phone.PressAsync("1", "call");
        await phone.WaitForTextAsync("Paid.");
        await phone.PressAsync("ok");

        await phone.WaitForScreenAsync("compose");
        await phone.WaitForTextAsync("Pay coffee");
    }

    [Test]
    public async Task A_notification_is_shown_until_it_is_put_away()
    {
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => null);
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(Ann);

        await esme.PushAsync(Ann, "You have paid EUR 12.50.", UssdStep.Notify);

        await phone.WaitForTextAsync("You have paid EUR 12.50.");
        await phone.PressAsync("ok");
        await phone.WaitForScreenAsync("idle");
    }

    [Test]
    public async Task A_notification_within_a_session_is_read_while_the_session_goes_on()
    {
        await using var esme = await UssdEsme.BindAsync(_simulator, input => input.Kind == UssdInputKind.Begin ? new("We ask your bank.", UssdStep.Notify) : null);
        var page = await PhonesPage.OpenAsync(_simulator);

        await DialAsync(page.Phone(Ann));

        await page.Phone(Ann).WaitForTextAsync("We ask your bank.");
        await Expect(page.Phone(Ann).Screen).ToContainTextAsync("Cancel");
    }

    [Test]
    public async Task Waiting_is_seen_and_a_service_that_does_not_answer_is_told_in_the_language_of_the_phone()
    {
        await _simulator.DisposeAsync();
        var time = new FakeTimeProvider(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        _simulator = await SimulatorApp.StartAsync(time: time);
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => null);
        var page = await PhonesPage.OpenAsync(_simulator);

        await DialAsync(page.Phone(Ann));
        await page.Phone(Ann).WaitForTextAsync("Please wait");
        await DialAsync(page.Phone(LiWei));
        await page.Phone(LiWei).WaitForTextAsync("请稍候");

        time.Advance(TimeSpan.FromSeconds(16));

        await page.Phone(Ann).WaitForTextAsync("The service did not answer.");
        await page.Phone(LiWei).WaitForTextAsync("服务没有应答。");
    }

    [Test]
    public async Task A_session_goes_on_after_the_page_was_loaded_again()
    {
        await using var esme = await UssdEsme.BindAsync(_simulator, Service);
        var page = await PhonesPage.OpenAsync(_simulator);
        await DialAsync(page.Phone(Ann));
        await page.Phone(Ann).WaitForTextAsync("1 Balance");

        await page.GoAsync(_simulator);

        await page.Phone(Ann).WaitForTextAsync("1 Balance");
        await page.Phone(Ann).PressAsync("1", "ok");
        await page.Phone(Ann).WaitForTextAsync("12.50 EUR");
    }

    [Test]
    public async Task A_session_is_gone_with_a_simulator_that_is_started_anew_and_the_next_one_is_shown()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        var options = new SimulatorOptions { Smsc = { Port = 0 }, Web = { Urls = _simulator.WebAddress.ToString() } };
        await using (var esme = await UssdEsme.BindAsync(_simulator, Service))
        {
            await DialAsync(page.Phone(Ann));
            await page.Phone(Ann).WaitForTextAsync("1 Balance");
        }
        await _simulator.DisposeAsync();
        _simulator = await SimulatorApp.StartAsync(options);
        await page.Phone(Ann).WaitForScreenAsync("idle");

        await using var again = await UssdEsme.BindAsync(_simulator, Service);
        await DialAsync(page.Phone(Ann));
        await page.Phone(Ann).WaitForTextAsync("1 Balance");
    }

    [Test]
    public async Task A_code_that_nobody_answers_to_is_told()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(Ann);

        await phone.PressAsync("star", "1", "2", "3", "hash", "call");

        await phone.WaitForScreenAsync("note");
        await phone.WaitForTextAsync("*500#");
    }

    [TestCase(1280, 900)]
    [TestCase(390, 844)]
    public async Task A_full_screen_shows_its_first_line_and_the_field_for_the_answer(int width, int height)
    {
        var full = new string('x', 24) + " Ref K7Q2M9 " + string.Concat(Enumerable.Repeat("pay or wait ", 12)) + "Z9";
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => new(full));
        var page = await PhonesPage.OpenAsync(_simulator, width, height);
        var phone = page.Phone(Ann);
        await DialAsync(phone);
        await phone.WaitForTextAsync("Ref K7Q2M9");
        await phone.PressAsync("4", "7", "1", "1");
        await page.Page.ScreenshotAsync(new() { Path = Browser.PictureFile($"ussd-{width}"), FullPage = true });

        await Expect(phone.Content.Locator(".reply")).ToBeInViewportAsync();
        await Expect(phone.Content.Locator(".reply")).ToContainTextAsync("4711");
        Assert.That(await phone.Content.EvaluateAsync<double>("content => content.scrollTop"), Is.Zero, "it is read from its beginning");
        Assert.That(await phone.Content.EvaluateAsync<bool>("content => content.scrollWidth > content.clientWidth"), Is.False, "the text runs out of the screen");
        await phone.PressAsync("down", "down", "down");
        await Expect(phone.Content).ToHaveJSPropertyAsync("scrollTop", await phone.Content.EvaluateAsync<double>("content => content.scrollHeight - content.clientHeight"));
    }

    private static UssdEsme.Answer Service(UssdInput input) => input.Kind == UssdInputKind.Begin ? new(Menu) : new("Balance: 12.50 EUR", UssdStep.End);

    private static Task DialAsync(DrawnPhone phone) => phone.PressAsync("star", "5", "0", "0", "hash", "call");
}
