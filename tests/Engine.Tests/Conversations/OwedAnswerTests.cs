using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Conversations;

/// <summary>A USSD session waits for one answer: whoever has it first gives it, once, and what comes too late goes by SMS.</summary>
[TestFixture]
public sealed class OwedAnswerTests
{
    private PureLane _lane = null!;
    private SubscriberState _alice = null!;

    [SetUp]
    public void SetUp()
    {
        _lane = new();
        _alice = _lane.Subscriber();
    }

    [Test]
    public void A_price_that_comes_in_time_is_shown_on_the_screen_that_waits()
    {
        AskForPrice();
        Assert.That(_lane.Answers, Is.Empty);
        Price();
        Assert.That((_lane.Answer, _lane.Screen.Ussd), Is.EqualTo((TextTemplate.Prompt, new Engine.Messaging.UssdAnswer("link", "s1", PureLane.Start.AddSeconds(10)) { Step = PureLane.Start.ToUnixTimeSeconds() })));
        _lane.Ussd(_alice, _lane.CodeOf(_alice));
        Assert.That((_lane.Answer, _alice.BalanceMinor), Is.EqualTo((TextTemplate.Receipt, 9300)));
    }

    [Test]
    public void A_refusal_that_comes_in_time_ends_the_session()
    {
        AskForPrice();
        _lane.Quote(_alice, _lane.Calls[^1], new(QuoteKind.NoAnswer));
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((TextTemplate.NoPrice, true)));
    }

    [Test]
    public void After_three_seconds_the_session_is_told_that_an_SMS_follows_and_the_price_goes_by_SMS()
    {
        AskForPrice();
        var due = Due();
        _lane.Now += TimeSpan.FromSeconds(3);
        _lane.Decide(_alice, due);
        Assert.That((_lane.Answer, _lane.Screen.Ussd!.Ends), Is.EqualTo((TextTemplate.SmsFollows, true)));
        Price();
        Assert.That((_lane.Answer, _lane.Answers[0].Ussd, _lane.Answers[0].ReplyPath), Is.EqualTo((TextTemplate.Prompt, default(Engine.Messaging.UssdAnswer), "7000")));
    }

    [Test]
    public void Who_is_second_says_nothing_in_the_session()
    {
        AskForPrice();
        var due = Due();
        Price();
        _lane.Decide(_alice, due);
        Assert.That(_lane.Answers, Is.Empty);
    }

    [Test]
    public void After_the_time_to_answer_the_text_goes_by_SMS()
    {
        AskForPrice();
        _lane.Now += TimeSpan.FromSeconds(10);
        Price();
        Assert.That((_lane.Answer, _lane.Answers[0].Ussd), Is.EqualTo((TextTemplate.Prompt, default(Engine.Messaging.UssdAnswer))));
    }

    [Test]
    public void A_text_about_another_payment_does_not_take_the_debt()
    {
        _lane.Text(_alice, "PAY NEWS");
        var other = _alice.OpenPayments[0];
        AskForPrice();
        _lane.Now += TimeSpan.FromSeconds(1);
        other.DueAt = _lane.Now;
        _lane.Decide(_alice, new PaymentDue(other.Id));
        Assert.That((_lane.Answer, _lane.Answers[0].Ussd), Is.EqualTo((TextTemplate.Expired, default(Engine.Messaging.UssdAnswer))));
        Price();
        Assert.That(_lane.Screen.Template, Is.EqualTo(TextTemplate.Prompt));
    }

    [Test]
    public void A_text_by_SMS_is_answered_by_SMS()
    {
        AskForPrice();
        _lane.Text(_alice, "BAL");
        Assert.That(_lane.Answers[0].Ussd, Is.Null);
        Price();
        Assert.That(_lane.Screen.Template, Is.EqualTo(TextTemplate.Prompt));
    }

    [Test]
    public void A_text_by_SMS_about_the_payment_that_a_session_waits_for_is_answered_by_SMS()
    {
        AskForPrice();
        _lane.Text(_alice, "PAY EA FIFA");
        Assert.That((_lane.Answer, _lane.Answers[0].Ussd), Is.EqualTo((TextTemplate.BeingPriced, default(Engine.Messaging.UssdAnswer))));
        Price();
        Assert.That(_lane.Screen.Template, Is.EqualTo(TextTemplate.Prompt));
    }

    [Test]
    public void A_session_that_was_dropped_goes_on_by_SMS()
    {
        _lane.Text(_alice, "PAY NEWS");
        _lane.Ussd(_alice, "*7000*1#");
        Drop();
        Assert.That((_lane.Answer, _lane.Answers[0].Ussd), Is.EqualTo((TextTemplate.Prompt, default(Engine.Messaging.UssdAnswer))), "who has lost the screen with the code gets it by SMS");
        Drop();
        Assert.That(_lane.Answers, Is.Empty);
        _lane.Text(_alice, $"Y {_lane.CodeOf(_alice)}");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Receipt));
    }

    [Test]
    public void A_price_for_a_session_that_was_dropped_goes_by_SMS()
    {
        AskForPrice();
        Drop();
        Assert.That(_lane.Answers, Is.Empty);
        Price();
        Assert.That((_lane.Answer, _lane.Answers[0].Ussd), Is.EqualTo((TextTemplate.Prompt, default(Engine.Messaging.UssdAnswer))));
    }

    [Test]
    public void The_drop_of_another_session_changes_nothing()
    {
        AskForPrice();
        _lane.Decide(_alice, new LeaveDialogue.SessionDropped("link", "s0"));
        Price();
        Assert.That(_lane.Screen.Template, Is.EqualTo(TextTemplate.Prompt));
    }

    [Test]
    public void An_input_that_comes_again_is_answered_again_and_does_nothing_twice()
    {
        _lane.Text(_alice, "PAY NEWS");
        _lane.Ussd(_alice, "*7000*1#");
        var code = _lane.CodeOf(_alice);
        _lane.Ussd(_alice, code);
        var (receipt, step) = (_lane.Screen, _alice.Dialogue!.Step);
        _lane.Ussd(_alice, code, afterStep: step - 1);
        Assert.That((_lane.Answer, _lane.Screen.Parameters, _lane.Screen.Ussd), Is.EqualTo((TextTemplate.Receipt, receipt.Parameters, receipt.Ussd! with { IsKept = false })));
        Assert.That((_lane.Transfers.Count, _alice.BalanceMinor), Is.EqualTo((1, 9801)));
    }

    [Test]
    public void A_choice_that_comes_again_shows_the_same_screen_and_the_code_on_it()
    {
        _lane.Text(_alice, "PAY NEWS");
        _lane.Ussd(_alice, "*7000#");
        _lane.Ussd(_alice, "1");
        var prompt = _lane.Screen;
        _lane.Ussd(_alice, "1", afterStep: _alice.Dialogue!.Step - 1);
        Assert.That((_lane.Screen.Template, _lane.Screen.Parameters, _lane.Screen.Code), Is.EqualTo((prompt.Template, prompt.Parameters, prompt.Code)));
    }

    [Test]
    public void The_same_digit_after_the_answer_has_arrived_is_a_new_choice()
    {
        _lane.Text(_alice, "PAY NEWS");
        _lane.Text(_alice, "PAY COFFEE LATTE");
        _lane.Ussd(_alice, "*7000#");
        _lane.Ussd(_alice, "1");
        _lane.Ussd(_alice, "1", afterStep: _alice.Dialogue!.Step);
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Prompt));
    }

    [Test]
    public void Steps_grow_over_all_sessions_of_a_subscriber()
    {
        List<long> steps = [];
        foreach (var (text, session) in new[] { ("*7000#", "s1"), ("2", "s1"), ("*7000#", "s2"), ("*7000#", "s1"), ("*7000#", "s1") })
        {
            _lane.Ussd(_alice, text, session);
            steps.Add(_lane.Screen.Ussd!.Step);
        }
        Assert.That(steps, Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public void A_dialled_string_that_comes_again_asks_the_merchant_once_and_the_answer_goes_the_later_way()
    {
        AskForPrice();
        _lane.Now += TimeSpan.FromSeconds(2);
        _lane.Ussd(_alice, "*7000*2*EA*FIFA#", afterStep: 0);
        Assert.That((_lane.Calls.Count, _alice.OpenPayments.Count), Is.EqualTo((1, 1)));
        Price();
        Assert.That(_lane.Screen.Ussd!.By, Is.EqualTo(PureLane.Start.AddSeconds(12)));
    }

    [Test]
    public void Dialled_anew_the_same_wish_is_the_same_payment()
    {
        _lane.Ussd(_alice, "*7000*2*NEWS#", "s1");
        _lane.Ussd(_alice, "*7000*2*NEWS#", "s2");
        Assert.That((_lane.Answer, _alice.OpenPayments.Count), Is.EqualTo((TextTemplate.Prompt, 1)));
        _lane.Text(_alice, "PAY NEWS");
        Assert.That((_lane.Answer, _alice.OpenPayments.Count), Is.EqualTo((TextTemplate.Prompt, 1)), "by SMS too");
    }

    private void AskForPrice() => _lane.Ussd(_alice, "*7000*2*EA*FIFA#", afterStep: 0);

    private void Price() => _lane.Quote(_alice, _lane.Calls[^1], new(QuoteKind.Priced, 700, "EUR", _lane.Now.AddMinutes(5), "q", "FIFA 24"));

    private PutOffAnswer.AnswerDue Due() => new() { From = _alice.Msisdn, ReplyPath = "7000", Ussd = new("link", "s1", PureLane.Start.AddSeconds(10)) };

    private void Drop() => _lane.Decide(_alice, new LeaveDialogue.SessionDropped("link", "s1"));
}
