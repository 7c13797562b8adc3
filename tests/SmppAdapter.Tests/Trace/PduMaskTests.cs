using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Tests.Pdu;
using CarrierPay.SmppAdapter.Trace;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Trace;

/// <summary>What a mask takes away, and what it leaves.</summary>
public class PduMaskTests
{
    private static readonly PduTraceOptions Masked = new();

    [Test]
    public void A_user_data_header_survives_and_the_text_behind_it_does_not()
    {
        var masked = (SubmitSm)Mask(new SubmitSm { EsmClass = EsmClass.UserDataHeader, ShortMessage = Octets.FromHex("050003420201" + "48656C6C6F") });

        Assert.That(Convert.ToHexString(masked.ShortMessage.Span), Is.EqualTo("050003420201" + "2A2A2A2A2A"));
    }

    [Test]
    public void A_ucs2_text_becomes_stars_of_ucs2()
    {
        var masked = (DeliverSm)Mask(new DeliverSm { DataCoding = 8, ShortMessage = Octets.FromHex("4F604F60") });

        Assert.That(Convert.ToHexString(masked.ShortMessage.Span), Is.EqualTo("002A002A"));
    }

    [TestCase("id:42 sub:001 dlvrd:001 stat:DELIVRD err:000 text:your coffee", "id:42 sub:001 dlvrd:001 stat:DELIVRD err:000 text:***********")]
    [TestCase("id:42 stat:DELIVRD err:000 Text:PIN 1234", "id:42 stat:DELIVRD err:000 Text:********")]
    [TestCase("id:42 stat:EXPIRED", "id:42 stat:EXPIRED")]
    public void A_receipt_keeps_its_state_and_loses_the_text(string receipt, string expected)
    {
        var masked = (DeliverSm)Mask(new DeliverSm { EsmClass = EsmClass.DeliveryReceipt, ShortMessage = Encoding.ASCII.GetBytes(receipt) });

        Assert.That(Encoding.ASCII.GetString(masked.ShortMessage.Span), Is.EqualTo(expected));
    }

    [Test]
    public void A_text_whose_peer_sets_the_bit_of_a_receipt_is_masked_all_the_same()
    {
        var masked = (DeliverSm)Mask(new DeliverSm { EsmClass = 0x3C, ShortMessage = "PAY 1234"u8.ToArray() });

        Assert.That(Encoding.ASCII.GetString(masked.ShortMessage.Span), Is.EqualTo("********"));
    }

    [Test]
    public void Payloads_and_parameters_of_vendors_are_masked_and_known_ones_are_not()
    {
        var masked = Mask(new SubmitSm
        {
            Tlvs = [new(TlvTag.MessagePayload, "hello"u8.ToArray()), new((TlvTag)0x1402, "secret"u8.ToArray()), Tlv.OfByte(TlvTag.UssdServiceOp, 2)],
        });

        TlvList expected = [new(TlvTag.MessagePayload, "*****"u8.ToArray()), new((TlvTag)0x1402, "******"u8.ToArray()), Tlv.OfByte(TlvTag.UssdServiceOp, 2)];
        Assert.That(masked.Tlvs, Is.EqualTo(expected));
    }

    [TestCase("8613800138000", "861********00")]
    [TestCase("+8613800138", "+86******38")]
    [TestCase("500", "500")]
    [TestCase("CarrierPay", "CarrierPay")]
    [TestCase("*500#", "*500#")]
    [TestCase("*500*1*4711#", "*500*******#", TestName = "What_was_dialled_behind_the_code_is_not_shown")]
    public void Numbers_are_shown_as_in_the_log(string number, string expected)
    {
        var masked = (SubmitSm)Mask(new SubmitSm { SourceAddr = new Address(Ton.Unknown, Npi.Unknown, number) });

        Assert.That(masked.SourceAddr.Digits, Is.EqualTo(expected));
    }

    [Test]
    public void A_masked_pdu_of_any_command_has_the_same_structure() => Generated.Pdu.Sample(pdu =>
    {
        var octets = PduWriter.Encode(pdu);
        var masked = (byte[])octets.Clone();
        PduMask.Apply(masked, Masked);
        var read = PduReader.Decode(masked);
        return read.GetType() == pdu.GetType() && read.SequenceNumber == pdu.SequenceNumber && read.Tlvs.Count == pdu.Tlvs.Count;
    });

    [Test]
    public void Any_octets_are_walked_to_their_end_without_a_fault() => Gen.Select(Gen.UInt, Gen.Byte.Array[0, 300]).Sample((command, body) =>
    {
        var pdu = PduWriter.Encode(new RawPdu((CommandId)(command & 0x8000013F), body));
        PduMask.Apply(pdu, Masked);
        new TraceSelection(new() { Numbers = ["8613800138000"] }).HasNumberOf(pdu);
    });

    private static SmppPdu Mask(SmppPdu pdu)
    {
        var octets = PduWriter.Encode(pdu);
        PduMask.Apply(octets, Masked);
        return PduReader.Decode(octets);
    }
}
