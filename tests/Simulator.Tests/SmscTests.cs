using CarrierPay.Simulator.Phones;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;
using static CarrierPay.Simulator.Tests.ScriptedEsme;

namespace CarrierPay.Simulator.Tests;

[TestFixture]
public sealed class SmscTests
{
    private const string Ann = "447700900123";
    private const string LiWei = "8613800138000";

    private RunningSimulator _simulator = null!;

    [SetUp]
    public async Task StartAsync() => _simulator = await SimulatorApp.StartAsync(new SimulatorOptions
    {
        Smsc = { Port = 0, RetryInterval = TimeSpan.FromMilliseconds(20), ResponseTimeout = TimeSpan.FromMilliseconds(200) },
        Web = { Urls = "http://127.0.0.1:0" },
    });

    [TearDown]
    public async Task StopAsync() => await _simulator.DisposeAsync();

    [Test]
    public async Task A_text_of_a_phone_is_delivered_with_number_and_short_code()
    {
        await using var esme = await BindAsync(_simulator);
        Send(Ann, "PAY COFFEE");

        await MessageBecomes(Ann, 1, MessageState.Delivered);
        var pdu = esme.Received.Single();
        Assert.That(pdu.SourceAddr, Is.EqualTo(Address.International(Ann)));
        Assert.That(pdu.DestinationAddr, Is.EqualTo(Address.ShortCode("500")));
        Assert.That((pdu.DataCoding, pdu.EsmClass), Is.EqualTo(((byte)0, (byte)0)));
        Assert.That(_simulator.Smsc.State, Has.Property("Delivered").EqualTo(1).And.Property("Queued").EqualTo(0));
    }

    [TestCase(CommandStatus.RX_T_APPN)]
    [TestCase(CommandStatus.RTHROTTLED)]
    [TestCase(CommandStatus.RMSGQFUL)]
    public async Task A_text_is_tried_again_after_a_temporary_error_with_a_new_sequence_number(CommandStatus status)
    {
        await using var esme = await BindAsync(_simulator, (_, number) => new(number <= 2 ? status : CommandStatus.ROK));
        Send(Ann, "PAY COFFEE");

        await MessageBecomes(Ann, 1, MessageState.Delivered);
        Assert.That(esme.Texts, Is.EqualTo(new[] { "PAY COFFEE", "PAY COFFEE", "PAY COFFEE" }));
        Assert.That(esme.Received.Select(pdu => pdu.SequenceNumber), Is.Unique);
    }

    [Test]
    public async Task A_text_is_tried_again_when_no_answer_comes()
    {
        await using var esme = await BindAsync(_simulator, (_, number) => number == 1 ? Answer.None : Answer.Taken);
        Send(Ann, "PAY COFFEE");

        await MessageBecomes(Ann, 1, MessageState.Delivered);
        Assert.That(esme.Texts, Is.EqualTo(new[] { "PAY COFFEE", "PAY COFFEE" }));
    }

