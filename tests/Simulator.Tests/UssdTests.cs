using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Ussd;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Ussd;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Simulator.Tests;

/// <summary>Sessions of handsets with an application made of the library: every gateway kind, and what real gateways do wrong.</summary>
[TestFixture]
public sealed class UssdTests
{
    private const string Ann = "447700900123", LiWei = "8613800138000";

    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    private RunningSimulator _simulator = null!;

    [TearDown]
    public async Task StopAsync() => await _simulator.DisposeAsync();

    [Test]
    public async Task A_session_goes_to_and_fro_until_the_last_text([Values("its_session_info", "user_message_reference", "none", "vendor_abort")] string profile, [Values] UssdDialledCode code)
    {
        await StartAsync(new() { Profile = profile, DialledCode = code });
        await using var esme = await UssdEsme.BindAsync(_simulator, Menu);

        var (problem, session) = _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");
        Assert.That((problem, session!.State), Is.EqualTo((UssdProblem.None, UssdState.Waiting)));
        await Shows(Ann, UssdState.Asked, "1 Balance");
        _simulator.Ussd.Answer(_simulator.Phones[Ann], "1");
        await Shows(Ann, UssdState.Ended, "12.50 EUR");

        Assert.That(esme.Taken, Is.EqualTo(new[] { (UssdTakenKind.Began, "*500#"), (UssdTakenKind.Answered, "1") }));
        Assert.That(View(Ann).End, Is.EqualTo(UssdEnd.Completed));
        Assert.That(View(Ann).Lines.Select(line => line.Text), Is.EqualTo(new[] { "*500#", "1 Balance", "1", "12.50 EUR" }));
    }

    [Test]
    public async Task A_Chinese_text_and_a_text_of_182_characters_are_shown_whole()
    {
        await StartAsync();
        var full = new string('a', 182);
        await using var esme = await UssdEsme.BindAsync(_simulator, input => new(input.Kind == UssdInputKind.Begin ? "1 余额\n2 支付" : full, input.Kind == UssdInputKind.Begin ? UssdStep.Ask : UssdStep.End));

        _simulator.Ussd.Dial(_simulator.Phones[LiWei], "*500#");
        await Shows(LiWei, UssdState.Asked, "1 余额\n2 支付");
        _simulator.Ussd.Answer(_simulator.Phones[LiWei], "2");
        await Shows(LiWei, UssdState.Ended, full);
    }

    [Test]
    public async Task The_end_key_ends_the_session_and_the_application_is_told_where_the_gateway_does_that([Values("its_session_info", "vendor_abort", "none")] string profile)
    {
        await StartAsync(new() { Profile = profile });
        await using var esme = await UssdEsme.BindAsync(_simulator, Menu);
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");
        await Shows(Ann, UssdState.Asked, "1 Balance");

        Assert.That(_simulator.Ussd.Cancel(_simulator.Phones[Ann]), Is.EqualTo(UssdProblem.None));

        Assert.That(View(Ann).End, Is.EqualTo(UssdEnd.Cancelled));
        if (profile != "none") await Eventually.True(() => esme.Taken is [.., (UssdTakenKind.GivenUp, _)], "the application is told");
        Assert.That(_simulator.Ussd.Cancel(_simulator.Phones[Ann]), Is.EqualTo(UssdProblem.NoSession));
    }

    [Test]
    public async Task A_handset_has_one_session_at_a_time()
    {
        await StartAsync();
        await using var esme = await UssdEsme.BindAsync(_simulator, Menu);
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");

        Assert.That(_simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#").Problem, Is.EqualTo(UssdProblem.Busy));
        Assert.That(_simulator.Ussd.Dial(_simulator.Phones[LiWei], "*500#").Problem, Is.EqualTo(UssdProblem.None));
    }

    [Test]
    public async Task What_cannot_be_dialled_or_answered_is_told()
    {
        await StartAsync(new() { Profile = "none", DialledCode = UssdDialledCode.DestinationAddr });
        var phone = _simulator.Phones[Ann];

        Assert.That(_simulator.Ussd.Dial(phone, "500").Problem, Is.EqualTo(UssdProblem.NotDialable));
        Assert.That(_simulator.Ussd.Dial(phone, "*501#").Problem, Is.EqualTo(UssdProblem.UnknownCode));
        Assert.That(_simulator.Ussd.Dial(phone, "*500*12345678901234567#").Problem, Is.EqualTo(UssdProblem.WrongLength));
        Assert.That(_simulator.Ussd.Answer(phone, "1").Problem, Is.EqualTo(UssdProblem.NoSession));
        _simulator.Ussd.Dial(phone, "*500#");
        Assert.That(_simulator.Ussd.Answer(phone, "1").Problem, Is.EqualTo(UssdProblem.NotAsked));
    }

    [Test]
    public async Task A_network_without_ussd_has_none()
    {
        await StartAsync(new() { Profile = "" });
        Assert.That(_simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#").Problem, Is.EqualTo(UssdProblem.NoUssd));
    }

    [Test]
    public async Task A_question_is_pushed_and_answered([Values("its_session_info", "user_message_reference", "none", "vendor_abort")] string profile)
    {
        await StartAsync(new() { Profile = profile });
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => new("Paid.", UssdStep.End));

        Assert.That(await esme.PushAsync(Ann, "Pay 12.50? 1 Yes", UssdStep.Ask), Is.EqualTo(CommandStatus.ROK));
        await Shows(Ann, UssdState.Asked, "Pay 12.50? 1 Yes");
        _simulator.Ussd.Answer(_simulator.Phones[Ann], "1");
        await Shows(Ann, UssdState.Ended, "Paid.");
        Assert.That(View(Ann).Pushed);
    }

    [Test]
    public async Task A_pushed_notification_is_shown_and_confirmed()
    {
        await StartAsync();
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => null);

        Assert.That(await esme.PushAsync(Ann, "You have paid.", UssdStep.Notify), Is.EqualTo(CommandStatus.ROK));
        await Shows(Ann, UssdState.Ended, "You have paid.");
        await Eventually.True(() => esme.Taken is [(UssdTakenKind.Acknowledged, "")], "it is confirmed");
    }

