using System.Globalization;
using System.Text.RegularExpressions;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Ussd;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>*500# over real sockets: the simulator's USSD gateway, the engine as a process of its own.</summary>
[TestFixture, Parallelizable]
public sealed partial class UssdTests
{
    [TestCase("its_session_info")]
    [TestCase("user_message_reference")]
    [TestCase("none")]
    [TestCase("vendor_abort")]
    public async Task A_payment_is_asked_for_and_confirmed_in_the_menu_of_every_kind_of_gateway(string profile)
    {
        await using var stage = await Stage.SetAsync(phones: 1, profile);
        await stage.StartEngineAsync();
        var phone = new UssdHandset(stage, stage.Phones[0]);

        Assert.That((await phone.DialAsync("*500#")).Text, Is.EqualTo("CarrierPay wallet EUR 100.00\n1 Approve (0)\n2 Pay\n3 Balance\n4 Last payments\n0 Exit"));
        Assert.That((await phone.AnswerAsync("2")).Text, Does.StartWith("Pay whom?"));
        Assert.That((await phone.AnswerAsync("0")).Text, Does.StartWith("CarrierPay wallet"));
        await phone.AnswerAsync("2");
        var prompt = (await phone.AnswerAsync("NEWS daily")).Text!;
        Assert.That(prompt, Does.StartWith("Pay EUR 1.99 to Daily News (Daily issue) from wallet? Reply "));
        var paid = await phone.AnswerAsync(Code().Match(prompt).Value);
        Assert.That(paid.Text, Does.Contain("PAID EUR 1.99 to Daily News"));
        Assert.That(paid.End, Is.EqualTo(UssdEnd.Completed));
        Assert.That(await phone.SmsAsync("the receipt to keep", text => text.Contains("PAID", StringComparison.Ordinal)), Is.EqualTo(paid.Text));
        Assert.That((await phone.DialAsync("*500*3#")).Text, Does.StartWith("Balance EUR 98.01."));
        phone.Cancel();
        await stage.CheckBooksAsync(paymentsOfEach: 1);
    }

    [Test]
    public async Task A_missed_prompt_is_found_again_and_cancelled()
    {
        await using var stage = await Stage.SetAsync(phones: 1);
        await stage.StartEngineAsync();
        var phone = new UssdHandset(stage, stage.Phones[0]);
        stage.Simulator.Smsc.Send(stage.Phones[0], "500", "PAY NEWS");
        await phone.SmsAsync("the prompt", text => text.Contains("Reply Y", StringComparison.Ordinal));
        Assert.That((await phone.DialAsync("*500#")).Text, Does.Contain("1 Approve EUR 1.99 Daily News"));
        Assert.That((await phone.AnswerAsync("1")).Text, Does.StartWith("Pay EUR 1.99 to Daily News"));
        Assert.That((await phone.AnswerAsync("2")).Text, Does.Contain("CANCELLED EUR 1.99"));
        await stage.CheckBooksAsync(paymentsOfEach: 0);
    }

    [Test]
    public async Task A_price_that_takes_long_is_followed_by_SMS()
    {
        await using var stage = await Stage.SetAsync(phones: 1);
        stage.Simulator.Merchants.Put("GAMES", new(Price: 199, Currency: "EUR", Text: "Chess", DelayMs: 1500));
        var settings = stage.Settings();
        settings["CarrierPay__Smpp__Links__0__UssdFollowsAfter"] = "00:00:00.2";
        await stage.StartEngineAsync(settings);
        var phone = new UssdHandset(stage, stage.Phones[0]);
        var told = await phone.DialAsync("*500*2*GAMES#");
        Assert.That((told.End, told.Text), Is.EqualTo((UssdEnd.Completed, "CarrierPay: your request is being worked on. The answer comes by SMS.")));
        var prompt = await phone.SmsAsync("the prompt", text => text.Contains("Reply Y", StringComparison.Ordinal));
        stage.Simulator.Smsc.Send(stage.Phones[0], "500", $"Y {Code().Match(prompt).Value}");
        await phone.SmsAsync("the receipt", text => text.Contains("PAID", StringComparison.Ordinal));
        await stage.CheckBooksAsync(paymentsOfEach: 1);
    }

    [Test]
    public async Task A_price_that_comes_in_time_is_shown_on_the_screen()
    {
        await using var stage = await Stage.SetAsync(phones: 1);
        stage.Simulator.Merchants.Put("GAMES", new(Price: 199, Currency: "EUR", Text: "Chess", DelayMs: 300));
        var settings = stage.Settings();
        // However busy this machine is.
        settings["CarrierPay__Payments__QuoteWithin"] = settings["CarrierPay__Smpp__Links__0__UssdFollowsAfter"] = "00:00:10";
        settings["CarrierPay__Smpp__Links__0__UssdAnswerWithin"] = "00:00:14";
        await stage.StartEngineAsync(settings);
        var phone = new UssdHandset(stage, stage.Phones[0]);
        var prompt = await phone.DialAsync("*500*2*GAMES#");
        Assert.That(prompt.Text, Does.StartWith("Pay EUR 1.99 to Games (Chess)"));
        Assert.That((await phone.AnswerAsync(Code().Match(prompt.Text!).Value)).Text, Does.Contain("PAID EUR 1.99"));
        await stage.CheckBooksAsync(paymentsOfEach: 1);
    }

