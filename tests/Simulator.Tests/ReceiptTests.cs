using System.Globalization;
using System.Text;
using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Smsc.Receipts;
using CarrierPay.SmppAdapter.Pdu;
using static CarrierPay.Simulator.Tests.ScriptedEsme;

namespace CarrierPay.Simulator.Tests;

/// <summary>Receipts of every kind that an integrator may meet.</summary>
[TestFixture]
public sealed class ReceiptTests
{
    private const string Ann = "447700900123";
    private const string Nobody = "447700900999";

    private RunningSimulator _simulator = null!;

    [SetUp]
    public async Task StartAsync() => _simulator = await SimulatorApp.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _simulator.DisposeAsync();

    [Test]
    public async Task A_receipt_says_the_same_in_its_text_and_in_its_parameters()
    {
        var (id, receipt) = await OneAsync(new ReceiptOrder());

        Assert.That(Text(receipt), Does.Match($@"^id:{id} sub:001 dlvrd:001 submit date:\d{{10}} done date:\d{{10}} stat:DELIVRD err:000 text:Paid$"));
        Assert.That((TlvId(receipt), State(receipt), receipt.EsmClass), Is.EqualTo((id, 2, 0x04)));
        Assert.That((receipt.SourceAddr.Digits, receipt.DestinationAddr.Digits), Is.EqualTo((Ann, "500")));
    }

    [Test]
    public async Task A_receipt_of_parameters_only_has_no_text()
    {
        var (id, receipt) = await OneAsync(new ReceiptOrder(Form: ReceiptForm.Tlv));

        Assert.That((receipt.ShortMessage.Length, TlvId(receipt), State(receipt)), Is.EqualTo((0, id, 2)));
    }

    [Test]
    public async Task A_receipt_of_text_only_has_no_parameters()
    {
        var (id, receipt) = await OneAsync(new ReceiptOrder(Form: ReceiptForm.Text));

        Assert.That(receipt.Tlvs, Is.Empty);
        Assert.That(Text(receipt), Does.StartWith($"id:{id} "));
    }

