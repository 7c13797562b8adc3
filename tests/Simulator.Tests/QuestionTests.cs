using System.Text;
using CarrierPay.Simulator.Smsc;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using static CarrierPay.Simulator.Tests.ScriptedEsme;

namespace CarrierPay.Simulator.Tests;

/// <summary>query_sm, cancel_sm, replace_sm, data_sm and submit_multi, answered as a real centre answers them.</summary>
[TestFixture]
public sealed class QuestionTests
{
    private const string Ann = "447700900123";
    private const string Sam = "447700900456";
    private static readonly Address ShortCode = Address.ShortCode("500");

    private RunningSimulator _simulator = null!;
    private ScriptedEsme _esme = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _simulator = await SimulatorApp.StartAsync();
        _esme = await BindAsync(_simulator, configure: link => link.ResponseTimeout = TimeSpan.FromSeconds(20));
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _esme.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    [Test]
    public async Task A_delivered_message_is_delivered_since_a_time()
    {
        var id = (await _esme.SubmitAsync(Ann, "Paid")).Single().MessageId;

        var answer = await QueryAsync(id);

        Assert.That((answer.MessageId, answer.MessageState), Is.EqualTo((id, SmMessageState.Delivered)));
        Assert.That(SmppTime.TryParse(answer.FinalDate, default, out _), Is.True);
    }

    [Test]
    public async Task A_message_that_waits_for_its_time_is_on_its_way()
    {
        var id = await ScheduleAsync("Later");

        var answer = await QueryAsync(id);

        Assert.That((answer.MessageState, answer.FinalDate), Is.EqualTo((SmMessageState.Enroute, "")));
        Assert.That(_simulator.Phones[Ann].MessagesAfter(0), Is.Empty);
    }

    [Test]
    public async Task A_message_goes_to_its_phone_when_it_is_due()
    {
        await ScheduleAsync("Soon", TimeSpan.FromSeconds(1));

        await Eventually.True(() => _simulator.Phones[Ann].MessagesAfter(0).Count == 1, "the text");
    }

    [Test]
    public async Task A_message_that_nobody_knows_and_one_of_another_sender_are_errors()
    {
        var id = (await _esme.SubmitAsync(Ann, "Paid")).Single().MessageId;

        Assert.That((await AskAsync(new QuerySm { MessageId = "nothing", SourceAddr = ShortCode })).Status, Is.EqualTo(CommandStatus.RINVMSGID));
        Assert.That((await AskAsync(new QuerySm { MessageId = id, SourceAddr = Address.ShortCode("501") })).Status, Is.EqualTo(CommandStatus.RQUERYFAIL));
    }