    [Test]
    public async Task A_notification_within_a_session_is_shown_and_the_session_goes_on()
    {
        await StartAsync();
        await using var esme = await UssdEsme.BindAsync(_simulator, input => input.Kind switch
        {
            UssdInputKind.Begin => new("One moment.", UssdStep.Notify),
            UssdInputKind.Acknowledged => new("1 Balance"),
            _ => null,
        });
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");

        await Shows(Ann, UssdState.Asked, "1 Balance");
        Assert.That(View(Ann).Lines.Select(line => line.Text), Is.EqualTo(new[] { "*500#", "One moment.", "1 Balance" }));
    }

    [Test]
    public async Task Nothing_is_pushed_to_a_handset_that_is_busy_or_that_nobody_has()
    {
        await StartAsync();
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => null);
        // It is in a session of which this application has not been told by number.
        _simulator.Ussd.Dial(_simulator.Phones[LiWei], "*500#");
        await Eventually.True(() => esme.Taken.Count == 1, "it dialled");

        await using var other = await UssdEsme.BindAsync(_simulator, _ => null);
        Assert.That(await other.PushAsync(LiWei, "Pay?", UssdStep.Ask), Is.EqualTo(CommandStatus.RSUBMITFAIL));
        Assert.That(await other.PushAsync("447700900999", "Pay?", UssdStep.Ask), Is.EqualTo(CommandStatus.RINVDSTADR));
    }

    [Test]
    public async Task An_application_that_says_nothing_loses_the_session()
    {
        await StartAsync(time: _time);
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => null);
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");
        await Eventually.True(() => esme.Taken.Count == 1, "it has the input");

        _time.Advance(TimeSpan.FromSeconds(16));

        Assert.That(View(Ann).End, Is.EqualTo(UssdEnd.NoAnswer));
        await Eventually.True(() => esme.Taken is [.., (UssdTakenKind.GivenUp, _)], "the application is told");
    }

    [Test]
    public async Task A_subscriber_who_says_nothing_loses_the_session()
    {
        await StartAsync(time: _time);
        await using var esme = await UssdEsme.BindAsync(_simulator, Menu);
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");
        await Shows(Ann, UssdState.Asked, "1 Balance");

        _time.Advance(TimeSpan.FromSeconds(61));

        Assert.That(View(Ann).End, Is.EqualTo(UssdEnd.UserTimeout));
    }

    [Test]
    public async Task A_session_does_not_last_for_ever()
    {
        await StartAsync(new() { SessionTimeout = TimeSpan.FromSeconds(20) }, _time);
        await using var esme = await UssdEsme.BindAsync(_simulator, Menu);
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");
        await Shows(Ann, UssdState.Asked, "1 Balance");

        _time.Advance(TimeSpan.FromSeconds(21));

        Assert.That(View(Ann).End, Is.EqualTo(UssdEnd.SessionTimeout));
    }

    [Test]
    public async Task An_input_that_is_refused_ends_the_session()
    {
        await StartAsync();
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => new("", Status: CommandStatus.RX_T_APPN));
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");

        await Eventually.True(() => View(Ann).End == UssdEnd.Refused, "it is over");
        Assert.That(View(Ann).Problem, Does.Contain("0x64"));
    }

    [Test]
    public async Task Someone_who_dials_before_a_system_is_bound_is_served_when_it_comes()
    {
        await StartAsync();
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");
        await using var esme = await UssdEsme.BindAsync(_simulator, Menu);

        await Shows(Ann, UssdState.Asked, "1 Balance");
    }

    [Test]
    public async Task A_cut_link_repeats_the_input_and_the_reply_is_the_same()
    {
        await StartAsync();
        await using var esme = await UssdEsme.BindAsync(_simulator, Menu);
        _simulator.Faults.Order(new FaultOrder(Link: "cut"));
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");

        await Shows(Ann, UssdState.Asked, "1 Balance");
        _simulator.Ussd.Answer(_simulator.Phones[Ann], "1");
        await Shows(Ann, UssdState.Ended, "12.50 EUR");
        Assert.That(esme.Taken.Count(taken => taken.Kind == UssdTakenKind.Began), Is.EqualTo(1), "decided once");
    }

    [Test]
    public async Task A_duplicate_is_no_second_input()
    {
        await StartAsync();
        await using var esme = await UssdEsme.BindAsync(_simulator, Menu);
        _simulator.Faults.Order(new FaultOrder(Ussd: "duplicate", Count: 2));
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");

        await Eventually.True(() => esme.Taken.Count == 3, "it is delivered three times");
        Assert.That(esme.Taken.Count(taken => taken.Kind == UssdTakenKind.Began), Is.EqualTo(1));
    }

    /// <summary>Two deliveries of one input have the same answer, and the second may be taken between the taking and the showing of the first.</summary>
    [Test]
    public async Task A_text_that_comes_twice_is_shown_once_however_soon_it_is_answered()
    {
        await StartAsync(new() { Profile = "none" });
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => null);
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");
        var session = UssdSession.ToBegin(Address.International(Ann), Address.ShortCode("500"));
        var text = new UssdCodec(_simulator.Ussd.Profile!).Write(session, "1 Balance", UssdStep.Ask);

        Assert.That((_simulator.Ussd.Take(text, out var show), _simulator.Ussd.Take(text, out var showAgain)), Is.EqualTo((CommandStatus.ROK, CommandStatus.ROK)));
        var other = new UssdCodec(_simulator.Ussd.Profile!).Write(session, "2 Pay", UssdStep.Ask);
        Assert.That(_simulator.Ussd.Take(other, out _), Is.EqualTo(CommandStatus.RSUBMITFAIL), "the one before waits for its answer");
        show();
        _simulator.Ussd.Answer(_simulator.Phones[Ann], "1");
        showAgain();

        Assert.That(View(Ann).State, Is.EqualTo(UssdState.Waiting));
        Assert.That(View(Ann).Lines.Select(line => line.Text), Is.EqualTo(new[] { "*500#", "1 Balance", "1" }));
    }

    [Test]
    public async Task A_dropped_session_refuses_its_text()
    {
        await StartAsync();
        await using var esme = await UssdEsme.BindAsync(_simulator, Menu);
        _simulator.Faults.Order(new FaultOrder(Ussd: "drop"));
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");

        await Eventually.True(() => esme.Statuses is [CommandStatus.RSUBMITFAIL], "the text is refused");
        Assert.That(View(Ann).End, Is.EqualTo(UssdEnd.Dropped));
    }

    [Test]
    public async Task An_abort_comes_right_after_an_input()
    {
        await StartAsync();
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => null);
        _simulator.Faults.Order(new FaultOrder(Ussd: "abort"));
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");

        await Eventually.True(() => esme.Taken.Select(taken => taken.Kind).SequenceEqual([UssdTakenKind.Began, UssdTakenKind.GivenUp]), "it is given up");
        Assert.That(View(Ann).End, Is.EqualTo(UssdEnd.Cancelled));
    }

    [Test]
    public async Task Silence_takes_a_text_and_tells_nobody()
    {
        await StartAsync(time: _time);
        await using var esme = await UssdEsme.BindAsync(_simulator, Menu);
        _simulator.Faults.Order(new FaultOrder(Ussd: "silence"));
        _simulator.Ussd.Dial(_simulator.Phones[Ann], "*500#");
        await Eventually.True(() => esme.Statuses is [CommandStatus.ROK], "the text is taken");

        _time.Advance(TimeSpan.FromSeconds(16));

        Assert.That(View(Ann).End, Is.EqualTo(UssdEnd.NoAnswer), "the handset sees nothing");
        Assert.That(esme.Taken, Has.Count.EqualTo(1));
    }

    private static UssdEsme.Answer Menu(UssdInput input) => input.Kind == UssdInputKind.Begin ? new("1 Balance") : new("12.50 EUR", UssdStep.End);

    private async Task StartAsync(UssdOptions? ussd = null, TimeProvider? time = null) =>
        _simulator = await SimulatorApp.StartAsync(new SimulatorOptions { Smsc = { Port = 0 }, Web = { Urls = "http://127.0.0.1:0" }, Ussd = ussd ?? new() }, time);

    private UssdView View(string msisdn) => _simulator.Ussd.Find(msisdn)!;

    private Task Shows(string msisdn, UssdState state, string text) =>
        Eventually.True(() => View(msisdn).State == state && View(msisdn).Text == text, $"{state} with \"{text}\"", () => View(msisdn).ToString());
}
