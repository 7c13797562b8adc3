using CarrierPay.Simulator.Smsc;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using static CarrierPay.Simulator.Tests.ScriptedEsme;

namespace CarrierPay.Simulator.Tests;

/// <summary>What the centre does wrong with its answers and deliveries, and what a client makes of it.</summary>
[TestFixture]
public sealed class AnswerFaultTests
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
    public async Task Answers_out_of_order_reach_their_own_requests()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Response: "reorder", Count: 3));

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 3).Select(number => esme.SubmitAsync(Ann, $"text {number}")));

        var ids = outcomes.Select(parts => parts.Single().MessageId).ToArray();
        Assert.That(outcomes.Select(parts => parts.Single().IsAccepted), Is.All.True);
        Assert.That(ids, Is.Ordered.And.Unique, "the ids follow the requests, not the order of the answers");
    }

    [Test]
    public async Task What_reorder_holds_back_is_let_go_when_the_faults_are_cleared()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Response: "reorder", Count: 5));
        var submitted = esme.SubmitAsync(Ann, "PAID");
        await Eventually.True(() => _simulator.Phones[Ann].MessagesAfter(0).Count == 1, "the text is on the phone");
        await Eventually.True(() => _simulator.Faults.All.Count == 0, "the answer is held");

        _simulator.Faults.Clear();

        Assert.That((await submitted).Single().IsAccepted, Is.True);
    }

    [Test]
    public async Task An_answer_that_comes_twice_is_counted_and_harms_nothing()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Response: "duplicate"));

        Assert.That((await esme.SubmitAsync(Ann, "first")).Single().IsAccepted, Is.True);
        Assert.That((await esme.SubmitAsync(Ann, "second")).Single().IsAccepted, Is.True);
        await Eventually.True(() => esme.Link.Session!.Counters.Unmatched == 1, "one answer belongs to nothing");
    }

    [Test]
    public async Task An_answer_under_a_wrong_number_leaves_its_request_unknown()
    {
        await using var esme = await BindAsync(_simulator, configure: link => link.ResponseTimeout = TimeSpan.FromMilliseconds(300));
        _simulator.Faults.Order(new FaultOrder(Response: "wrongSequence"));

        var outcome = (await esme.SubmitAsync(Ann, "first")).Single();

        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.Unknown, NoAnswerReason.TimedOut)));
        Assert.That(esme.Link.Session!.Counters.Unmatched, Is.EqualTo(1));
    }

    [Test]
    public async Task An_answer_without_a_body_is_an_answer()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Response: "noBody"));

        var outcome = (await esme.SubmitAsync(Ann, "first")).Single();

        Assert.That((outcome.IsAccepted, outcome.MessageId), Is.EqualTo((true, "")));
    }

    [Test]
    public async Task Unknown_parameters_on_an_answer_do_not_hide_it()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Response: "unknownTlv"));

        var outcome = (await esme.SubmitAsync(Ann, "first")).Single();

        Assert.That(outcome.IsAccepted, Is.True);
        Assert.That(outcome.MessageId, Is.Not.Empty);
        Assert.That(outcome.Response!.Tlvs.Select(tlv => (ushort)tlv.Tag), Is.EqualTo(new[] { 0x1402, 0x6001, 0x1402 }));
    }

    [Test]
    public async Task A_generic_nack_ends_its_request_with_the_status()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Response: "nack"));

        var outcome = (await esme.SubmitAsync(Ann, "first")).Single();

        Assert.That((outcome.Kind, outcome.Status), Is.EqualTo((RequestOutcomeKind.Responded, CommandStatus.RSYSERR)));
        Assert.That((await esme.SubmitAsync(Ann, "second")).Single().IsAccepted, Is.True);
    }

    [Test]
    public async Task Several_messages_may_be_given_the_same_id()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Submit: "sameId", Count: 2));

        var ids = new List<string>();
        for (var number = 0; number < 3; number++) ids.Add((await esme.SubmitAsync(Ann, $"text {number}")).Single().MessageId);

        Assert.That(ids[0], Is.EqualTo(ids[1]).And.Not.EqualTo(ids[2]));
    }

    [Test]
    public async Task Deliveries_out_of_order_all_arrive()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Deliver: "reorder", Count: 3));

        foreach (var phone in _simulator.Phones.All) _simulator.Smsc.Send(phone, "500", "PAY COFFEE");

        await Eventually.True(() => esme.Received.Count == 3, "three deliveries");
        Assert.That(esme.Received.Select(pdu => pdu.SequenceNumber), Is.Ordered.Descending);
        await Eventually.True(() => _simulator.Smsc.State is { Delivered: 3, Queued: 0 }, "each answer finds its text");
    }

    [Test]
    public async Task Unknown_parameters_on_a_delivery_are_kept()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Deliver: "unknownTlv"));
        Send("PAY COFFEE");

        await Eventually.True(() => esme.Received.Count == 1, "the delivery");
        Assert.That(esme.Texts, Is.EqualTo(new[] { "PAY COFFEE" }));
        Assert.That(esme.Received[0].Tlvs.Select(tlv => (ushort)tlv.Tag), Is.EqualTo(new[] { 0x1402, 0x6001, 0x1402 }));
    }

    [TestCase("0", 0u)]
    [TestCase("0x806A179B", 0x806A179Bu)]
    public async Task A_delivery_under_any_sequence_number_is_answered_with_the_same(string value, uint sequence)
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Faults.Order(new FaultOrder(Deliver: "sequence", Value: value));
        Send("PAY COFFEE");

        await Eventually.True(() => _simulator.Smsc.State is { Delivered: 1, Queued: 0 }, "the answer came back");
        Assert.That(esme.Received.Single().SequenceNumber, Is.EqualTo(sequence));
    }

    private void Send(string text) => _simulator.Smsc.Send(_simulator.Phones[Ann], "500", text);
}
