using CarrierPay.Simulator.Smsc;
using CarrierPay.SmppAdapter.Session;
using static CarrierPay.Simulator.Tests.ScriptedEsme;

namespace CarrierPay.Simulator.Tests;

/// <summary>What goes wrong with binds, connections and octets, and how a client comes through it.</summary>
[TestFixture]
public sealed class WireFaultTests
{
    private const string Ann = "447700900123";
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(300);

    private RunningSimulator _simulator = null!;

    [SetUp]
    public async Task StartAsync() => _simulator = await SimulatorApp.StartAsync(new SimulatorOptions
    {
        Smsc = { Port = 0, RetryInterval = TimeSpan.FromMilliseconds(20) },
        Web = { Urls = "http://127.0.0.1:0" },
    });

    [TearDown]
    public async Task StopAsync() => await _simulator.DisposeAsync();

    [TestCase("split")]
    [TestCase("octets")]
    public async Task PDUs_in_pieces_are_put_together(string wire)
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Wire: wire, Count: 3));

        Assert.That((await esme.SubmitAsync(Ann, "first")).Single().IsAccepted, Is.True);
        Assert.That((await esme.SubmitAsync(Ann, "second")).Single().IsAccepted, Is.True);
        Send("PAY COFFEE");
        await Eventually.True(() => esme.Texts is ["PAY COFFEE"], "the delivery");
        Assert.That(_simulator.Faults.All, Is.Empty);
    }

    [TestCase("0")]
    [TestCase("8")]
    [TestCase("0x7FFFFFFF")]
    public async Task An_impossible_command_length_costs_the_connection_and_nothing_else(string length)
    {
        await using var esme = await BindAsync(_simulator);
        var session = esme.Link.Session!;
        _simulator.Faults.Order(new FaultOrder(Wire: "length", Value: length));

        var outcome = (await esme.SubmitAsync(Ann, "first")).Single();

        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.Unknown, NoAnswerReason.ConnectionLost)));
        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.ProtocolError));
        await IsFineAgainAsync(esme);
    }

    [Test]
    public async Task Garbage_before_a_PDU_costs_the_connection_and_nothing_else()
    {
        await using var esme = await BindAsync(_simulator);
        var session = esme.Link.Session!;
        _simulator.Faults.Order(new FaultOrder(Wire: "garbage"));

        Assert.That((await esme.SubmitAsync(Ann, "first")).Single().Kind, Is.EqualTo(RequestOutcomeKind.Unknown));
        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.ProtocolError));
        await IsFineAgainAsync(esme);
    }

    [Test]
    public async Task A_slow_reader_delays_and_loses_nothing()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Wire: "slow", DelayMs: 2, Count: 50));

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 300).Select(number => esme.SubmitAsync(Ann, $"text {number}")));

        Assert.That(outcomes.Select(parts => parts.Single().IsAccepted), Is.All.True);
        Assert.That(_simulator.Phones[Ann].MessagesAfter(0).Select(message => message.Text), Is.EqualTo(Enumerable.Range(1, 300).Select(number => $"text {number}")));
    }

    [Test]
    public async Task A_reset_in_the_middle_of_the_window_leaves_what_was_sent_unknown()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Link: "reset", Count: 3));
        // The answers wait, so that ten requests are in flight when the third answer brings the reset.
        _simulator.Faults.Order(new FaultOrder(Submit: "delay", DelayMs: 100, Count: 10));

        var outcomes = (await Task.WhenAll(Enumerable.Range(1, 10).Select(number => esme.SubmitAsync(Ann, $"text {number}")))).Select(parts => parts.Single()).ToArray();

        Assert.That(outcomes.Count(outcome => outcome.Kind == RequestOutcomeKind.Unknown), Is.InRange(8, 10), "a reset may overtake the two answers before it");
        await IsFineAgainAsync(esme);
    }

    [Test]
    public async Task A_connection_that_falls_silent_is_found_dead()
    {
        await using var esme = await BindAsync(_simulator, configure: link => (link.EnquireLinkInterval, link.EnquireLinkTimeout, link.Tick) = (Brief, Brief, TimeSpan.FromMilliseconds(20)));
        var session = esme.Link.Session!;
        _simulator.Faults.Order(new FaultOrder(Link: "silent"));

        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.KeepAliveTimeout));
        await IsFineAgainAsync(esme);
    }

    [TestCase("halfOpen")]
    [TestCase("banner")]
    public async Task A_connection_that_is_no_SMPP_is_left_and_tried_again(string link)
    {
        _simulator.Faults.Order(new FaultOrder(Link: link));
        await using var esme = await BindAsync(_simulator, configure: options => options.BindTimeout = Brief);

        Assert.That(_simulator.Faults.All, Is.Empty);
        await IsFineAgainAsync(esme);
    }

    [Test]
    public async Task A_bind_that_is_never_answered_is_given_up_and_tried_again()
    {
        _simulator.Faults.Order(new FaultOrder(Bind: "mute"));
        await using var esme = await BindAsync(_simulator, configure: options => options.BindTimeout = Brief);

        Assert.That(_simulator.Faults.All, Is.Empty);
        await IsFineAgainAsync(esme);
    }

    [Test]
    public async Task A_bind_response_without_system_id_binds()
    {
        _simulator.Faults.Order(new FaultOrder(Bind: "bare"));
        await using var esme = await BindAsync(_simulator);

        Assert.That(_simulator.Smsc.State.Binds, Has.Count.EqualTo(1));
        await IsFineAgainAsync(esme);
    }

    [Test]
    public async Task A_refused_bind_whose_connection_stays_open_is_closed_by_the_client()
    {
        _simulator.Faults.Order(new FaultOrder(Bind: "refuseOpen", Status: "0x0D"));
        await using var esme = await BindAsync(_simulator, configure: options => options.CloseTimeout = Brief);

        Assert.That(_simulator.Faults.All, Is.Empty);
        await IsFineAgainAsync(esme);
    }

    [Test]
    public async Task An_unbind_answered_on_a_connection_that_stays_open_ends_in_time()
    {
        await using var esme = await BindAsync(_simulator, configure: options => options.CloseTimeout = Brief);
        _simulator.Faults.Order(new FaultOrder(Link: "staysOpen"));

        await esme.Link.StopAsync();

        Assert.That(esme.Link.State, Is.EqualTo(LinkState.Closed));
        Assert.That(_simulator.Faults.All, Is.Empty);
    }

    [Test]
    public async Task An_unbind_that_nobody_asked_for_is_answered_and_the_link_comes_back()
    {
        await using var esme = await BindAsync(_simulator);
        var session = esme.Link.Session!;
        _simulator.Faults.Order(new FaultOrder(Send: "unbind"));

        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.PeerUnbound));
        await IsFineAgainAsync(esme);
    }

    [TestCase("alert", 3)]
    [TestCase("enquireLink", 1000)]
    [TestCase("nack", 2)]
    [TestCase("stray", 2)]
    [TestCase("unknownCommand", 2)]
    public async Task What_nobody_asked_for_does_not_disturb_the_session(string send, int count)
    {
        await using var esme = await BindAsync(_simulator);
        var session = esme.Link.Session;
        _simulator.Faults.Order(new FaultOrder(Send: send, Count: count));

        await IsFineAgainAsync(esme);
        Assert.That(esme.Link.Session, Is.SameAs(session));
        Assert.That(_simulator.Faults.All, Is.Empty);
    }

    [Test]
    public async Task What_is_to_be_sent_unasked_waits_for_a_bind()
    {
        _simulator.Faults.Order(new FaultOrder(Send: "stray"));
        await using var esme = await BindAsync(_simulator);

        await Eventually.True(() => esme.Link.Session!.Counters.Unmatched == 1, "the stray answer");
    }

    [Test]
    public async Task The_centre_knows_where_a_system_really_is()
    {
        await using var raw = await RawEsme.ConnectAsync(_simulator.SmscPort);
        await raw.BindAsync("carrierpay", "secret");
        await Eventually.True(() => _simulator.Smsc.State.Binds.Count == 1, "bound");

        Assert.That(_simulator.Smsc.State.Binds[0].RemoteAddress, Is.EqualTo(raw.LocalName));
        await raw.DisposeAsync();
        await Eventually.True(() => _simulator.Smsc.Log.Lines.Any(line => line.Text.StartsWith($"carrierpay from {raw.LocalName} is gone", StringComparison.Ordinal)), "the line");
    }

    /// <summary>Messages pass in both directions.</summary>
    private async Task IsFineAgainAsync(ScriptedEsme esme)
    {
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        var before = esme.Received.Count;
        Send("BAL");
        await Eventually.True(() => esme.Received.Count > before && _simulator.Smsc.State.Queued == 0, "a text of a phone arrives");
        await esme.Link.WaitUntilBoundAsync(deadline.Token);
        Assert.That((await esme.SubmitAsync(Ann, "fine")).Single().IsAccepted, Is.True);
    }

    private void Send(string text) => _simulator.Smsc.Send(_simulator.Phones[Ann], "500", text);
}
