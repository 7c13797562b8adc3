using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.SmppAdapter.Tests.Ussd;

/// <summary>Whose turn it is, what is a repeat, and what ends a dialogue.</summary>
public class UssdDialoguesTests
{
    private const string Ann = "447700900123", Sam = "447700900456";

    private readonly DateTimeOffset _start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private DateTimeOffset _now;
    private UssdDialogues<string> _table = null!;

    [SetUp]
    public void Begin()
    {
        _now = _start;
        _table = new(new UssdTimers { AnswerWithin = Seconds(10), UserIdle = Seconds(30), Whole = Seconds(180), Remember = Seconds(200), MaxDialogues = 3 });
    }

    [Test]
    public void A_pulled_dialogue_goes_to_and_fro_until_its_last_text()
    {
        var begun = Take(UssdInputKind.Begin, "*500#");
        Assert.That((begun.Kind, begun.Dialogue!.Turn, begun.Dialogue.AnswerBy), Is.EqualTo((UssdTakenKind.Began, UssdTurn.Application, _now + Seconds(10))));

        var menu = Reply(begun, "1 Balance");
        Assert.That((menu!.Text, menu.Step, menu.Link, menu.Session.ItsSessionInfo), Is.EqualTo(("1 Balance", UssdStep.Ask, "link", (ushort?)2)));
        _table.Accepted(menu.Id, _now);

        var answer = Take(UssdInputKind.Answer, "1");
        Assert.That((answer.Kind, answer.Dialogue!.Id), Is.EqualTo((UssdTakenKind.Answered, begun.Dialogue.Id)));
        Assert.That(Reply(answer, "12.50 EUR", UssdStep.End), Is.Not.Null);
    }

    [Test]
    public void An_input_after_the_end_does_nothing()
    {
        var begun = Take(UssdInputKind.Begin, "*500#");
        Reply(begun, "Bye", UssdStep.End);

        var late = Take(UssdInputKind.Answer, "1");

        Assert.That(late.Kind, Is.EqualTo(UssdTakenKind.AfterEnd));
        Assert.That(Reply(late, "again"), Is.Null);
    }

    [Test]
    public void A_dialogue_is_owed_one_text_per_input()
    {
        var begun = Take(UssdInputKind.Begin, "*500#");
        Assert.That(Reply(begun, "menu"), Is.Not.Null);
        Assert.That(Reply(begun, "unasked"), Is.Null);
    }

    [Test]
    public void A_repeat_before_the_answer_is_not_decided_again()
    {
        var begun = Take(UssdInputKind.Begin, "*500#");
        var repeated = Take(UssdInputKind.Begin, "*500#", link: "new link");

        Assert.That((repeated.Kind, repeated.Dialogue!.Id, repeated.Reply), Is.EqualTo((UssdTakenKind.Repeated, begun.Dialogue!.Id, (UssdReply<string>?)null)));
        Assert.That(Reply(begun, "menu")!.Link, Is.EqualTo("new link"), "the text goes where the gateway asked last");
    }

    [TestCase(UssdStep.Ask)]
    [TestCase(UssdStep.End)]
    public void A_repeat_after_the_answer_is_answered_by_the_same_text(UssdStep step)
    {
        var first = Reply(Take(UssdInputKind.Begin, "*500#"), "the text", step)!;

        var repeated = Take(UssdInputKind.Begin, "*500#", link: "new link");

        Assert.That(repeated.Kind, Is.EqualTo(UssdTakenKind.Repeated));
        Assert.That(repeated.Reply, Is.EqualTo(first with { Link = "new link" }));
    }

    [Test]
    public void The_same_answer_to_the_next_text_is_no_repeat()
    {
        var begun = Take(UssdInputKind.Begin, "*500#");
        _table.Accepted(Reply(begun, "1 Pay")!.Id, _now);
        var first = Take(UssdInputKind.Answer, "1");
        _table.Accepted(Reply(first, "1 Confirm")!.Id, _now);
        _now += Seconds(2);

        Assert.That(Take(UssdInputKind.Answer, "1").Kind, Is.EqualTo(UssdTakenKind.Answered));
    }

    [Test]
    public void The_same_answer_is_a_repeat_until_the_gateway_has_taken_the_next_text()
    {
        var begun = Take(UssdInputKind.Begin, "*500#");
        _table.Accepted(Reply(begun, "1 Pay")!.Id, _now);
        Reply(Take(UssdInputKind.Answer, "1"), "1 Confirm");

        var repeated = Take(UssdInputKind.Answer, "1");

        Assert.That((repeated.Kind, repeated.Reply?.Text), Is.EqualTo((UssdTakenKind.Repeated, "1 Confirm")));
    }

