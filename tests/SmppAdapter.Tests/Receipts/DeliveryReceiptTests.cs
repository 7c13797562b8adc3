using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Receipts;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Receipts;

[TestFixture]
public sealed class DeliveryReceiptTests
{
    private const string Standard = "id:0123456789 sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:DELIVRD err:000 text:Paid. Ref K7Q2M9";

    [Test]
    public void Text_of_the_specification_is_read_whole()
    {
        var receipt = Read(Standard);
        Assert.That((receipt.TextId, receipt.State, receipt.Error, receipt.Submitted, receipt.Delivered), Is.EqualTo(("0123456789", SmMessageState.Delivered, "000", 1, 1)));
        Assert.That((receipt.SubmittedAt, receipt.DoneAt), Is.EqualTo((new DateTime(2026, 11, 23, 12, 0, 0), new DateTime(2026, 11, 23, 12, 1, 0))));
        Assert.That((receipt.IsFinal, receipt.IsIntermediate, receipt.From.Digits), Is.EqualTo((true, false, "447700900123")));
    }

    [TestCase("id:a1 sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:DELIVRD err:000 Text:hello", "a1", SmMessageState.Delivered, "000", TestName = "Text_with_a_capital")]
    [TestCase("id:a1 submit date:2611231200 done date:2611231201 stat:UNDELIV err:21b", "a1", SmMessageState.Undeliverable, "21b", TestName = "No_text_no_counts_hexadecimal_error")]
    [TestCase("ID:a1 STAT:expired ERR:0", "a1", SmMessageState.Expired, "0", TestName = "Upper_case_keys_and_lower_case_state")]
    [TestCase("stat:REJECTD err:0000 done date:x id:a1", "a1", SmMessageState.Rejected, "0000", TestName = "Another_order")]
    [TestCase("stat:DELIVRD", "", SmMessageState.Delivered, "", TestName = "Only_a_state")]
    [TestCase("id:a1 sub:001 dlvrd:0", "a1", null, "", TestName = "Cut_off_after_twenty_characters")]
    [TestCase("id: a1  stat : ACCEPTD", "a1", SmMessageState.Accepted, "", TestName = "Spaces_around_colons")]
    [TestCase("id:a1 stat:DELIV", "a1", SmMessageState.Delivered, "", TestName = "State_cut_off")]
    [TestCase("id:a1 stat:DE", "a1", null, "", TestName = "State_cut_off_to_what_could_be_two")]
    [TestCase("id:a1 stat:5", "a1", SmMessageState.Undeliverable, "", TestName = "State_as_a_number")]
    [TestCase("id:a1 stat:HAPPY", "a1", null, "", TestName = "Unheard_of_state")]
    [TestCase("id:a1,stat:DELIVRD,err:000", "a1", SmMessageState.Delivered, "000", TestName = "Commas_instead_of_spaces")]
    [TestCase("text:hello stat:DELIVRD err:1", "", SmMessageState.Delivered, "1", TestName = "Fields_behind_the_text")]
    [TestCase("id:a1 stat:DELIVRD text:id:b2 stat:EXPIRED", "a1", SmMessageState.Delivered, "", TestName = "Message_that_looks_like_a_receipt")]
    [TestCase("stat:DELIVRD text:id:b2", "", SmMessageState.Delivered, "", TestName = "Id_is_never_taken_from_the_message")]
    [TestCase("paid:b2 stat:DELIVRD", "", SmMessageState.Delivered, "", TestName = "Key_inside_another_word")]
    [TestCase("", "", null, "", TestName = "Empty")]
    [TestCase(":::id", "", null, "", TestName = "Nonsense")]
    public void Text_is_read_as_far_as_it_can_be(string text, string id, SmMessageState? state, string error)
    {
        var receipt = Read(text);
        Assert.That((receipt.TextId, receipt.State, receipt.Error), Is.EqualTo((id, state, error)));
    }