    [Test]
    public async Task A_permanent_error_is_final_and_the_phone_says_why()
    {
        await using var esme = await BindAsync(_simulator, (_, _) => new(CommandStatus.RX_P_APPN));
        Send(Ann, "PAY COFFEE");

        await MessageBecomes(Ann, 1, MessageState.Failed);
        Assert.That(Messages(Ann)[0].Problem, Does.Contain("0x65"));
        Assert.That(esme.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Texts_wait_in_order_until_a_receiving_system_is_bound()
    {
        await using var transmitter = await BindAsync(_simulator, bindType: BindType.Transmitter);
        var texts = Enumerable.Range(1, 20).Select(number => $"TEXT {number}").ToArray();
        foreach (var text in texts) Send(Ann, text);
        await Eventually.True(() => _simulator.Smsc.State.Queued == 20, "twenty texts wait");

        await using var receiver = await BindAsync(_simulator, bindType: BindType.Receiver);

        await Eventually.True(() => receiver.Received.Count == 20, "all arrive");
        Assert.That(receiver.Texts, Is.EqualTo(texts));
        Assert.That(transmitter.Received, Is.Empty);
    }

    [Test]
    public async Task A_text_that_is_refused_for_now_does_not_let_the_next_one_pass()
    {
        await using var esme = await BindAsync(_simulator, (_, number) => new(number <= 3 ? CommandStatus.RTHROTTLED : CommandStatus.ROK));
        Send(Ann, "FIRST");
        Send(Ann, "SECOND");

        await MessageBecomes(Ann, 2, MessageState.Delivered);
        Assert.That(esme.Texts, Is.EqualTo(new[] { "FIRST", "FIRST", "FIRST", "FIRST", "SECOND" }));
    }

    [Test]
    public async Task A_text_that_nobody_takes_expires()
    {
        await using var simulator = await SimulatorApp.StartAsync(new SimulatorOptions
        {
            Smsc = { Port = 0, Validity = TimeSpan.FromMilliseconds(50) },
            Web = { Urls = "http://127.0.0.1:0" },
        });
        var phone = simulator.Phones[Ann];
        simulator.Smsc.Send(phone, "500", "PAY COFFEE");

        await Eventually.True(() => phone.MessagesAfter(0)[0].State == MessageState.Expired, "the text expires");
        Assert.That(simulator.Smsc.State.Queued, Is.Zero);
    }

    [Test]
    public async Task Several_binds_of_one_system_take_turns()
    {
        await using var first = await BindAsync(_simulator);
        await using var second = await BindAsync(_simulator, bindType: BindType.Receiver);
        Assert.That(_simulator.Smsc.State.Binds.Select(bind => bind.BindType), Is.EquivalentTo(new[] { BindType.Transceiver, BindType.Receiver }));

        for (var number = 1; number <= 10; number++) Send(Ann, $"TEXT {number}");

        await MessageBecomes(Ann, 10, MessageState.Delivered);
        Assert.That((first.Received.Count, second.Received.Count), Is.EqualTo((5, 5)));
    }

    [Test]
    public async Task A_long_Chinese_text_goes_out_and_comes_in_whole()
    {
        var text = string.Concat(Enumerable.Repeat("支付成功,谢谢惠顾。😀", 15));
        await using var esme = await BindAsync(_simulator);
        Send(LiWei, text);
        await MessageBecomes(LiWei, 1, MessageState.Delivered);

        Assert.That(string.Concat(esme.Texts), Is.EqualTo(text));
        Assert.That(esme.Received, Has.Count.EqualTo(Messages(LiWei)[0].Parts).And.All.Property("DataCoding").EqualTo(8));
        foreach (var size in new[] { ReferenceSize.Eight, ReferenceSize.Sixteen })
        {
            var outcomes = await esme.SubmitAsync(LiWei, text, referenceSize: size);
            Assert.That(outcomes, Has.All.Property("IsAccepted").True);
            Assert.That(Messages(LiWei)[^1], Is.EqualTo(Messages(LiWei)[^1] with { Direction = MessageDirection.In, Text = text, Parts = outcomes.Count, Encoding = MessageEncoding.Ucs2, Peer = "500", Read = false }));
        }
    }

    [Test]
    public async Task A_long_text_in_the_GSM_alphabet_is_put_together_whatever_the_order_of_its_parts()
    {
        var text = string.Concat(Enumerable.Repeat("Pay {12.50} € to Coffee. ", 20));
        await using var esme = await BindAsync(_simulator);
        var segments = ShortMessageText.Split(text, reference: 5);
        foreach (var part in segments.Parts.Reverse())
        {
            await esme.Link.RequestAsync(new SubmitSm
            {
                SourceAddr = Address.ShortCode("500"),
                DestinationAddr = Address.International(Ann),
                EsmClass = part.EsmClass,
                ShortMessage = part.ShortMessage,
            });
        }

        var message = Messages(Ann).Single();
        Assert.That((message.Text, message.Parts, message.Encoding), Is.EqualTo((text, segments.Parts.Count, MessageEncoding.Gsm7)));
    }

    [Test]
    public async Task Message_payload_and_sar_parameters_are_read_too()
    {
        await using var esme = await BindAsync(_simulator);
        foreach (byte part in new byte[] { 1, 2 })
        {
            await esme.Link.RequestAsync(new SubmitSm
            {
                SourceAddr = Address.ShortCode("500"),
                DestinationAddr = Address.International(Ann),
                Tlvs =
                [
                    Tlv.OfUInt16(TlvTag.SarMsgRefNum, 9), Tlv.OfByte(TlvTag.SarTotalSegments, 2), Tlv.OfByte(TlvTag.SarSegmentSeqnum, part),
                    new Tlv(TlvTag.MessagePayload, new byte[] { (byte)'0', (byte)('0' + part) }),
                ],
            });
        }

        Assert.That(Messages(Ann).Single(), Has.Property("Text").EqualTo("0102").And.Property("Parts").EqualTo(2));
    }

    [Test]
    public async Task Message_ids_are_unique_and_a_receipt_names_its_message()
    {
        await using var esme = await BindAsync(_simulator);
        var delivered = (await esme.SubmitAsync(Ann, "to somebody", registeredDelivery: 1)).Single();
        var lost = (await esme.SubmitAsync("447700900999", "to nobody", registeredDelivery: 2)).Single();
        await esme.SubmitAsync(Ann, "no receipt asked on success", registeredDelivery: 2);

        await Eventually.True(() => esme.Received.Count == 2, "two receipts");
        Assert.That(delivered.MessageId, Is.Not.EqualTo(lost.MessageId));
        Assert.That(esme.Received, Has.All.Property("EsmClass").EqualTo(EsmClass.DeliveryReceipt));
        Assert.That(esme.Texts, Has.One.Contains($"id:{delivered.MessageId} sub:001 dlvrd:001").And.Contains("stat:DELIVRD"));
        Assert.That(esme.Texts, Has.One.Contains($"id:{lost.MessageId} sub:001 dlvrd:000").And.Contains("stat:UNDELIV"));
    }

    [Test]
    public async Task An_address_that_is_no_number_is_refused()
    {
        await using var esme = await BindAsync(_simulator);

        Assert.That((await esme.SubmitAsync("bob", "hello")).Single().Status, Is.EqualTo(CommandStatus.RINVDSTADR));
    }

    [TestCase("carrierpay", "wrong", CommandStatus.RINVPASWD)]
    [TestCase("other", "secret", CommandStatus.RINVSYSID)]
    public async Task A_bind_with_a_wrong_name_or_password_is_refused(string systemId, string password, CommandStatus expected)
    {
        await using var link = new SmppClientLink(new SmppLinkOptions { Host = "127.0.0.1", Port = _simulator.SmscPort, SystemId = systemId, Password = password },
            TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<SmppClientLink>.Instance);
        link.Start();

        await Eventually.True(() => _simulator.Smsc.Log.Lines.Any(line => line.Text.Contains(expected.ToString(), StringComparison.Ordinal)), "the refusal is in the log");
        Assert.That(_simulator.Smsc.State.Binds, Is.Empty);
    }

    [Test]
    public void One_phone_writes_to_another_without_any_system()
    {
        Send(Ann, "Hello", to: "+" + LiWei);

        Assert.That(Messages(LiWei).Single(), Has.Property("Text").EqualTo("Hello").And.Property("Peer").EqualTo(Ann));
        Assert.That(Messages(Ann).Single().State, Is.EqualTo(MessageState.Delivered));
    }

    private void Send(string from, string text, string to = "500")
    {
        var (problem, _) = _simulator.Smsc.Send(_simulator.Phones[from], to, text);
        Assert.That(problem.ToString(), Is.EqualTo("None"));
    }

    private IReadOnlyList<PhoneMessage> Messages(string msisdn) => _simulator.Phones[msisdn].MessagesAfter(0);

    private Task MessageBecomes(string msisdn, int seq, MessageState state) =>
        Eventually.True(() => Messages(msisdn).Any(message => message.Seq == seq && message.State == state), $"message {seq} becomes {state}",
            () => string.Join("; ", Messages(msisdn)));
}
