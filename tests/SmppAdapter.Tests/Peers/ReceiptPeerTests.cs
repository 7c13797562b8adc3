using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Receipts;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Tests.Session;

namespace CarrierPay.SmppAdapter.Tests.Peers;

/// <summary>Receipts as real SMSCs send them: pitfalls 15 to 17. The texts one by one: Receipts/.</summary>
public class ReceiptPeerTests
{
    private static readonly Address Subscriber = Address.International("8613800138000");

    [TestCase(0x04)]
    [TestCase(0x07)]
    [TestCase(0x44)]
    public async Task Pitfall_17_a_receipt_with_letters_for_dates_and_bits_beside_its_type_is_read(int esmClass)
    {
        byte[] header = (esmClass & EsmClass.UserDataHeader) == 0 ? [] : [0x00];
        const string Text = "id:0059113978 sub:001 dlvrd:001 submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DELIVRD err:000 text:";

        var message = await DeliverAsync(new DeliverSm { EsmClass = (byte)esmClass, ShortMessage = (byte[])[.. header, .. Encoding.ASCII.GetBytes(Text)] });

        Assert.That(DeliveryReceipt.TryRead(message, out var receipt), Is.True);
        Assert.That((receipt.TextId, receipt.State, receipt.DoneAt), Is.EqualTo(("0059113978", SmMessageState.Delivered, default(DateTime?))));
    }

    [TestCase(8, "id:1 stat:DELIVRD err:000", TestName = "Pitfall_17_a_receipt_in_ASCII_under_the_data_coding_of_UCS2_is_read")]
    [TestCase(0, "Stat:DELIVRD Id:1", TestName = "Pitfall_17_a_receipt_in_another_order_and_case_is_read")]
    [TestCase(3, "id:1 stat:DELIVRD Text:id:2 stat:EXPIRED", TestName = "Pitfall_17_the_text_of_a_message_is_not_its_receipt")]
    public async Task Pitfall_17_a_receipt_is_read(int dataCoding, string text)
    {
        var message = await DeliverAsync(new DeliverSm { EsmClass = EsmClass.DeliveryReceipt, DataCoding = (byte)dataCoding, ShortMessage = Encoding.ASCII.GetBytes(text) });

        Assert.That(DeliveryReceipt.TryRead(message, out var receipt), Is.True);
        Assert.That((receipt.TextId, receipt.State), Is.EqualTo(("1", SmMessageState.Delivered)));
    }

    [Test]
    public async Task Pitfall_15_a_receipt_with_another_id_than_the_response_finds_its_message_by_the_policy_of_the_smsc()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        var policy = new MessageIdPolicy { Response = MessageIdForm.Hexadecimal, Receipt = MessageIdForm.Decimal };
        var sent = new ReceiptMatcher<string>(new());
        var request = link.RequestAsync(new SubmitSm { DestinationAddr = Subscriber }).AsTask();
        var number = (await peer.ReadAsync<SubmitSm>()).SequenceNumber;

        // The receipt comes first, as it does.
        await peer.SendAsync(
            new DeliverSm { SequenceNumber = 1, SourceAddr = Subscriber, EsmClass = EsmClass.DeliveryReceipt, ShortMessage = "id:0059113978 stat:DELIVRD"u8.ToArray() },
            new SubmitSmResp { SequenceNumber = number, MessageId = "38601FA" });

        var delivered = await link.Inbound.ReadAsync().InTime();
        Assert.That(DeliveryReceipt.TryRead(delivered.Pdu, out var receipt), Is.True);
        Assert.That(sent.Receive(policy.KeyOfReceipt(receipt), receipt, DateTimeOffset.UnixEpoch, out var early), Is.EqualTo(ReceiptOutcome.Parked));
        var id = (await request.InTime()).MessageId;
        var matched = sent.Add(policy.KeyOfResponse(id), Subscriber, "the prompt", DateTimeOffset.UnixEpoch);
        Assert.That(matched.Select(match => match.Message), Is.EqualTo(new[] { "the prompt" }));
    }

    [Test]
    public async Task Pitfall_16_a_receipt_that_comes_over_another_bind_before_the_response_and_again_belongs_to_its_message_once()
    {
        using var smsc = new RawSmsc();
        var (first, firstPeer) = await smsc.BoundAsync();
        var (second, secondPeer) = await smsc.BoundAsync();
        await using var _ = first;
        await using var __ = second;
        using var ___ = firstPeer;
        using var ____ = secondPeer;
        var sent = new ReceiptMatcher<string>(new());
        var submitting = first.RequestAsync(new SubmitSm { DestinationAddr = Subscriber }).AsTask();
        var number = (await firstPeer.ReadAsync<SubmitSm>()).SequenceNumber;
        var receipt = new DeliverSm { SequenceNumber = 1, SourceAddr = Subscriber, EsmClass = EsmClass.DeliveryReceipt, ShortMessage = "id:a7 stat:DELIVRD"u8.ToArray() };

        await secondPeer.SendAsync(receipt);
        var early = await ReceiveAsync(second, sent);
        await firstPeer.SendAsync(new SubmitSmResp { SequenceNumber = number, MessageId = "a7" });
        var matched = sent.Add((await submitting.InTime()).MessageId, Subscriber, "the prompt", DateTimeOffset.UnixEpoch);
        await firstPeer.SendAsync(receipt);
        var again = await ReceiveAsync(first, sent);

        Assert.That((early, again), Is.EqualTo((ReceiptOutcome.Parked, ReceiptOutcome.Repeated)));
        Assert.That(matched.Select(match => (match.Message, match.Receipt.State)), Is.EqualTo(new[] { ("the prompt", (SmMessageState?)SmMessageState.Delivered) }));
    }

    private static async Task<ReceiptOutcome> ReceiveAsync(SmppClientLink link, ReceiptMatcher<string> sent)
    {
        var request = await link.Inbound.ReadAsync().InTime();
        request.Respond(CommandStatus.ROK);
        Assert.That(DeliveryReceipt.TryRead(request.Pdu, out var receipt), Is.True);
        return sent.Receive(MessageIdPolicy.Default.KeyOfReceipt(receipt), receipt, DateTimeOffset.UnixEpoch, out var _);
    }

    /// <summary>What the application gets of it.</summary>
    private static async Task<SmppPdu> DeliverAsync(DeliverSm message)
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        await peer.SendAsync(message with { SequenceNumber = 1 });
        var request = await link.Inbound.ReadAsync().InTime();
        request.Respond(CommandStatus.ROK);
        return request.Pdu;
    }
}
