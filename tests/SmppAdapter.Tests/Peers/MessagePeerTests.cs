using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Receipts;
using CarrierPay.SmppAdapter.Tests.Session;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.SmppAdapter.Tests.Peers;

/// <summary>What real SMSCs put into messages and answers.</summary>
public class MessagePeerTests
{
    [TestCase("48690011", "Hi@_", TestName = "GSM_octets_under_data_coding_1_are_read_as_GSM")]
    [TestCase("1B65203139", "€ 19", TestName = "GSM_octets_with_an_escape_under_data_coding_1_are_read_as_GSM")]
    [TestCase("48692040240A", "Hi @$\n", TestName = "ASCII_octets_under_data_coding_1_are_read_as_ASCII")]
    public async Task Data_coding_1_is_read_as_what_it_is(string octets, string text)
    {
        var message = await DeliverAsync(new() { DataCoding = 1, ShortMessage = Octets.FromHex(octets) });

        Assert.That(MessageText.Decode(message).Text, Is.EqualTo(text));
    }

    [TestCase(0x03, TestName = "A_mode_in_esm_class_changes_nothing")]
    [TestCase(0x80, TestName = "A_reply_path_in_esm_class_changes_nothing")]
    [TestCase(0x18, TestName = "A_type_that_is_no_receipt_in_esm_class_changes_nothing")]
    public async Task Extra_bits_in_esm_class_change_nothing(int esmClass)
    {
        var message = await DeliverAsync(new() { EsmClass = (byte)esmClass, ShortMessage = "PAY"u8.ToArray() });

        Assert.That(MessageText.Decode(message).Text, Is.EqualTo("PAY"));
        Assert.That(DeliveryReceipt.TryRead(message, out _), Is.False);
    }

    [Test]
    public async Task A_part_whose_esm_class_has_extra_bits_is_still_a_part()
    {
        var message = await DeliverAsync(new() { EsmClass = 0xC3, ShortMessage = Octets.FromHex("050003420201" + "504159") });

        var decoded = MessageText.Decode(message);
        Assert.That((decoded.Text, decoded.Concatenation!.Value.Sequence), Is.EqualTo(("PAY", 1)));
    }

    [Test]
    public async Task Message_ids_that_are_all_the_same_are_told_apart_by_the_session()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        var requests = Enumerable.Range(0, 3).Select(_ => link.RequestAsync(new SubmitSm()).AsTask()).ToList();
        uint[] numbers = [(await peer.ReadAsync<SubmitSm>()).SequenceNumber, (await peer.ReadAsync<SubmitSm>()).SequenceNumber, (await peer.ReadAsync<SubmitSm>()).SequenceNumber];

        await peer.SendAsync(
            new SubmitSmResp { SequenceNumber = numbers[2], MessageId = "0" },
            new SubmitSmResp { SequenceNumber = numbers[0], MessageId = "0" },
            new SubmitSmResp { SequenceNumber = numbers[1], CommandStatus = CommandStatus.RMSGQFUL, MessageId = "0" });

        var outcomes = await Task.WhenAll(requests).InTime();
        Assert.That(outcomes.Select(outcome => (outcome.SequenceNumber, outcome.IsAccepted)), Is.EqualTo(new[] { (numbers[0], true), (numbers[1], false), (numbers[2], true) }));
    }

    [Test]
    public async Task Pitfall_23_a_message_id_longer_than_the_specification_allows_is_kept_whole()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        var request = link.RequestAsync(new SubmitSm()).AsTask();
        var number = (await peer.ReadAsync<SubmitSm>()).SequenceNumber;
        var id = new string('7', 200);

        await peer.SendAsync(new RawPdu(CommandId.SubmitSmResp, (byte[])[.. Encoding.ASCII.GetBytes(id), 0]) { SequenceNumber = number });

        Assert.That((await request.InTime()).MessageId, Is.EqualTo(id));
    }

    [Test]
    public async Task Pitfall_18_data_coding_0_is_the_alphabet_of_the_smsc()
    {
        var gsm = await DeliverAsync(new() { ShortMessage = Octets.FromHex("6361660500") });
        var latin1 = await DeliverAsync(new() { ShortMessage = Octets.FromHex("636166E940") });

        Assert.That(MessageText.Decode(gsm).Text, Is.EqualTo("café@"));
        Assert.That(MessageText.Decode(latin1, TextEncoding.Latin1).Text, Is.EqualTo("café@"));
    }

    [Test]
    public async Task Pitfall_14_a_message_is_answered_when_the_application_says_so_and_not_before()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        await peer.SendAsync(new DeliverSm { SequenceNumber = 5 });
        var request = await link.Inbound.ReadAsync().InTime();
        await peer.AssertQuietAsync();

        // The application could not store it.
        request.Respond(CommandStatus.RX_T_APPN);

        Assert.That(await peer.ReadAsync(), Is.EqualTo(new DeliverSmResp { SequenceNumber = 5, CommandStatus = CommandStatus.RX_T_APPN }));
    }

    /// <summary>What the application gets of a message of the SMSC.</summary>
    private static async Task<MessagePdu> DeliverAsync(DeliverSm message)
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        await peer.SendAsync(message with { SequenceNumber = 1 });
        var request = await link.Inbound.ReadAsync().InTime();
        request.Respond(CommandStatus.ROK);
        await peer.ReadAsync<DeliverSmResp>();
        return request.Message!;
    }
}