    [Test]
    public void The_same_answer_sooner_than_anybody_types_is_a_repeat_and_chooses_nothing()
    {
        _table.Accepted(Reply(Take(UssdInputKind.Begin, "*500#"), "1 Pay")!.Id, _now);
        _table.Accepted(Reply(Take(UssdInputKind.Answer, "1"), "1 Confirm")!.Id, _now);

        var repeated = Take(UssdInputKind.Answer, "1");

        Assert.That((repeated.Kind, repeated.Reply), Is.EqualTo((UssdTakenKind.Repeated, (UssdReply<string>?)null)), "the gateway has the text");
    }

    [Test]
    public void An_answer_to_nothing_is_not_decided()
    {
        Take(UssdInputKind.Begin, "*500#");
        Assert.That(Take(UssdInputKind.Answer, "1").Kind, Is.EqualTo(UssdTakenKind.Repeated));
    }

    [Test]
    public void A_text_that_comes_too_late_goes_another_way()
    {
        var begun = Take(UssdInputKind.Begin, "*500#");
        _now += Seconds(11);

        Assert.That(_table.Expire(_now).Select(dialogue => dialogue.Id), Is.EqualTo(new[] { begun.Dialogue!.Id }));
        Assert.That(Reply(begun, "menu"), Is.Null);
        Assert.That(Take(UssdInputKind.Answer, "1").Kind, Is.EqualTo(UssdTakenKind.AfterEnd));
    }

    [Test]
    public void A_user_who_says_nothing_ends_the_dialogue()
    {
        _table.Accepted(Reply(Take(UssdInputKind.Begin, "*500#"), "menu")!.Id, _now);
        _now += Seconds(31);

        Assert.That(_table.Expire(_now), Is.Empty, "nothing is owed");
        Assert.That(Take(UssdInputKind.Answer, "1").Kind, Is.EqualTo(UssdTakenKind.AfterEnd));
    }

    [Test]
    public void A_dialogue_lasts_no_longer_than_the_whole_of_it()
    {
        var taken = Take(UssdInputKind.Begin, "*500#");
        for (var i = 0; i < 7; i++)
        {
            _table.Accepted(Reply(taken, "menu")!.Id, _now);
            _now += Seconds(25);
            taken = Take(UssdInputKind.Answer, $"{i}");
            Assert.That(taken.Kind, Is.EqualTo(UssdTakenKind.Answered));
        }
        Assert.That(taken.Dialogue!.AnswerBy, Is.EqualTo(_start + Seconds(180)));
        _now += Seconds(6);
        Assert.That(Reply(taken, "menu"), Is.Null);
    }

    [Test]
    public void What_is_over_is_forgotten_after_a_while()
    {
        Reply(Take(UssdInputKind.Begin, "*500#"), "Bye", UssdStep.End);
        _now += Seconds(201);
        _table.Expire(_now);

        Assert.That(_table.Count, Is.Zero);
        Assert.That(Take(UssdInputKind.Answer, "1").Kind, Is.EqualTo(UssdTakenKind.Unknown));
    }

    [Test]
    public void A_text_that_the_gateway_refuses_ends_the_dialogue()
    {
        var begun = Take(UssdInputKind.Begin, "*500#");
        Reply(begun, "menu");
        _table.Refused(begun.Dialogue!.Id, _now);

        Assert.That(Take(UssdInputKind.Answer, "1").Kind, Is.EqualTo(UssdTakenKind.AfterEnd));
        Assert.That(Take(UssdInputKind.Begin, "*500#").Kind, Is.EqualTo(UssdTakenKind.Began), "dialled again, not repeated: its text has gone another way");
    }

    [Test]
    public void A_dialogue_that_is_given_up_tells_whether_a_text_is_owed()
    {
        Take(UssdInputKind.Begin, "*500#");
        var abort = Take(UssdInputKind.Abort, "");

        Assert.That((abort.Kind, abort.Dialogue!.Turn), Is.EqualTo((UssdTakenKind.GivenUp, UssdTurn.Application)));
        Assert.That(Reply(abort, "menu"), Is.Null);
        Assert.That(Take(UssdInputKind.Abort, "").Kind, Is.EqualTo(UssdTakenKind.AfterEnd));
    }

    [Test]
    public void A_new_dialogue_of_a_number_ends_the_one_before()
    {
        var former = Take(UssdInputKind.Begin, "*500#", info: 2);
        var latter = Take(UssdInputKind.Begin, "*500#", info: 4);

        Assert.That(latter.Kind, Is.EqualTo(UssdTakenKind.Began));
        Assert.That(Reply(former, "menu"), Is.Null);
        Assert.That(Reply(latter, "menu"), Is.Not.Null);
    }

    [Test]
    public void A_number_of_a_dialogue_that_is_used_again_is_another_dialogue()
    {
        var former = Take(UssdInputKind.Begin, "*500#");
        _table.Accepted(Reply(former, "menu")!.Id, _now);

        Assert.That(Take(UssdInputKind.Answer, "1", number: Sam).Kind, Is.EqualTo(UssdTakenKind.Unknown), "the answer of one handset is never another's");
        Assert.That(Take(UssdInputKind.Begin, "*500#", number: Sam).Kind, Is.EqualTo(UssdTakenKind.Began));
        Assert.That(Take(UssdInputKind.Answer, "1").Kind, Is.EqualTo(UssdTakenKind.Unknown));
    }

