using CarrierPay.Simulator.Smsc;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using static CarrierPay.Simulator.Tests.ScriptedEsme;

namespace CarrierPay.Simulator.Tests;

[TestFixture]
public sealed class FaultTests
{
    private const string Ann = "447700900123";

    private RunningSimulator _simulator = null!;

    [SetUp]
    public async Task StartAsync() => _simulator = await SimulatorApp.StartAsync(new SimulatorOptions
    {
        Smsc = { Port = 0, RetryInterval = TimeSpan.FromMilliseconds(20) },
        Web = { Urls = "http://127.0.0.1:0" },
    });

    [TearDown]
    public async Task StopAsync() => await _simulator.DisposeAsync();

    [Test]
    public async Task The_next_text_is_delivered_again_as_often_as_ordered()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Deliver: "duplicate", Count: 2));
        Send("PAY COFFEE");
        Send("BAL");

        await Eventually.True(() => esme.Received.Count == 4, "four deliveries");
        Assert.That(esme.Texts, Is.EqualTo(new[] { "PAY COFFEE", "PAY COFFEE", "PAY COFFEE", "BAL" }));
        Assert.That(esme.Received.Select(pdu => pdu.SequenceNumber), Is.Unique);
        Assert.That(_simulator.Faults.All, Is.Empty);
    }

    [Test]
    public async Task A_lost_answer_makes_the_text_come_again()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Deliver: "mute"));
        Send("PAY COFFEE");

        await Eventually.True(() => esme.Received.Count == 2, "the text comes twice");
        await Eventually.True(() => _simulator.Smsc.State is { Delivered: 1, Queued: 0 }, "it counts once");
    }

    [Test]
    public async Task A_text_held_back_still_arrives()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Deliver: "delay", DelayMs: 30));
        Send("PAY COFFEE");

        await Eventually.True(() => esme.Received.Count == 1, "the text arrives");
    }

    [Test]
    public async Task A_submit_is_refused_with_the_status_that_was_ordered_and_reaches_no_phone()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Submit: "status", Status: "0x58"));

        Assert.That((await esme.SubmitAsync(Ann, "first")).Single().Status, Is.EqualTo(CommandStatus.RTHROTTLED));
        Assert.That((await esme.SubmitAsync(Ann, "second")).Single().IsAccepted, Is.True);
        Assert.That(_simulator.Phones[Ann].MessagesAfter(0).Select(message => message.Text), Is.EqualTo(new[] { "second" }));
    }

    [Test]
    public async Task A_submit_without_an_answer_reaches_its_phone_all_the_same()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Submit: "mute"));
        var unanswered = esme.SubmitAsync(Ann, "first");
        await esme.SubmitAsync(Ann, "second");

        Assert.That(unanswered.IsCompleted, Is.False);
        Assert.That(_simulator.Phones[Ann].MessagesAfter(0).Select(message => message.Text), Is.EqualTo(new[] { "first", "second" }));
        await esme.Link.StopAsync();
        Assert.That((await unanswered).Single().Kind, Is.EqualTo(RequestOutcomeKind.Unknown));
    }

    [Test]
    public async Task A_submit_is_answered_late()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Submit: "delay", DelayMs: 50));

        Assert.That((await esme.SubmitAsync(Ann, "first")).Single().IsAccepted, Is.True);
    }

    [Test]
    public async Task The_link_is_cut_at_the_submit_that_was_ordered_and_comes_back()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Link: "cut", Count: 2));

        Assert.That((await esme.SubmitAsync(Ann, "first")).Single().IsAccepted, Is.True);
        Assert.That((await esme.SubmitAsync(Ann, "second")).Single().Reason, Is.EqualTo(NoAnswerReason.ConnectionLost));
        await Eventually.True(() => esme.Link.State == LinkState.Bound, "the link is bound again");
        Assert.That(_simulator.Phones[Ann].MessagesAfter(0), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_text_whose_link_was_cut_comes_again_over_the_next_bind()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Link: "cut"));
        Send("PAY COFFEE");

        await Eventually.True(() => esme.Received.Count == 2, "the text comes twice");
        Assert.That(esme.Texts, Is.All.EqualTo("PAY COFFEE"));
    }

    [Test]
    public async Task A_bind_is_refused_once()
    {
        _simulator.Faults.Order(new FaultOrder(Link: "refuse", Status: "0x0D"));
        await using var esme = await BindAsync(_simulator);

        Assert.That(_simulator.Smsc.Log.Lines.Select(line => line.Text), Has.One.Contains("RBINDFAIL (0x0D)"));
    }

    [Test]
    public void Cleared_faults_do_not_happen()
    {
        _simulator.Faults.Order(new FaultOrder(Deliver: "duplicate"));
        _simulator.Faults.Order(new FaultOrder(Submit: "status", Status: "88"));
        Assert.That(_simulator.Faults.All.Select(fault => (fault.Kind, fault.Status)), Is.EqualTo(new[] { (FaultKind.DeliverDuplicate, null), (FaultKind.SubmitStatus, "0x58") }));

        _simulator.Faults.Clear();

        Assert.That(_simulator.Faults.All, Is.Empty);
    }

    [TestCaseSource(nameof(WrongOrders))]
    public void An_order_that_makes_no_sense_is_refused(FaultOrder order, string reason) =>
        Assert.That(() => _simulator.Faults.Order(order), Throws.ArgumentException.With.Message.Contains(reason));

    private static readonly TestCaseData[] WrongOrders =
    [
        new(new FaultOrder(), "Exactly one"),
        new(new FaultOrder(Deliver: "sing"), "Exactly one"),
        new(new FaultOrder(Deliver: "mute", Submit: "mute"), "Exactly one"),
        new(new FaultOrder(Deliver: "duplicate", Count: 0), "count"),
        new(new FaultOrder(Deliver: "delay"), "delayMs"),
        new(new FaultOrder(Deliver: "mute", DelayMs: 5), "delayMs"),
        new(new FaultOrder(Submit: "status"), "status"),
        new(new FaultOrder(Submit: "status", Status: "0"), "command_status"),
        new(new FaultOrder(Submit: "status", Status: "0xZZ"), "command_status"),
        new(new FaultOrder(Submit: "mute", Status: "0x58"), "status"),
    ];

    private void Send(string text) => _simulator.Smsc.Send(_simulator.Phones[Ann], "500", text);
}
