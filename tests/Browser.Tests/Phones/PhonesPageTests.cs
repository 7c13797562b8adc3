using CarrierPay.Simulator;
using CarrierPay.Simulator.Tests;
using static Microsoft.Playwright.Assertions;

namespace CarrierPay.Browser.Tests.Phones;

[TestFixture]
public sealed class PhonesPageTests
{
    private const string Ann = "447700900123";
    private const string LiWei = "8613800138000";
    private const string Sam = "447700900456";

    private const string Offer = "CarrierPay: pay EUR 12.50 to Coffee Co (Caffe Latte) from PHONE BILL? Reply Y 4821 to pay, N to cancel. Valid to 14:35. Ref K7Q2M9. Help: 500";
    private const string Receipt = "CarrierPay: PAID EUR 12.50 to Coffee Co from phone bill 23/11 14:31. Ref K7Q2M9. This month 87.50/300. Not you? Reply LOCK. Stop: BLOCK";
    private const string ChineseOffer = "【话付】向咖啡店支付12.50元(话费)?回复Y4821确认,N取消,14:35前有效。单号K7Q2M9";

    private RunningSimulator _simulator = null!;

    [SetUp]
    public async Task StartAsync() => _simulator = await SimulatorApp.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _simulator.DisposeAsync();

    [Test]
    public async Task A_purchase_is_typed_on_the_keys_and_confirmed_with_one_ready_text()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        var complaints = Browser.Complaints(page.Page);
        await using var esme = await ScriptedEsme.BindAsync(_simulator, (pdu, number) => new(SmppAdapter.Pdu.CommandStatus.ROK, number == 1 ? Offer : Receipt));
        var phone = page.Phone(Ann);

        await phone.PressAsync("right");
        await phone.WaitForScreenAsync("compose");
        await TypeAsync(phone, "PAY COFFEE");
        await phone.WaitForTextAsync("Pay coffee");
        await phone.PressAsync("call");

        await Expect(phone.Unread).ToBeVisibleAsync();
        await phone.WaitForScreenAsync("idle");
        await phone.PressAsync("left");
        await phone.WaitForTextAsync("Reply Y 4821 to pay");
        await Expect(phone.Unread).ToBeHiddenAsync();
        await phone.PressAsync("left");
        await phone.WaitForScreenAsync("ready");
        await phone.PressAsync("2");