    [Test]
    public void A_pushed_question_is_numbered_by_its_first_answer()
    {
        Assert.That(_table.TryPush(UssdSession.ToBegin(Address.International(Ann), Address.ShortCode("500")), "Pay?", UssdStep.Ask, "link", _now, out var pushed));
        Assert.That(pushed!.Session.ItsSessionInfo, Is.Null);

        var answer = Take(UssdInputKind.Answer, "1", info: 6);

        Assert.That((answer.Kind, answer.Dialogue!.Id), Is.EqualTo((UssdTakenKind.Answered, pushed.Id)));
        Assert.That(Reply(answer, "Paid.", UssdStep.End)!.Session.ItsSessionInfo, Is.EqualTo(6));
    }

    [Test]
    public void A_notification_that_was_seen_may_be_gone_on_from()
    {
        _table.TryPush(UssdSession.ToBegin(Address.International(Ann), Address.ShortCode("500")), "Paid.", UssdStep.Notify, "link", _now, out _);

        var seen = Take(UssdInputKind.Acknowledged, "", info: 6);

        Assert.That(seen.Kind, Is.EqualTo(UssdTakenKind.Acknowledged));
        Assert.That(Take(UssdInputKind.Acknowledged, "", info: 6).Kind, Is.EqualTo(UssdTakenKind.Repeated));
        Assert.That(Reply(seen, "1 More")!.Session.ItsSessionInfo, Is.EqualTo(6));
    }

    [Test]
    public void A_notification_that_was_seen_asks_for_no_text()
    {
        _table.TryPush(UssdSession.ToBegin(Address.International(Ann), Address.ShortCode("500")), "Paid.", UssdStep.Notify, "link", _now, out _);
        var seen = Take(UssdInputKind.Acknowledged, "", info: 6);
        _now += Seconds(11);

        Assert.That(_table.Expire(_now), Is.Empty);
        Assert.That(Reply(seen, "1 More"), Is.Null);
    }

    [Test]
    public void A_notification_that_was_seen_with_the_end_bit_is_the_end()
    {
        _table.TryPush(UssdSession.ToBegin(Address.International(Ann), Address.ShortCode("500")), "Paid.", UssdStep.Notify, "link", _now, out var pushed);
        Assert.That(Take(UssdInputKind.Acknowledged, "", info: 6, ends: true).Kind, Is.EqualTo(UssdTakenKind.Acknowledged));
        Assert.That(_table.TryReply(pushed!.Id, "1 More", UssdStep.Ask, _now, out _), Is.False);
    }

    [Test]
    public void A_number_that_a_pushed_dialogue_is_given_is_no_others_any_more()
    {
        var former = Take(UssdInputKind.Begin, "*500#", info: 6, number: Sam);
        _table.TryPush(UssdSession.ToBegin(Address.International(Ann), Address.ShortCode("500")), "Pay?", UssdStep.Ask, "link", _now, out _);

        Assert.That(Take(UssdInputKind.Answer, "1", info: 6).Kind, Is.EqualTo(UssdTakenKind.Answered));
        Assert.That(Reply(former, "menu"), Is.Null);
    }

    [Test]
    public void Nothing_is_pushed_into_a_dialogue()
    {
        Take(UssdInputKind.Begin, "*500#");
        Assert.That(_table.TryPush(UssdSession.ToBegin(Address.International(Ann), Address.ShortCode("500")), "Pay?", UssdStep.Ask, "link", _now, out _), Is.False);
    }

    [Test]
    public void A_full_table_forgets_what_has_ended_and_then_begins_no_more()
    {
        Reply(Take(UssdInputKind.Begin, "*500#", info: 2, number: "44770000001"), "Bye", UssdStep.End);
        for (ushort i = 2; i <= 4; i++)
            Assert.That(Take(UssdInputKind.Begin, "*500#", info: (ushort)(i * 2), number: $"4477000000{i}").Kind, Is.EqualTo(UssdTakenKind.Began));

        Assert.That(Take(UssdInputKind.Begin, "*500#", info: 20, number: Sam).Kind, Is.EqualTo(UssdTakenKind.NoRoom));
        Assert.That(_table.Count, Is.EqualTo(3));
    }

    private UssdTaken<string> Take(UssdInputKind kind, string text, ushort info = 2, string number = Ann, string link = "link", bool ends = false)
    {
        var session = new UssdSession(Address.International(number), Address.ShortCode("500"), info);
        return _table.Take(new UssdInput(kind, session.KeyBy(UssdSessionKeying.ItsSessionInfo)!.Value, session, text, ends || kind == UssdInputKind.Abort), link, _now);
    }

    private UssdReply<string>? Reply(UssdTaken<string> taken, string text, UssdStep step = UssdStep.Ask) =>
        _table.TryReply(taken.Dialogue!.Id, text, step, _now, out var reply) ? reply : null;

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
