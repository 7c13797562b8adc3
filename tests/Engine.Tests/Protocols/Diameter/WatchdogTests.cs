using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>RFC 3539, section 3.4.1, line by line.</summary>
[TestFixture]
public sealed class WatchdogTests
{
    private static readonly TimeSpan Tw = TimeSpan.FromSeconds(30);
    private readonly Watchdog _watchdog = new(Tw, () => TimeSpan.Zero);
    private Watchdog _returned = null!;

    [SetUp]
    public void Come_back()
    {
        _returned = new(Tw, () => TimeSpan.Zero);
        Assert.That(_returned.Connected(cameBack: true, At(0)), Is.EqualTo(WatchdogAction.SendRequest));
    }

    [Test]
    public void A_first_connection_is_used_at_once()
    {
        var first = new Watchdog(Tw, () => TimeSpan.Zero);
        Assert.That(first.IsOkay, Is.False);
        Assert.That(first.Connected(cameBack: false, At(0)), Is.EqualTo(WatchdogAction.None));
        Assert.That(first.IsOkay, Is.True);
    }

    [Test]
    public void A_connection_that_came_back_is_used_after_three_answers_which_follow_each_other_at_once()
    {
        Assert.That(_returned.IsOkay, Is.False);
        Assert.That(_returned.Received(isWatchdogAnswer: true, At(0)), Is.EqualTo(WatchdogAction.SendRequest));
        Assert.That(_returned.Received(isWatchdogAnswer: true, At(0)), Is.EqualTo(WatchdogAction.SendRequest));
        Assert.That(_returned.IsOkay, Is.False);
        Assert.That(_returned.Received(isWatchdogAnswer: true, At(0)), Is.EqualTo(WatchdogAction.None));
        Assert.That(_returned.IsOkay, Is.True);
    }

    [Test]
    public void Other_messages_do_not_count_for_a_connection_that_came_back()
    {
        for (var i = 0; i < 5; i++)
            Assert.That(_returned.Received(isWatchdogAnswer: false, At(0)), Is.EqualTo(WatchdogAction.None));
        Assert.That(_returned.State, Is.EqualTo(WatchdogState.Reopen));
    }

    [Test]
    public void A_connection_that_came_back_and_stays_silent_for_two_intervals_is_closed()
    {
        Assert.That(_returned.Tick(At(30)), Is.EqualTo(WatchdogAction.None));
        Assert.That(_returned.Tick(At(60)), Is.EqualTo(WatchdogAction.Close));
    }

    [Test]
    public void Silence_is_asked_about_then_suspected_then_closed()
    {
        _watchdog.Connected(cameBack: false, At(0));
        Assert.That(_watchdog.Tick(At(29)), Is.EqualTo(WatchdogAction.None));
        Assert.That(_watchdog.Tick(At(30)), Is.EqualTo(WatchdogAction.SendRequest));
        Assert.That(_watchdog.Tick(At(60)), Is.EqualTo(WatchdogAction.FailOver));
        Assert.That(_watchdog.IsOkay, Is.False);
        Assert.That(_watchdog.Tick(At(90)), Is.EqualTo(WatchdogAction.Close));
        Assert.That(_watchdog.State, Is.EqualTo(WatchdogState.Down));
    }

    [Test]
    public void Any_message_puts_the_question_off()
    {
        _watchdog.Connected(cameBack: false, At(0));
        _watchdog.Received(isWatchdogAnswer: false, At(20));
        Assert.That(_watchdog.Tick(At(49)), Is.EqualTo(WatchdogAction.None));
        Assert.That(_watchdog.Tick(At(50)), Is.EqualTo(WatchdogAction.SendRequest));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_message_takes_the_suspicion_away(bool isWatchdogAnswer)
    {
        _watchdog.Connected(cameBack: false, At(0));
        _watchdog.Tick(At(30));
        _watchdog.Tick(At(60));
        _watchdog.Received(isWatchdogAnswer, At(61));
        Assert.That(_watchdog.IsOkay, Is.True);
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);
}