    [TestCase(ReceiptId.Decimal)]
    [TestCase(ReceiptId.Hex)]
    [TestCase(ReceiptId.Upper)]
    [TestCase(ReceiptId.Zeros)]
    [TestCase(ReceiptId.Stripped)]
    [TestCase(ReceiptId.Other)]
    public async Task The_id_is_written_as_ordered(ReceiptId form)
    {
        var (id, receipt) = await OneAsync(new ReceiptOrder(Id: form));
        var number = long.Parse(id, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        Assert.That(TlvId(receipt), form switch
        {
            ReceiptId.Decimal => Is.EqualTo(number.ToString(CultureInfo.InvariantCulture)),
            ReceiptId.Hex => Is.EqualTo(number.ToString("x", CultureInfo.InvariantCulture)),
            ReceiptId.Upper => Is.EqualTo(number.ToString("X", CultureInfo.InvariantCulture)),
            ReceiptId.Zeros => Is.EqualTo("0000" + id),
            ReceiptId.Stripped => Is.EqualTo(id.TrimStart('0')),
            _ => Is.Not.EqualTo(id),
        });
        Assert.That(Text(receipt), Does.StartWith($"id:{TlvId(receipt)} "));
    }

    [Test]
    public async Task Text_and_parameter_may_write_the_id_differently()
    {
        var (id, receipt) = await OneAsync(new ReceiptOrder(Id: ReceiptId.Decimal, TlvId: ReceiptId.Same));

        Assert.That(TlvId(receipt), Is.EqualTo(id));
        Assert.That(Text(receipt), Does.StartWith($"id:{Convert.ToInt64(id, 16)} "));
    }

    [Test]
    public async Task Responses_may_give_decimal_ids_and_receipts_hexadecimal_ones()
    {
        await using var simulator = await SimulatorApp.StartAsync(new SimulatorOptions
        {
            Smsc = { Port = 0, MessageIds = MessageIdForm.Decimal, Receipts = { Id = ReceiptId.Hex } },
            Web = { Urls = "http://127.0.0.1:0" },
        });
        await using var esme = await BindAsync(simulator);
        var id = (await esme.SubmitAsync(Ann, "Paid", registeredDelivery: 1)).Single().MessageId;

        await Eventually.True(() => esme.Received.Count == 1, "the receipt");
        Assert.That(TlvId(esme.Received[0]), Is.EqualTo(long.Parse(id, CultureInfo.InvariantCulture).ToString("x", CultureInfo.InvariantCulture)));
    }

    [TestCase(SmMessageState.Delivered, "DELIVRD", 2, true)]
    [TestCase(SmMessageState.Expired, "EXPIRED", 3, false)]
    [TestCase(SmMessageState.Deleted, "DELETED", 4, false)]
    [TestCase(SmMessageState.Undeliverable, "UNDELIV", 5, false)]
    [TestCase(SmMessageState.Accepted, "ACCEPTD", 6, true)]
    [TestCase(SmMessageState.Unknown, "UNKNOWN", 7, true)]
    [TestCase(SmMessageState.Rejected, "REJECTD", 8, false)]
    [TestCase(SmMessageState.Enroute, "ENROUTE", 1, true)]
    public async Task Every_state_can_be_ordered_and_one_that_is_a_failure_keeps_the_text_from_its_phone(SmMessageState state, string word, int number, bool arrives)
    {
        var (_, receipt) = await OneAsync(new ReceiptOrder(State: state));

        Assert.That(Text(receipt), Does.Contain($" stat:{word} "));
        Assert.That(State(receipt), Is.EqualTo(number));
        Assert.That(_simulator.Phones[Ann].MessagesAfter(0), Has.Count.EqualTo(arrives ? 1 : 0));
    }

    [Test]
    public async Task A_text_for_a_number_that_nobody_has_is_undeliverable()
    {
        await using var esme = await BindAsync(_simulator);
        await esme.SubmitAsync(Nobody, "Paid", registeredDelivery: 2);

        await Eventually.True(() => esme.Received.Count == 1, "the receipt");
        Assert.That(Text(esme.Received[0]), Does.Contain("dlvrd:000").And.Contain("stat:UNDELIV err:001"));
    }

    [Test]
    public async Task Receipts_on_failure_only_are_not_sent_for_what_arrived()
    {
        await using var esme = await BindAsync(_simulator);
        await esme.SubmitAsync(Ann, "Paid", registeredDelivery: 2);
        await esme.SubmitAsync(Ann, "Paid", registeredDelivery: 1);

        await Eventually.True(() => esme.Received.Count == 1 && _simulator.Smsc.State.Queued == 0, "one receipt");
    }

    [TestCase(ReceiptDate.Minutes, @"\d{10}")]
    [TestCase(ReceiptDate.Seconds, @"\d{12}")]
    [TestCase(ReceiptDate.Century, @"20\d{12}")]
    [TestCase(ReceiptDate.Letters, "YYMMDDhhmm")]
    public async Task Dates_are_written_as_ordered(ReceiptDate date, string pattern)
    {
        var (_, receipt) = await OneAsync(new ReceiptOrder(Date: date));

        Assert.That(Text(receipt), Does.Match($"submit date:{pattern} done date:{pattern} stat"));
    }

    [TestCase("0", " err:0 ")]
    [TestCase("21b", " err:21b ")]
    [TestCase("", "stat:DELIVRD text:")]
    public async Task The_error_is_written_as_ordered(string err, string expected)
    {
        var (_, receipt) = await OneAsync(new ReceiptOrder(Err: err));

        Assert.That(Text(receipt), Does.Contain(expected));
    }

    [Test]
    public async Task The_receipt_can_claim_an_alphabet_that_it_does_not_use_and_a_header_that_is_not_there()
    {
        var (id, receipt) = await OneAsync(new ReceiptOrder(DataCoding: 8, EsmClass: "0x44"));

        Assert.That((receipt.DataCoding, receipt.EsmClass), Is.EqualTo((8, 0x44)));
        Assert.That(Text(receipt), Does.StartWith($"id:{id} "));
    }

    [Test]
    public async Task The_text_can_be_in_message_payload()
    {
        var (id, receipt) = await OneAsync(new ReceiptOrder(Payload: true));

        Assert.That(receipt.ShortMessage.Length, Is.Zero);
        Assert.That(receipt.Tlvs.TryFind(TlvTag.MessagePayload, out var payload), Is.True);
        Assert.That(Encoding.ASCII.GetString(payload.Value.Span), Does.StartWith($"id:{id} "));
    }

    [TestCase(ReceiptLayout.Shuffled, "^stat:DELIVRD err:000 done date:.* id:.* Text:Paid$")]
    [TestCase(ReceiptLayout.Short, "^id:[0-9a-f]+ stat:DELIVRD$")]
    [TestCase(ReceiptLayout.State, "^stat:DELIVRD$")]
    public async Task The_text_has_the_layout_that_was_ordered(ReceiptLayout layout, string pattern)
    {
        var (_, receipt) = await OneAsync(new ReceiptOrder(Layout: layout));

        Assert.That(Text(receipt), Does.Match(pattern));
    }

    [Test]
    public async Task A_receipt_can_come_before_the_response()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Receipts.Order(new ReceiptOrder(When: ReceiptTime.Before));
        // The response is held, so that the order is seen whatever the threads do.
        _simulator.Faults.Order(new FaultOrder(Response: "reorder", Count: 2));

        var submitted = esme.SubmitAsync(Ann, "Paid", registeredDelivery: 1);
        await Eventually.True(() => esme.Received.Count == 1, "the receipt");
        Assert.That(submitted.IsCompleted, Is.False);
        _simulator.Faults.Clear();

        Assert.That((await submitted).Single().MessageId, Is.EqualTo(TlvId(esme.Received[0])));
    }

