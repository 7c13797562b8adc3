using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Ussd;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

[TestFixture]
public sealed class UssdSessionsTests
{
    private static readonly Msisdn Number = new(447_700_900_123);
    private readonly FakeTimeProvider _time = new();
    private UssdSessions _sessions = null!;

    [SetUp]
    public void SetUp() => _sessions = new(_time, capacity: 3);

    [Test]
    public void An_input_says_which_answer_it_follows()
    {
        Assert.That(Take(UssdInputKind.Begin)!.Value.AfterStep, Is.Zero);
        Assert.That(Take(UssdInputKind.Answer)!.Value.AfterStep, Is.Zero, "the answer has not arrived as far as is known");
        _sessions.Accepted(Id(), Answer(2));
        Assert.That(Take(UssdInputKind.Answer)!.Value.AfterStep, Is.EqualTo(2));
    }

    [Test]
    public void A_key_that_is_used_again_knows_nothing_of_the_session_before()
    {
        Take(UssdInputKind.Begin);
        var last = Answer(5) with { Ends = true };
        _time.Advance(TimeSpan.FromSeconds(1));
        Take(UssdInputKind.Begin);
        _sessions.Accepted(Id(), last);
        Assert.That(_sessions.Find(Id()), Is.Not.Null, "the end of the session before is not the end of this one");
        _sessions.Drop(Id(), last.By);
        Assert.That(_sessions.Find(Id()), Is.Not.Null);
        Assert.That(Take(UssdInputKind.Begin)!.Value.AfterStep, Is.EqualTo(5), "steps go on, so an equal begin is no repeat of the one before");
    }

    [Test]
    public void An_answer_that_the_gateway_has_taken_is_not_shown_once_more()
    {
        Take(UssdInputKind.Begin);
        Assert.That(_sessions.HasTaken(Id(), Answer(1)), Is.False);
        _sessions.Accepted(Id(), Answer(1));
        Assert.That((_sessions.HasTaken(Id(), Answer(1)), _sessions.HasTaken(Id(), Answer(2))), Is.EqualTo((true, false)));
    }

    [Test]
    public void Nothing_is_shown_in_a_session_that_is_over()
    {
        Take(UssdInputKind.Begin);
        Assert.That(_sessions.Find(Id()), Is.Not.Null);
        _sessions.Accepted(Id(), Answer(1) with { Ends = true });
        Assert.That(_sessions.Find(Id()), Is.Null);
        Take(UssdInputKind.Begin);
        _sessions.Drop(Id());
        Assert.That((_sessions.Find(Id()), _sessions.IsAnswered(Id(), Answer(1))), Is.EqualTo((default(UssdSession), true)));
    }

    [Test]
    public void What_is_owed_is_known_until_somebody_answers()
    {
        Take(UssdInputKind.Begin);
        var answer = Answer(1);
        Assert.That(_sessions.IsAnswered(Id(), answer), Is.False);
        _sessions.Answering(Id(), answer);
        Assert.That(_sessions.IsAnswered(Id(), answer), Is.True);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_sessions.IsAnswered(Id(), Answer(2)), Is.False, "the next input is owed an answer of its own");
    }

    [Test]
    public void Pages_come_one_after_the_other_and_the_last_one_ends_the_session()
    {
        Take(UssdInputKind.Begin);
        _sessions.Showing(Id(), Answer(1) with { Ends = true }, ["second", "third"]);
        _sessions.Accepted(Id(), Answer(1) with { Ends = true });
        Assert.That(_sessions.TakePage(Id(), Session), Is.EqualTo(("second", false)));
        Assert.That(_sessions.TakePage(Id(), Session), Is.EqualTo(("third", true)));
        Assert.That(_sessions.TakePage(Id(), Session), Is.Null);
    }

    [Test]
    public void A_page_may_be_asked_for_before_the_gateway_has_said_that_it_took_the_first()
    {
        Take(UssdInputKind.Begin);
        _sessions.Showing(Id(), Answer(1) with { Ends = true }, ["second"]);
        Assert.That(_sessions.TakePage(Id(), Session), Is.EqualTo(("second", true)));
        _sessions.Accepted(Id(), Answer(1) with { Ends = true });
        Assert.That(_sessions.TakePage(Id(), Session), Is.Null, "it is shown once");
    }

    [Test]
    public void Another_input_than_for_more_leaves_the_pages_unread()
    {
        Take(UssdInputKind.Begin);
        _sessions.Showing(Id(), Answer(1), ["second"]);
        _sessions.Accepted(Id(), Answer(1));
        Take(UssdInputKind.Answer);
        Assert.That(_sessions.TakePage(Id(), Session), Is.Null);
    }

    [Test]
    public void The_memory_is_bounded_and_forgets_what_nobody_has_touched()
    {
        foreach (var number in new[] { 1, 2, 3 })
            Assert.That(Take(UssdInputKind.Begin, number), Is.Not.Null);
        Assert.That(Take(UssdInputKind.Begin, 4), Is.Null);
        _time.Advance(Dialogue.Life + TimeSpan.FromSeconds(1));
        Assert.That(Take(UssdInputKind.Begin, 4), Is.Not.Null);
        Assert.That(_sessions.Remembered, Is.EqualTo(1));
    }

    private static UssdSession Session => new(Address.International("447700900123"), Address.ShortCode("500"), 2);

    private static UssdSessionId Id(int reference = 1) => UssdSessionId.Of("link", Number, new("", "", reference));

    private (long AfterStep, string ReplyPath)? Take(UssdInputKind kind, int reference = 1) =>
        _sessions.Take(Id(reference), new(kind, new("", "", reference), Session, "1", false), "500", _time.GetUtcNow().AddSeconds(10));

    private UssdAnswer Answer(int step) => new("link", "/1", _time.GetUtcNow().AddSeconds(10)) { Step = step };
}