        await Expect(phone.Unread).ToBeVisibleAsync();
        await phone.WaitForScreenAsync("idle");
        await phone.PressAsync("left");
        await phone.WaitForTextAsync("PAID EUR 12.50 to Coffee Co");
        Assert.That(esme.Texts, Is.EqualTo(new[] { "Pay coffee", "Y 4821" }));
        Assert.That(complaints, Is.Empty);
    }

    [Test]
    public async Task The_keyboard_of_the_computer_types_and_the_keys_of_a_handset_answer_to_it()
    {
        await using var esme = await ScriptedEsme.BindAsync(_simulator);
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(Sam);

        await phone.Screen.ClickAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await phone.WaitForScreenAsync("compose");
        await page.Page.Keyboard.TypeAsync("BAL {€}");
        await page.Page.Keyboard.PressAsync("Backspace");
        await phone.WaitForTextAsync("BAL {€");
        await Expect(phone.Content).ToContainTextAsync("152/1");
        await page.Page.Keyboard.PressAsync("Enter");

        await Eventually.True(() => esme.Texts.SequenceEqual(["BAL {€"]), "the text arrives");
    }

    [Test]
    public async Task A_key_pressed_with_the_mouse_brings_the_keyboard_to_its_phone()
    {
        var page = await PhonesPage.OpenAsync(_simulator, 1280, 600);
        var (ann, sam) = (page.Phone(Ann), page.Phone(Sam));

        await ann.PressAsync("right");
        await page.Page.Keyboard.TypeAsync("Pay coffee");
        await ann.WaitForTextAsync("Pay coffee");
        await sam.PressAsync("up");
        await sam.WaitForScreenAsync("ready");
        var scrolled = await page.Page.EvaluateAsync<double>("scrollY");
        await page.Page.Keyboard.PressAsync("ArrowDown");

        await Expect(sam.Content.Locator("[aria-selected=true]")).ToHaveTextAsync(await sam.Content.Locator("[role=option]").Nth(1).InnerTextAsync(), new() { UseInnerText = true });
        Assert.That(await page.Page.EvaluateAsync<double>("scrollY"), Is.EqualTo(scrolled), "the page stays where it was");
        await ann.PressAsync("1");
        await page.Page.Keyboard.TypeAsync("!");
        await Expect(ann.Typing).ToBeFocusedAsync();
        await Expect(ann.Typing).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^Pay coffee.!$"));
    }

    [Test]
    public async Task A_Chinese_phone_sends_a_Chinese_phrase_and_shows_a_Chinese_answer()
    {
        await using var esme = await ScriptedEsme.BindAsync(_simulator, (_, _) => new(SmppAdapter.Pdu.CommandStatus.ROK, ChineseOffer));
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(LiWei);

        await phone.PressAsync("up");
        await phone.WaitForTextAsync("支付 COFFEE");
        await phone.PressAsync("1");
        await Expect(phone.Unread).ToBeVisibleAsync();
        await phone.WaitForScreenAsync("idle");
        await phone.PressAsync("left");

        await phone.WaitForTextAsync(ChineseOffer);
        Assert.That(esme.Texts, Is.EqualTo(new[] { "支付 COFFEE" }));
        Assert.That(esme.Received[0].DataCoding, Is.EqualTo(8));
    }

    [Test]
    public async Task What_an_input_method_or_the_clipboard_gives_is_sent_whole()
    {
        await using var esme = await ScriptedEsme.BindAsync(_simulator);
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(LiWei);

        await phone.Screen.ClickAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await phone.WaitForScreenAsync("compose");
        await page.Page.Keyboard.InsertTextAsync("支付 咖啡 拿铁😀");
        await phone.WaitForTextAsync("支付 咖啡 拿铁😀");
        await phone.PressAsync("right");
        await page.Page.Keyboard.PressAsync("Enter");

        await Eventually.True(() => esme.Texts.SequenceEqual(["支付 咖啡 拿铁"]), "the text arrives");
    }

    [Test]
    public async Task A_held_key_types_its_digit_and_no_letter()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(Ann);
        await phone.PressAsync("right");

        await phone.Root.GetByTestId("key-7").HoverAsync();
        await page.Page.Mouse.DownAsync();
        await phone.WaitForTextAsync("7");
        await page.Page.Mouse.UpAsync();
        await phone.PressAsync("0");

        await Expect(phone.Typing).ToHaveValueAsync("7 ");
    }

    [Test]
    public async Task The_keys_are_one_stop_of_the_tab_key_and_the_arrows_go_from_key_to_key()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(Ann);
        await phone.Typing.FocusAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(phone.Root.GetByTestId("key-left")).ToBeFocusedAsync();
        await Expect(phone.Root.GetByTestId("key-left")).ToHaveAccessibleNameAsync("Left key: Inbox");

        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.Keyboard.PressAsync("Tab");

        await Expect(phone.Root.GetByTestId("remove")).ToBeFocusedAsync();
    }

    [Test]
    public async Task The_hash_key_changes_the_case_and_the_star_key_offers_symbols()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(Ann);
        await phone.PressAsync("right");

        await phone.TapAsync("2", 2);
        await phone.PressAsync("hash");
        await phone.TapAsync("3", 1);
        await phone.PressAsync("hash", "4", "4");
        await phone.PressAsync("star", "east", "ok");

        await phone.WaitForTextAsync("BD44,");
        await phone.PressAsync("right", "right");
        await phone.WaitForTextAsync("BD4");
    }

    [Test]
    public async Task A_refused_text_stays_on_the_phone_with_the_reason()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        var phone = page.Phone(Ann);
        await phone.PressAsync("9", "9", "ok");
        await phone.Typing.FillAsync("Hello");
        await phone.PressAsync("call");

        await phone.WaitForTextAsync("\"99\" is neither a short code here (500) nor the number of a phone here.");
        await phone.PressAsync("ok");
        await phone.WaitForTextAsync("Hello");
    }

    [Test]
    public async Task A_text_sent_while_nothing_is_bound_says_that_it_waits()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        await Expect(page.Link).ToHaveTextAsync("No system is bound");
        var phone = page.Phone(Ann);

        await phone.PressAsync("up", "1");
        await phone.WaitForTextAsync("Waiting: no system is bound to the network.");
        await using var esme = await ScriptedEsme.BindAsync(_simulator);

        await Expect(page.Link).ToHaveTextAsync("1 bind");
        await Eventually.True(() => esme.Texts.SequenceEqual(["PAY COFFEE"]), "the text arrives once something is bound");
        await phone.PressAsync("end", "call");
        await phone.WaitForScreenAsync("sent");
        await phone.WaitForTextAsync("✓");
    }

    [Test]
    public async Task A_phone_is_added_and_removed_and_a_wrong_number_says_so()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        await page.Page.GetByTestId("add-number").FillAsync("447700900789");
        await page.Page.GetByTestId("add-name").FillAsync("Kim");
        await page.Page.GetByTestId("add").ClickAsync();

        var phone = page.Phone("447700900789");
        await phone.WaitForTextAsync("Kim");
        await Expect(page.Phones).ToHaveCountAsync(4);
        await phone.Root.GetByTestId("remove").ClickAsync();
        await phone.Root.GetByTestId("remove").ClickAsync();
        await Expect(page.Phones).ToHaveCountAsync(3);
        Assert.That(_simulator.Phones.TryGet("447700900789", out _), Is.False);
    }

    [Test]
    public async Task The_merchant_is_given_another_price_and_mode()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        await page.Page.GetByTestId("price").FillAsync("990");
        await page.Page.GetByTestId("mode").SelectOptionAsync("late");
        await page.Page.GetByTestId("masp-save").ClickAsync();

        await Expect(page.Page.GetByTestId("masp-save")).ToBeDisabledAsync();
        var masp = _simulator.Merchants.All[0].View;
        Assert.That((masp.Price, masp.Mode), Is.EqualTo((990L, CarrierPay.Simulator.Masp.QuoteMode.Late)));
    }

    [TestCase(1280, 900)]
    [TestCase(390, 844)]
    public async Task The_page_fits_its_window_and_a_long_text_fits_its_screen(int width, int height)
    {
        await using var esme = await ScriptedEsme.BindAsync(_simulator);
        var page = await PhonesPage.OpenAsync(_simulator, width, height);
        await esme.SubmitAsync(Ann, Offer);
        await esme.SubmitAsync(LiWei, ChineseOffer);
        var (ann, liWei, sam) = (page.Phone(Ann), page.Phone(LiWei), page.Phone(Sam));
        await Expect(ann.Unread).ToBeVisibleAsync();
        await Expect(liWei.Unread).ToBeVisibleAsync();
        await page.Page.ScreenshotAsync(new() { Path = Browser.PictureFile($"phones-{width}-arrived"), FullPage = true });
        await ann.PressAsync("left");
        await liWei.PressAsync("left");
        await sam.PressAsync("right");
        await sam.Typing.FillAsync("Pay coffee latte");
        await sam.WaitForTextAsync("Pay coffee latte");
        await page.Page.ScreenshotAsync(new() { Path = Browser.PictureFile($"phones-{width}"), FullPage = true });

        var overflow = await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        Assert.That(overflow, Is.LessThanOrEqualTo(0), "the page scrolls sideways");
        var isWider = await ann.Content.EvaluateAsync<bool>("content => content.scrollWidth > content.clientWidth");
        Assert.That(isWider, Is.False, "the text runs out of the screen");
        await ann.PressAsync("down", "down", "down");
        await Expect(ann.Content).ToHaveJSPropertyAsync("scrollTop", await ann.Content.EvaluateAsync<double>("content => content.scrollHeight - content.clientHeight"));
    }

    [Test]
    public async Task Every_screen_fits_its_glass()
    {
        await using var esme = await ScriptedEsme.BindAsync(_simulator);
        foreach (var text in new[] { "Welcome to CarrierPay.", Offer, Receipt, string.Concat(Enumerable.Repeat(Receipt + "\n", 3)) }) await esme.SubmitAsync(Ann, text);
        _simulator.Smsc.Send(_simulator.Phones[Ann], "500", "PAY COFFEE");
        _simulator.Smsc.Send(_simulator.Phones[Ann], "500", "Y 4821");
        var page = await PhonesPage.OpenAsync(_simulator, 1280, 720);
        var phone = page.Phone(Ann);
        (string Screen, string[] Keys)[] tour =
        [
            ("menu", ["end", "ok"]), ("inbox", ["1"]), ("message", ["ok"]), ("sent", ["end", "call"]), ("ready", ["end", "up"]), ("dial", ["end", "star", "5", "0", "0", "hash"]),
            ("ussd", ["call"]), ("dial", ["end", "1", "1", "2"]), ("note", ["call"]), ("compose", ["end", "right", "7", "2", "9"]), ("options", ["left"]), ("symbols", ["down", "down", "ok"]), ("recipient", ["right", "left", "down", "down", "down", "ok"]),
        ];
        foreach (var (screen, keys) in tour)
        {
            await phone.PressAsync(keys);
            await phone.WaitForScreenAsync(screen);
            await phone.Root.ScreenshotAsync(new() { Path = Browser.PictureFile("screen-" + screen) });
            var isWider = await phone.Content.EvaluateAsync<bool>("content => content.scrollWidth > content.clientWidth");
            Assert.That(isWider, Is.False, screen);
        }
    }

    [Test]
    public async Task A_desk_without_phones_and_merchants_says_so()
    {
        foreach (var phone in _simulator.Phones.All) _simulator.Phones.Remove(phone.Msisdn);
        _simulator.Merchants.Remove("COFFEE");
        var page = await PhonesPage.OpenAsync(_simulator);

        await Expect(page.Page.GetByText("No phone is switched on.")).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("No merchant is set up.")).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("Nothing has happened yet.")).ToBeVisibleAsync();
        await Expect(page.Page.GetByTestId("binds")).ToContainTextAsync("No system is bound.");
        await page.Page.ScreenshotAsync(new() { Path = Browser.PictureFile("phones-none") });
    }

    [Test]
    public async Task A_phone_without_the_simulator_has_no_network_and_finds_it_again()
    {
        var page = await PhonesPage.OpenAsync(_simulator);
        var options = new SimulatorOptions { Smsc = { Port = 0 }, Web = { Urls = _simulator.WebAddress.ToString() } };
        await _simulator.DisposeAsync();
        await page.Phone(Ann).WaitForTextAsync("No network");

        _simulator = await SimulatorApp.StartAsync(options);
        await page.Phone(Ann).WaitForTextAsync("CarrierPay");
    }

    private static async Task TypeAsync(DrawnPhone phone, string text)
    {
        var last = "";
        foreach (var letter in text)
        {
            var (key, times) = Multitap(letter);
            // The same key twice for two letters: a step to the right ends the first, as a pause would.
            if (key == last) await phone.PressAsync("east");
            await phone.TapAsync(key, times);
            last = key;
        }
    }

    private static (string Key, int Times) Multitap(char letter)
    {
        string[] keys = [" 0", "", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"];
        var key = Array.FindIndex(keys, letters => letters.Contains(letter));
        return (key.ToString(), keys[key].IndexOf(letter) + 1);
    }
}