    [Test]
    public async Task A_receipt_can_go_on_another_bind_or_stay_on_that_of_its_message()
    {
        await using var first = await BindAsync(_simulator);
        await using var second = await BindAsync(_simulator);
        _simulator.Receipts.Order(new ReceiptOrder(Bind: ReceiptBind.Other, Count: 5));
        for (var number = 0; number < 5; number++) await first.SubmitAsync(Ann, "Paid", registeredDelivery: 1);
        await Eventually.True(() => second.Received.Count == 5, "five on the other bind");

        _simulator.Receipts.Order(new ReceiptOrder(Bind: ReceiptBind.Same, Count: 5));
        for (var number = 0; number < 5; number++) await first.SubmitAsync(Ann, "Paid", registeredDelivery: 1);
        await Eventually.True(() => first.Received.Count == 5, "five on its own");

        Assert.That(second.Received, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task A_receipt_can_come_twice_or_never()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Receipts.Order(new ReceiptOrder(Copies: 0));
        _simulator.Receipts.Order(new ReceiptOrder(Copies: 2));
        await esme.SubmitAsync(Ann, "never", registeredDelivery: 1);
        await esme.SubmitAsync(Ann, "twice", registeredDelivery: 1);

        await Eventually.True(() => esme.Received.Count == 2 && _simulator.Smsc.State.Queued == 0, "two receipts");
        Assert.That(esme.Received.Select(Text), Is.All.EndsWith("text:twice"));
    }

    [Test]
    public async Task An_intermediate_notification_goes_before_the_receipt()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Receipts.Order(new ReceiptOrder(Intermediate: true));
        await esme.SubmitAsync(Ann, "Paid", registeredDelivery: 1);

        await Eventually.True(() => esme.Received.Count == 2, "both");
        Assert.That(esme.Received.Select(pdu => (pdu.EsmClass, State(pdu))), Is.EqualTo(new[] { ((byte)0x20, 1), ((byte)0x04, 2) }));
    }

    [Test]
    public async Task A_delayed_receipt_holds_up_no_other()
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Receipts.Order(new ReceiptOrder(DelayMs: 300));
        await esme.SubmitAsync(Ann, "late", registeredDelivery: 1);
        await esme.SubmitAsync(Ann, "soon", registeredDelivery: 1);

        await Eventually.True(() => esme.Received.Count == 2, "both");
        Assert.That(esme.Received.Select(pdu => Text(pdu)[^4..]), Is.EqualTo(new[] { "soon", "late" }));
    }

    [Test]
    public async Task Cleared_orders_leave_what_the_settings_say()
    {
        _simulator.Receipts.Order(new ReceiptOrder(State: SmMessageState.Expired, Count: 5));
        Assert.That(_simulator.Receipts.Pending.Single(), Has.Property("Remaining").EqualTo(5));
        _simulator.Receipts.Clear();

        var (_, receipt) = await OneAsync(new ReceiptOrder());

        Assert.That(State(receipt), Is.EqualTo(2));
    }

    [TestCaseSource(nameof(WrongOrders))]
    public void An_order_that_makes_no_sense_is_refused(ReceiptOrder order, string reason) =>
        Assert.That(() => _simulator.Receipts.Order(order), Throws.ArgumentException.With.Message.Contains(reason));

    private static readonly TestCaseData[] WrongOrders =
    [
        new(new ReceiptOrder(Count: 0), "count"),
        new(new ReceiptOrder(Copies: 11), "Copies"),
        new(new ReceiptOrder(DelayMs: -1), "DelayMs"),
        new(new ReceiptOrder(DataCoding: 256), "DataCoding"),
        new(new ReceiptOrder(EsmClass: "0x40"), "esmClass"),
        new(new ReceiptOrder(EsmClass: "many"), "esmClass"),
        new(new ReceiptOrder(Err: "much too long"), "Err"),
    ];

    private async Task<(string Id, DeliverSm Receipt)> OneAsync(ReceiptOrder order)
    {
        await using var esme = await BindAsync(_simulator);
        _simulator.Receipts.Order(order);
        var id = (await esme.SubmitAsync(Ann, "Paid", registeredDelivery: 1)).Single().MessageId;
        await Eventually.True(() => esme.Received.Count == 1, "the receipt");
        return (id, esme.Received[0]);
    }

    private static string Text(DeliverSm receipt) => Encoding.ASCII.GetString(receipt.ShortMessage.Span);

    private static string TlvId(DeliverSm receipt) => receipt.Tlvs.TryFind(TlvTag.ReceiptedMessageId, out var id) ? Encoding.ASCII.GetString(id.Value.Span).TrimEnd('\0') : "";

    private static int State(DeliverSm receipt) => receipt.Tlvs.TryFind(TlvTag.MessageState, out var state) && state.TryReadNumber(out var number) ? (int)number : -1;
}
