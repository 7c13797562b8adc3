using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Conversations;

/// <summary>What a subscriber sees who dials *500#, and what the answers lead to.</summary>
[TestFixture]
public sealed class ReceiveUssdTests
{
    private PureLane _lane = null!;
    private SubscriberState _subscriber = null!;

    [SetUp]
    public void SetUp() => (_lane, _subscriber) = (new(), null!);

    private SubscriberState Alice => _subscriber ??= _lane.Subscriber();

    private string[] Shown => ParameterList.Split(_lane.Screen.Parameters);

    [Test]
    public void The_first_screen_shows_the_balance_and_that_nothing_waits()
    {
        Type("*7000#");
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends, _lane.Screen.Ussd.Step), Is.EqualTo((TextTemplate.Menu, false, PureLane.Start.ToUnixTimeSeconds())));
        Assert.That(Shown, Is.EqualTo(new[] { "wallet", "EUR 100.00", "", "", "0" }));
    }

    [Test]
    public void The_first_screen_names_the_payment_that_waits_and_counts_several()
    {
        _lane.Text(Alice, "PAY NEWS");
        Type("*7000#");
        Assert.That(Shown, Is.EqualTo(new[] { "wallet", "EUR 100.00", "EUR 1.99", "Daily News", "" }));
        _lane.Text(Alice, "PAY COFFEE LATTE");
        Type("*7000#");
        Assert.That(Shown, Is.EqualTo(new[] { "wallet", "EUR 100.00", "", "", "2" }));
    }

    [Test]
    public void A_line_with_a_phone_bill_alone_sees_its_month()
    {
        var subscriber = _lane.Subscriber(balance: 0, source: FundingKind.PhoneBill, billLimit: 5000);
        subscriber.Sources = 1 << (int)FundingKind.PhoneBill;
        _subscriber = subscriber;
        Type("*7000#");
        Assert.That(Shown[..2], Is.EqualTo(new[] { "phone bill", "EUR 0.00" }));
    }

    [Test]
    public void A_missed_prompt_is_found_again_and_paid_with_its_code()
    {
        _lane.Text(Alice, "PAY NEWS");
        var code = _lane.CodeOf(Alice);
        Type("*7000#");
        Type("1");
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends, Shown[4]), Is.EqualTo((TextTemplate.Prompt, false, code)));
        Type(code);
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((TextTemplate.Receipt, true)));
        Assert.That((Alice.BalanceMinor, _lane.Ended.Single().Outcome), Is.EqualTo((9801, PaymentOutcome.Succeeded)));
        Assert.That(_lane.Screen.Ussd!.IsKept, Is.True, "a receipt is read again: it goes by SMS too");
    }

    [Test]
    public void Nothing_but_its_code_pays()
    {
        _lane.Text(Alice, "PAY NEWS");
        Type("*7000#");
        Type("1");
        foreach (var input in new[] { "1", "Y", "yes", "12345678", "" })
        {
            Type(input);
            Assert.That((_lane.Answer, Alice.BalanceMinor), Is.EqualTo((TextTemplate.Prompt, 10_000)), input);
        }
    }

    [Test]
    public void Two_cancels_the_payment_that_is_shown()
    {
        _lane.Text(Alice, "PAY NEWS");
        Type("*7000#");
        Type("1");
        Type("2");
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends, _lane.Ended.Single().Outcome), Is.EqualTo((TextTemplate.Cancelled, true, PaymentOutcome.Cancelled)));
    }

    [Test]
    public void A_wrong_code_leaves_the_screen_open_and_the_third_ends_it()
    {
        _lane.Text(Alice, "PAY NEWS");
        Type("*7000#");
        Type("1");
        var wrong = _lane.WrongCodes(Alice).Take(3).ToArray();
        foreach (var code in wrong[..2])
        {
            Type(code);
            Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((TextTemplate.WrongCode, false)));
        }
        Type(wrong[2]);
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((TextTemplate.CodesLocked, true)));
    }

    [Test]
    public void Several_that_wait_are_listed_and_one_is_chosen()
    {
        _lane = new(maxOpen: 5);
        foreach (var text in new[] { "PAY NEWS", "PAY COFFEE LATTE", "PAY COFFEE MOCHA", "PAY EA BADGE" })
            _lane.Text(Alice, text);
        Type("*7000#");
        Type("1");
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((TextTemplate.Pending, false)));
        Assert.That(Shown, Is.EqualTo(new[] { "1 EUR 1.99\rDaily News\n2 EUR 12.50\rStar Coffee\n3 EUR 14.00\rStar Coffee", "More" }));
        Type("9");
        Assert.That(Shown[0], Is.EqualTo("1 EUR 3.00\rEA Games"));
        Type("1");
        Assert.That((_lane.Answer, Shown[0]), Is.EqualTo((TextTemplate.Prompt, "EUR 3.00")));
        Type("0");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Menu));
    }

    [Test]
    public void More_behind_the_last_page_is_the_first_again()
    {
        _lane = new(maxOpen: 5);
        foreach (var text in new[] { "PAY NEWS", "PAY COFFEE LATTE", "PAY COFFEE MOCHA", "PAY EA BADGE" })
            _lane.Text(Alice, text);
        Type("*7000*1#");
        Type("9");
        Type("9");
        Assert.That(Shown[0], Does.StartWith("1 EUR 1.99"));
    }

    [TestCase("3", TextTemplate.Balance)]
    [TestCase("4", TextTemplate.HistoryEmpty)]
    [TestCase("1", TextTemplate.NothingToConfirm)]
    public void An_answer_that_is_read_leads_back_to_the_menu(string choice, TextTemplate answer)
    {
        Type("*7000#");
        Type(choice);
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((answer, false)));
        Type("0");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Menu));
        Type("0");
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((TextTemplate.Goodbye, true)));
    }

    [Test]
    public void A_merchant_is_paid_from_the_menu()
    {
        Type("*7000#");
        Type("2");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.PayWhom));
        Type("coffee latte");
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((TextTemplate.Prompt, false)));
        Type(_lane.CodeOf(Alice));
        Assert.That((_lane.Answer, Alice.BalanceMinor), Is.EqualTo((TextTemplate.Receipt, 8750)));
    }

    [TestCase("*7000*3#", TextTemplate.Balance)]
    [TestCase("*7000*2#", TextTemplate.PayWhom)]
    [TestCase("*7000*2*0*4#", TextTemplate.HistoryEmpty)]
    [TestCase("*7000*2*NEWS#", TextTemplate.Prompt)]
    [TestCase("*7000*2*COFFEE*LATTE*12.50#", TextTemplate.Prompt)]
    [TestCase("*7000*7#", TextTemplate.Menu)]
    [TestCase("*7000*0#", TextTemplate.Goodbye)]
    [TestCase("7000", TextTemplate.DialogueOver)]
    public void A_dialled_string_chooses_at_once(string dialled, TextTemplate answer)
    {
        Type(dialled);
        Assert.That(_lane.Answer, Is.EqualTo(answer));
    }

    [Test]
    public void A_dialled_string_means_the_same_however_many_wait()
    {
        _lane.Text(Alice, "PAY NEWS");
        Type("*7000*1*2#");
        Assert.That((_lane.Answer, _lane.Ended.Count), Is.EqualTo((TextTemplate.Pending, 0)), "the second payment is none, and nothing is cancelled");
        Type($"*7000*1*{_lane.CodeOf(Alice)}#");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Receipt));
    }

    [Test]
    public void Commands_of_the_text_grammar_are_understood_on_every_screen()
    {
        Type("*7000#");
        Type("PAY NEWS");
        var code = _lane.CodeOf(Alice);
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Prompt));
        Type("BAL");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Balance));
        Type($"Y {code}");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Receipt));
    }

    [Test]
    public void A_code_typed_where_a_merchant_is_asked_for_is_a_code()
    {
        _lane.Text(Alice, "PAY NEWS");
        Type("*7000*2#");
        Type(_lane.CodeOf(Alice));
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Receipt));
    }

    [Test]
    public void A_lone_digit_is_no_merchant()
    {
        Type("*7000*2#");
        Type("2");
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((TextTemplate.PayWhom, false)));
    }

    [Test]
    public void What_the_screen_does_not_offer_shows_it_again()
    {
        Type("*7000#");
        var menu = _lane.Screen.Parameters;
        foreach (var input in new[] { "8", "hello", "#", "１２" })
        {
            Type(input);
            Assert.That((_lane.Answer, _lane.Screen.Parameters), Is.EqualTo((TextTemplate.Menu, menu)), input);
        }
    }

    [Test]
    public void A_digit_of_a_Chinese_keyboard_is_a_digit()
    {
        Type("*7000#");
        Type("３");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Balance));
    }

    [Test]
    public void An_input_after_the_end_does_nothing()
    {
        Type("*7000#");
        Type("0");
        Type("2");
        Assert.That((_lane.Answers.Count, _lane.Messages[^1].Received, _lane.Messages[^1].Template), Is.EqualTo((0, "2", default(TextTemplate?))));
    }

    [Test]
    public void An_input_of_no_session_of_ours_is_told_to_dial_again()
    {
        _lane.Ussd(Alice, "1", "unknown");
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((TextTemplate.DialogueOver, true)));
    }

    [Test]
    public void After_the_time_of_a_session_nothing_is_left_of_it()
    {
        Type("*7000#");
        _lane.Now += Dialogue.Life + TimeSpan.FromSeconds(1);
        Type("3");
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends, Alice.Dialogue), Is.EqualTo((TextTemplate.DialogueOver, true, default(Dialogue?))));
    }

    [Test]
    public void The_newest_session_counts()
    {
        _lane.Ussd(Alice, "*7000#", "old");
        _lane.Ussd(Alice, "*7000*2#", "new");
        _lane.Ussd(Alice, "NEWS", "old");
        Assert.That((_lane.Answer, Alice.OpenPayments.Count), Is.EqualTo((TextTemplate.DialogueOver, 0)));
        _lane.Ussd(Alice, "NEWS", "new");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Prompt), "what came for the old one did not disturb it");
    }

    [TestCase(SubscriberStatus.Blocked, TextTemplate.AccountBlocked)]
    [TestCase(SubscriberStatus.Closed, TextTemplate.AccountNotActive)]
    public void An_account_that_is_not_active_gets_no_other_answer(SubscriberStatus status, TextTemplate answer)
    {
        _lane.Text(Alice, "PAY NEWS");
        Type("*7000*1#");
        Alice.Status = status;
        Type(_lane.CodeOf(Alice));
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends, Alice.BalanceMinor), Is.EqualTo((answer, true, 10_000)));
        Type("*7000#");
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((answer, true)));
    }

    [Test]
    public void What_was_typed_is_logged_without_codes()
    {
        _lane.Text(Alice, "PAY NEWS");
        var code = _lane.CodeOf(Alice);
        Type("*7000*1#");
        Assert.That(_lane.Messages[^1].Received, Is.EqualTo("******1#"), "a service code of four digits looks like a code");
        Assert.That(_lane.Messages[^1].Parameters + Alice.Dialogue!.Said!.Parameters, Does.Not.Contain(code));
        Type(code);
        Assert.That(_lane.Messages[^1].Received, Is.EqualTo("****"));
        Assert.That(_lane.Messages[^1].ReplyPath, Does.StartWith("7000 USSD link s1 "));
    }

    [Test]
    public void An_event_that_is_printed_shows_no_text() =>
        Assert.That(_lane.Typed(Alice, "4821").ToString(), Does.Not.Contain("4821"));

    [Test]
    public void A_dialogue_is_read_as_it_was_written()
    {
        _lane.Text(Alice, "PAY NEWS");
        Type("*7000*1#");
        Assert.That(Dialogue.Read(Alice.Dialogue!.ToOctets()), Is.EqualTo(Alice.Dialogue));
        Assert.That(Dialogue.Read("{}"u8.ToArray()), Is.Null);
        Assert.That(Dialogue.Read([1, 2, 3]), Is.Null);
    }

    private void Type(string text) => _lane.Ussd(Alice, text);

    [TestCase("*500#")]
    [TestCase("*500*2#")] // where a merchant's keyword is asked for
    public void Ones_own_money_is_moved_by_typing_it_on_any_screen(string screen)
    {
        var lane = new PureLane { Rails = PureRails.Of() };
        var subscriber = lane.Subscriber().WithRails();
        lane.Ussd(subscriber, screen);
        lane.Ussd(subscriber, "TOPUP 20 B");
        Assert.That(lane.Screen.Template, Is.EqualTo(TextTemplate.Prompt));
        Assert.That(subscriber.OpenPayments.Single().Purpose, Is.EqualTo(PaymentPurpose.TopUp));
    }
}