    [Test]
    public async Task A_dropped_session_goes_on_by_SMS()
    {
        await using var stage = await Stage.SetAsync(phones: 1, "vendor_abort");
        await stage.StartEngineAsync();
        var phone = new UssdHandset(stage, stage.Phones[0]);
        await phone.DialAsync("*500*2*NEWS#");
        phone.Cancel();
        var prompt = await phone.SmsAsync("the prompt", text => text.Contains("Reply Y", StringComparison.Ordinal));
        stage.Simulator.Smsc.Send(stage.Phones[0], "500", $"Y {Code().Match(prompt).Value}");
        await phone.SmsAsync("the receipt", text => text.Contains("PAID", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_text_for_a_session_that_is_gone_goes_by_SMS()
    {
        await using var stage = await Stage.SetAsync(phones: 1);
        await stage.StartEngineAsync();
        stage.Simulator.Faults.Order(new FaultOrder(Ussd: "drop"));
        var phone = new UssdHandset(stage, stage.Phones[0]);
        Assert.That((await phone.DialAsync("*500*2*NEWS#")).End, Is.EqualTo(UssdEnd.Dropped));
        await phone.SmsAsync("the prompt in the words of an SMS", text => text.Contains("Reply Y", StringComparison.Ordinal));
    }

    [Test]
    public async Task An_input_that_is_delivered_twice_pays_once()
    {
        await using var stage = await Stage.SetAsync(phones: 1);
        var engine = await stage.StartEngineAsync();
        var phone = new UssdHandset(stage, stage.Phones[0]);
        stage.Simulator.Faults.Order(new FaultOrder(Ussd: "duplicate", Count: 3));
        await phone.DialAsync("*500*2*NEWS#");
        await Eventually.True(
            async () => Shown().Matches(await engine.ReadAsync("/metrics")).Sum(m => int.Parse(m.Groups["count"].Value, CultureInfo.InvariantCulture)) == 4,
            "it was delivered three times more, and each time the answer was there or given");
        stage.Simulator.Faults.Order(new FaultOrder(Ussd: "duplicate"));
        Assert.That((await phone.AnswerAsync(Code().Match(phone.View.Text!).Value)).Text, Does.Contain("PAID EUR 1.99"));
        await phone.DialAsync("*500*3#");
        await stage.CheckBooksAsync(paymentsOfEach: 1);
    }

    [Test]
    public async Task A_number_without_an_account_is_told_in_the_session_how_to_register()
    {
        await using var stage = await Stage.SetAsync(phones: 1);
        await stage.StartEngineAsync();
        stage.Simulator.Phones.Put("447700900999", "Stranger", PhoneLanguage.En);
        var phone = new UssdHandset(stage, stage.Simulator.Phones["447700900999"]);
        var told = await phone.DialAsync("*500#");
        Assert.That((told.End, told.Text), Is.EqualTo((UssdEnd.Completed, "CarrierPay: this number has no payment account yet. Please register in a shop of your operator with your ID, then text HELP.")));
    }

    [Test]
    public async Task A_gateway_with_short_screens_gets_pages()
    {
        await using var stage = await Stage.SetAsync(phones: 1);
        var settings = stage.Settings();
        settings["CarrierPay__Smpp__Links__0__Ussd__MaxSeptets"] = "60";
        await stage.StartEngineAsync(settings);
        var phone = new UssdHandset(stage, stage.Phones[0]);
        Assert.That((await phone.DialAsync("*500#")).Text, Does.EndWith("\n9 More").And.Length.LessThanOrEqualTo(60));
        Assert.That((await phone.AnswerAsync("9")).Text, Does.EndWith("0 Exit"));
        Assert.That((await phone.AnswerAsync("3")).Text, Does.StartWith("Balance EUR 100.00."));
    }

    [Test]
    public async Task Killed_at_any_moment_the_engine_answers_and_charges_once()
    {
        await using var stage = await Stage.SetAsync(phones: 20);
        var engine = await stage.StartEngineAsync();
        var paying = Task.WhenAll(stage.Phones.Select(p => PayAsync(stage, p)));
        for (var kill = 0; kill < 3; kill++)
        {
            var taken = stage.Simulator.Smsc.State.Delivered + Random.Shared.Next(5, 25);
            await Eventually.True(() => stage.Simulator.Smsc.State.Delivered >= taken || paying.IsCompleted, "inputs are taken");
            await engine.KillAsync();
            engine = await stage.StartEngineAsync();
        }
        await paying;
        await stage.CheckBooksAsync(paymentsOfEach: 2);
    }

    /// <summary>Asks by SMS, which is never lost, and dials the code until the receipt is there, which is always an SMS too.</summary>
    private static async Task PayAsync(Stage stage, Phone phone)
    {
        var handset = new UssdHandset(stage, phone);
        string[] codes = ["", ""];
        for (var round = 0; round < codes.Length; round++)
        {
            stage.Simulator.Smsc.Send(phone, "500", "PAY NEWS DAILY");
            var prompt = await handset.SmsAsync("a prompt", text => text.Contains("Reply Y", StringComparison.Ordinal) && !codes.Contains(Code().Match(text).Value));
            codes[round] = Code().Match(prompt).Value;
            var reference = Reference().Match(prompt).Value;
            await Eventually.True(
                async () =>
                {
                    await handset.DialAsync($"*500*1*{codes[round]}#");
                    if (handset.View.State == UssdState.Asked)
                        handset.Cancel();
                    return handset.Messages.Any(text => text.Contains("PAID", StringComparison.Ordinal) && text.Contains(reference, StringComparison.Ordinal));
                },
                "a receipt", () => string.Join('\n', handset.Messages) + handset.Said);
        }
    }

    [GeneratedRegex(@"(?<=Reply (Y )?)\d{4}\b")]
    private static partial Regex Code();

    [GeneratedRegex("""carrierpay_gateway_sent_total\{[^}]*outcome="ussd(_again)?"[^}]*\} (?<count>\d+)""")]
    private static partial Regex Shown();

    [GeneratedRegex(@"(?<=\bRef )[A-Z0-9]{6}\b")]
    private static partial Regex Reference();
}