    [Test]
    public async Task A_question_can_stay_without_an_answer()
    {
        _simulator.Faults.Order(new FaultOrder(Query: "mute"));
        var question = AskAsync(new QuerySm { MessageId = "1", SourceAddr = ShortCode });
        await Eventually.True(() => _simulator.Faults.All.Count == 0, "the question was there");

        Assert.That((await _esme.SubmitAsync(Ann, "Paid")).Single().IsAccepted, Is.True);
        Assert.That(question.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_message_that_waits_can_be_taken_back_once()
    {
        var id = await ScheduleAsync("Later");
        var cancel = new CancelSm { MessageId = id, SourceAddr = ShortCode, DestinationAddr = Address.International(Ann) };

        Assert.That((await AskAsync(cancel)).Status, Is.EqualTo(CommandStatus.ROK));
        Assert.That((await AskAsync(cancel)).Status, Is.EqualTo(CommandStatus.RCANCELFAIL));
        Assert.That((await QueryAsync(id)).MessageState, Is.EqualTo(SmMessageState.Deleted));
        await Eventually.True(() => _esme.Received.Count == 1, "a receipt says so");
    }

    [Test]
    public async Task All_messages_between_two_numbers_can_be_taken_back_together()
    {
        var ids = new[] { await ScheduleAsync("Later"), await ScheduleAsync("Later still") };

        Assert.That((await AskAsync(new CancelSm { SourceAddr = ShortCode, DestinationAddr = Address.International(Ann) })).Status, Is.EqualTo(CommandStatus.ROK));

        foreach (var id in ids) Assert.That((await QueryAsync(id)).MessageState, Is.EqualTo(SmMessageState.Deleted));
    }

    [Test]
    public async Task What_was_delivered_or_never_was_cannot_be_taken_back_or_replaced()
    {
        var id = (await _esme.SubmitAsync(Ann, "Paid")).Single().MessageId;

        Assert.That((await AskAsync(new CancelSm { MessageId = id, SourceAddr = ShortCode, DestinationAddr = Address.International(Ann) })).Status, Is.EqualTo(CommandStatus.RCANCELFAIL));
        Assert.That((await AskAsync(new CancelSm { MessageId = "nothing", SourceAddr = ShortCode })).Status, Is.EqualTo(CommandStatus.RINVMSGID));
        Assert.That((await AskAsync(new ReplaceSm { MessageId = id, SourceAddr = ShortCode })).Status, Is.EqualTo(CommandStatus.RREPLACEFAIL));
        Assert.That((await AskAsync(new ReplaceSm { MessageId = "nothing", SourceAddr = ShortCode })).Status, Is.EqualTo(CommandStatus.RINVMSGID));
    }

    [Test]
    public async Task A_message_that_waits_can_be_given_another_text_and_time()
    {
        var id = await ScheduleAsync("Later");

        var outcome = await AskAsync(new ReplaceSm
        {
            MessageId = id,
            SourceAddr = ShortCode,
            ScheduleDeliveryTime = SmppTime.Relative(TimeSpan.Zero),
            ShortMessage = "Now"u8.ToArray(),
        });

        Assert.That(outcome.Status, Is.EqualTo(CommandStatus.ROK));
        await Eventually.True(() => _simulator.Phones[Ann].MessagesAfter(0) is [{ Text: "Now" }], "the other text");
    }

    [Test]
    public async Task A_message_may_wait_for_decades_and_still_be_taken_back()
    {
        var id = (await AskAsync(Message("Much later") with { ScheduleDeliveryTime = "991231000000000+" })).MessageId;

        Assert.That((await AskAsync(new CancelSm { MessageId = id, SourceAddr = ShortCode, DestinationAddr = Address.International(Ann) })).Status, Is.EqualTo(CommandStatus.ROK));
        await Eventually.True(() => _esme.Received.Count == 1, "a receipt says so");
    }

    [Test]
    public async Task A_data_sm_is_a_message_like_any_other()
    {
        var outcome = await AskAsync(new DataSm
        {
            SourceAddr = ShortCode,
            DestinationAddr = Address.International(Ann),
            RegisteredDelivery = 1,
            Tlvs = [new Tlv(TlvTag.MessagePayload, "Paid"u8.ToArray())],
        });

        Assert.That(outcome.Response, Is.TypeOf<DataSmResp>());
        Assert.That((await QueryAsync(outcome.MessageId)).MessageState, Is.EqualTo(SmMessageState.Delivered));
        Assert.That(_simulator.Phones[Ann].MessagesAfter(0).Select(message => message.Text), Is.EqualTo(new[] { "Paid" }));
        await Eventually.True(() => _esme.Received.Count == 1, "its receipt");
    }

    [Test]
    public async Task A_submit_multi_reaches_all_its_phones_and_names_those_that_were_not_taken()
    {
        var outcome = await AskAsync(new SubmitMulti
        {
            SourceAddr = ShortCode,
            Destinations = [Destination.Of(Address.International(Ann)), Destination.Of(Address.International("12")), Destination.OfDistributionList("staff"), Destination.Of(Address.International(Sam))],
            ShortMessage = "Closed today"u8.ToArray(),
        });

        var response = (SubmitMultiResp)outcome.Response!;
        Assert.That(outcome.IsAccepted, Is.True);
        Assert.That(response.MessageId, Is.Not.Empty);
        Assert.That(response.UnsuccessSmes.Select(sme => (sme.Address.Digits, sme.ErrorStatusCode)),
            Is.EqualTo(new[] { ("12", CommandStatus.RINVDSTADR), ("", CommandStatus.RINVDLNAME) }));
        foreach (var phone in new[] { Ann, Sam }) Assert.That(_simulator.Phones[phone].MessagesAfter(0).Select(message => message.Text), Is.EqualTo(new[] { "Closed today" }));
    }

    [Test]
    public async Task A_submit_multi_that_nobody_can_be_sent_is_refused()
    {
        var outcome = await AskAsync(new SubmitMulti { SourceAddr = ShortCode, Destinations = [Destination.Of(Address.International("12"))], ShortMessage = "Hello"u8.ToArray() });

        Assert.That(outcome.Status, Is.EqualTo(CommandStatus.RINVDSTADR));
    }

    [Test]
    public async Task A_sender_too_long_for_a_receipt_and_a_time_that_is_none_are_refused()
    {
        var data = new DataSm { SourceAddr = new Address(Ton.Alphanumeric, Npi.Unknown, new string('x', 40)), DestinationAddr = Address.International(Ann) };

        Assert.That((await AskAsync(data)).Status, Is.EqualTo(CommandStatus.RINVSRCADR));
        Assert.That((await AskAsync(Message("Hello") with { ScheduleDeliveryTime = "991399000000000+" })).Status, Is.EqualTo(CommandStatus.RINVSCHED));
    }

    private async Task<RequestOutcome> AskAsync(SmppPdu request) => await _esme.Link.RequestAsync(request);

    private async Task<QuerySmResp> QueryAsync(string id) => (QuerySmResp)(await AskAsync(new QuerySm { MessageId = id, SourceAddr = ShortCode })).Response!;

    private async Task<string> ScheduleAsync(string text, TimeSpan? after = null) =>
        (await AskAsync(Message(text) with { ScheduleDeliveryTime = SmppTime.Relative(after ?? TimeSpan.FromHours(1)) })).MessageId;

    private static SubmitSm Message(string text) => new()
    {
        SourceAddr = ShortCode,
        DestinationAddr = Address.International(Ann),
        RegisteredDelivery = 1,
        ShortMessage = Encoding.ASCII.GetBytes(text),
    };
}