    [TestCase("2611231201", "2026-11-23T12:01:00")]
    [TestCase("261123120159", "2026-11-23T12:01:59")]
    [TestCase("202611231201", "2026-11-23T12:01:00")]
    [TestCase("20261123120159", "2026-11-23T12:01:59")]
    [TestCase("YYMMDDhhmm", null)]
    [TestCase("0000000000", null)]
    [TestCase("26112312", null)]
    [TestCase("2613231201", null)]
    [TestCase("-611231201", null)]
    [TestCase("", null)]
    public void Dates_of_each_kind_are_read_and_nonsense_is_none(string date, string? expected) =>
        Assert.That(Read($"id:1 done date:{date} stat:DELIVRD").DoneAt, Is.EqualTo(expected is null ? (DateTime?)null : DateTime.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)));

    [Test]
    public void Parameters_come_before_the_text()
    {
        var receipt = Read("id:0059113978 stat:EXPIRED err:000", tlvs:
        [
            new(TlvTag.ReceiptedMessageId, "38601fa\0"u8.ToArray()), Tlv.OfByte(TlvTag.MessageState, 2), new(TlvTag.NetworkErrorCode, new byte[] { 3, 0, 27 }),
        ]);
        Assert.That((receipt.ParameterId, receipt.TextId, receipt.State, receipt.Error, receipt.ErrorNetwork), Is.EqualTo(("38601fa", "0059113978", SmMessageState.Delivered, "027", (byte)3)));
    }

    [Test]
    public void Parameters_alone_are_enough()
    {
        var receipt = Read("", tlvs: [new(TlvTag.ReceiptedMessageId, "38601fa"u8.ToArray()), Tlv.OfByte(TlvTag.MessageState, 5)]);
        Assert.That((receipt.ParameterId, receipt.State, receipt.IsFinal), Is.EqualTo(("38601fa", SmMessageState.Undeliverable, true)), "the NUL is missing");
    }

    [Test]
    public void Broken_parameters_give_way_to_the_text()
    {
        var receipt = Read("id:a1 stat:DELIVRD err:9", tlvs: [new(TlvTag.ReceiptedMessageId, default), Tlv.OfByte(TlvTag.MessageState, 200), Tlv.OfByte(TlvTag.NetworkErrorCode, 1)]);
        Assert.That((receipt.ParameterId, receipt.TextId, receipt.State, receipt.Error), Is.EqualTo(("", "a1", SmMessageState.Delivered, "9")));
    }

    [Test]
    public void Longest_id_is_read()
    {
        var id = new string('7', 64);
        Assert.That(Read("", tlvs: [new(TlvTag.ReceiptedMessageId, Encoding.ASCII.GetBytes(id + '\0'))]).ParameterId, Is.EqualTo(id));
        Assert.That(Read($"id:{id}5 stat:DELIVRD").TextId, Is.EqualTo(id + "5"));
    }

    [TestCase((byte)8, TestName = "data_coding_copied_from_a_Chinese_message")]
    [TestCase((byte)4, TestName = "data_coding_binary")]
    public void Text_is_ascii_whatever_data_coding_says(byte dataCoding) =>
        Assert.That(Read(Standard, dataCoding: dataCoding).State, Is.EqualTo(SmMessageState.Delivered));

    [Test]
    public void Text_that_is_ucs2_after_all_is_read()
    {
        var message = Message(0x04) with { DataCoding = 8, ShortMessage = Encoding.BigEndianUnicode.GetBytes("id:a1 stat:DELIVRD") };
        Assert.That(DeliveryReceipt.TryRead(message, out var receipt), Is.True);
        Assert.That((receipt.TextId, receipt.State), Is.EqualTo(("a1", SmMessageState.Delivered)));
    }

    [Test]
    public void Text_in_message_payload_and_behind_a_header_is_read()
    {
        var inPayload = Message(0x04) with { Tlvs = [new(TlvTag.MessagePayload, Encoding.ASCII.GetBytes(Standard))] };
        var behindHeader = Message(0x44) with { ShortMessage = new byte[] { 5, 0, 3, 1, 1, 1 }.Concat(Encoding.ASCII.GetBytes(Standard)).ToArray() };
        foreach (var message in new[] { inPayload, behindHeader })
        {
            Assert.That(DeliveryReceipt.TryRead(message, out var receipt), Is.True);
            Assert.That(receipt.TextId, Is.EqualTo("0123456789"));
        }
    }

    [Test]
    public void Receipt_in_a_data_sm_is_read()
    {
        var message = new DataSm { EsmClass = 0x04, SourceAddr = Address.International("447700900123"), Tlvs = [new(TlvTag.MessagePayload, Encoding.ASCII.GetBytes(Standard))] };
        Assert.That(DeliveryReceipt.TryRead(message, out var receipt), Is.True);
        Assert.That(receipt.State, Is.EqualTo(SmMessageState.Delivered));
    }

    [TestCase(0x04, true)]
    [TestCase(0x08, true)]
    [TestCase(0x20, true)]
    [TestCase(0x44, true)]
    [TestCase(0x07, true)]
    [TestCase(0xC4, true)]
    [TestCase(0x00, false)]
    [TestCase(0x03, false)]
    [TestCase(0x40, false)]
    [TestCase(0x80, false)]
    [TestCase(0x10, false)]
    [TestCase(0x18, false)]
    public void Receipts_are_known_by_bits_of_esm_class(int esmClass, bool isReceipt) =>
        Assert.That(DeliveryReceipt.TryRead(Message((byte)esmClass), out _), Is.EqualTo(isReceipt));

    [TestCase("ENROUTE", false)]
    [TestCase("ACCEPTD", false)]
    [TestCase("BUFFRED", false)]
    [TestCase("DELIVRD", true)]
    [TestCase("EXPIRED", true)]
    [TestCase("DELETED", true)]
    [TestCase("UNDELIV", true)]
    [TestCase("UNKNOWN", true)]
    [TestCase("REJECTD", true)]
    [TestCase("FAILED", true)]
    public void Last_words_are_told_from_others(string state, bool isFinal) => Assert.That(Read($"id:1 stat:{state}").IsFinal, Is.EqualTo(isFinal));

    [Test]
    public void Without_a_state_an_intermediate_notification_is_not_the_last_word()
    {
        DeliveryReceipt.TryRead(Message(0x20), out var intermediate);
        DeliveryReceipt.TryRead(Message(0x04), out var receipt);
        Assert.That((intermediate.IsFinal, receipt.IsFinal), Is.EqualTo((false, true)));
    }

    [Test]
    public void Whatever_comes_reading_does_not_fail()
    {
        string[] words = ["id:", "ID :", "stat:", "text:", "err:", "submit date:", "done date:", "sub:", "dlvrd:", "DELIVRD", "2611231200", " ", ":", "\0", "é", "999999999999999999999"];
        var texts = Gen.OneOf(Gen.Int[0, words.Length - 1].Select(i => words[i]), Gen.String).Array[0, 20].Select(parts => Encoding.Latin1.GetBytes(string.Concat(parts)));
        TlvTag[] known = [TlvTag.ReceiptedMessageId, TlvTag.MessageState, TlvTag.NetworkErrorCode, TlvTag.MessagePayload];
        var tags = Gen.Int[0, known.Length - 1].Select(i => known[i]);
        var tlvs = Gen.Select(tags, Gen.Byte.Array[0, 80], (tag, value) => new Tlv(tag, value)).Array[0, 4];
        Gen.Select(texts, tlvs, Gen.Byte, (text, parameters, esmClass) => Message((byte)(esmClass | 0x04)) with { ShortMessage = text, Tlvs = [.. parameters] })
            .Sample(message =>
            {
                var isReceipt = DeliveryReceipt.TryRead(message, out var receipt);
                _ = MessageIdPolicy.Default.KeyOfReceipt(receipt);
                _ = new MessageIdPolicy { Receipt = MessageIdForm.Hexadecimal, Parameter = MessageIdForm.Decimal, StripZeros = true, FoldCase = true }.KeyOfReceipt(receipt);
                return !isReceipt || (receipt.ParameterId.Length <= 64 && receipt.TextId.Length <= 255 && receipt.Error.Length <= 16);
            });
    }

    private static DeliverSm Message(byte esmClass) => new()
    {
        SourceAddr = Address.International("447700900123"),
        DestinationAddr = Address.ShortCode("500"),
        EsmClass = esmClass,
    };

    private static DeliveryReceipt Read(string text, byte dataCoding = 0, TlvList tlvs = default)
    {
        var message = Message(0x04) with { DataCoding = dataCoding, ShortMessage = Encoding.Latin1.GetBytes(text), Tlvs = tlvs };
        Assert.That(DeliveryReceipt.TryRead(message, out var receipt), Is.True);
        return receipt;
    }
}
