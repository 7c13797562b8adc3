using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.SmppAdapter.Tests.Ussd;

/// <summary>What gateways do otherwise than their profile says, and what is refused.</summary>
public class UssdCodecTests
{
    private static readonly Address Subscriber = Address.International("8613800138000");
    private static readonly UssdProfile Its = UssdProfile.Named("its_session_info")!;
    private static readonly UssdProfile None = UssdProfile.Named("none")!;

    [Test]
    public void A_short_message_is_no_ussd() =>
        Assert.That(new UssdCodec(Its).IsUssd(new DeliverSm { SourceAddr = Subscriber, ShortMessage = "PAY"u8.ToArray() }), Is.False);

    [Test]
    public void The_operation_alone_makes_a_message_ussd() =>
        Assert.That(new UssdCodec(Its).IsUssd(Deliver("1", Tlv.OfByte(TlvTag.UssdServiceOp, 0x12)) with { ServiceType = "" }));

    [Test]
    public void A_message_without_what_the_profile_goes_by_is_refused()
    {
        Assert.That(new UssdCodec(Its).TryRead(Deliver("1", Tlv.OfByte(TlvTag.UssdServiceOp, 0x12)), out _, out var refusal), Is.False);
        Assert.That(refusal.Status, Is.EqualTo(CommandStatus.RMISSINGOPTPARAM));
    }

    [Test]
    public void An_unknown_operation_is_refused_and_named_in_hex()
    {
        Assert.That(new UssdCodec(None).TryRead(Deliver("1", Tlv.OfByte(TlvTag.UssdServiceOp, 17)), out _, out var refusal), Is.False);
        Assert.That(refusal.Status, Is.EqualTo(CommandStatus.RINVOPTPARAMVAL));
        Assert.That(refusal.Reason, Does.Contain("0x11"));
    }

    [TestCase("*500#", UssdInputKind.Begin)]
    [TestCase("*500*1#", UssdInputKind.Begin)]
    [TestCase("1", UssdInputKind.Answer)]
    [TestCase("", UssdInputKind.Answer)]
    public void Without_an_operation_what_was_dialled_looks_like_it(string text, UssdInputKind kind) =>
        Assert.That(Read(None, Deliver(text)).Kind, Is.EqualTo(kind));

    [TestCase("500", "", "*500#")]
    [TestCase("*500#", "", "*500#")]
    [TestCase("*500*1#", "ignored", "*500*1#")]
    public void A_code_in_the_address_reads_as_it_was_dialled(string address, string text, string dialled)
    {
        var profile = None with { DialledCode = UssdDialledCode.DestinationAddr };
        var message = Deliver(text, Tlv.OfByte(TlvTag.UssdServiceOp, 0x01)) with { DestinationAddr = Address.ShortCode(address) };

        var begin = Read(profile, message);

        Assert.That((begin.Text, begin.Key.ServiceCode), Is.EqualTo((dialled, "500")));
    }

    [Test]
    public void A_code_that_is_missing_in_the_text_is_taken_from_the_address() =>
        Assert.That(Read(None, Deliver("", Tlv.OfByte(TlvTag.UssdServiceOp, 0x01)) with { DestinationAddr = Address.ShortCode("500") }).Text, Is.EqualTo("*500#"));

    [Test]
    public void The_key_stays_when_only_the_end_bit_or_the_echoed_number_changes()
    {
        Assert.That(Read(Its, Session("1", 0x0102)).Key, Is.EqualTo(Read(Its, Session("1", 0x0103)).Key));
        Assert.That(Read(None, Session("1", 0x0102)).Key, Is.EqualTo(Read(None, Session("1", 0x7F00)).Key));
        Assert.That(Read(None, Session("1", 0x7F00)).Session.ItsSessionInfo, Is.EqualTo(0x7F00), "echoed all the same");
    }

    [TestCase((byte)0x0F, "48656C6C6F", "Hello")]
    [TestCase((byte)0x48, "652F4ED8", "支付")]
    [TestCase((byte)0x44, "0102", "")]
    [TestCase((byte)0x01, "48656C6C6F", "Hello")]
    [TestCase((byte)0x03, "E9", "é")]
    public void Coding_schemes_of_the_network_are_read_too(byte dataCoding, string hex, string text) =>
        Assert.That(Read(None, Deliver("", Tlv.OfByte(TlvTag.UssdServiceOp, 0x12)) with { DataCoding = dataCoding, ShortMessage = Octets.FromHex(hex) }).Text, Is.EqualTo(text));

    [Test]
    public void The_data_codings_of_the_settings_are_written()
    {
        var codec = new UssdCodec(None with { GsmDataCoding = 0x0F, Ucs2DataCoding = 0x48 });
        Assert.That(codec.Write(UssdSession.ToBegin(Subscriber, default), "Hello", UssdStep.Ask).DataCoding, Is.EqualTo(0x0F));
        Assert.That(codec.Write(UssdSession.ToBegin(Subscriber, default), "支付", UssdStep.Ask).DataCoding, Is.EqualTo(0x48));
    }

    [TestCase('a', 182, true)]
    [TestCase('a', 183, false)]
    [TestCase('€', 91, true)]
    [TestCase('€', 92, false)]
    [TestCase('中', 80, true)]
    [TestCase('中', 81, false)]
    public void A_text_fits_up_to_the_octets_of_one_string(char character, int count, bool fits)
    {
        var codec = new UssdCodec(None);
        var text = new string(character, count);
        Assert.That(codec.Fits(text), Is.EqualTo(fits));
        Assert.That(() => codec.Write(UssdSession.ToBegin(Subscriber, default), text, UssdStep.Ask), fits ? Throws.Nothing : Throws.ArgumentException);
    }

    [Test]
    public void A_gateway_without_ucs_2_takes_no_such_text() => Assert.That(new UssdCodec(None with { MaxUcs2Units = 0 }).Fits("支付"), Is.False);

    [Test]
    public void A_text_whose_octets_do_not_fit_short_message_does_not_fit() => Assert.That(new UssdCodec(None with { Alphabet = TextEncoding.Utf8 }).Fits(new('é', 150)), Is.False);

    [Test]
    public void A_full_text_packs_into_160_octets() =>
        Assert.That(new UssdCodec(None with { Alphabet = TextEncoding.GsmPacked }).Write(UssdSession.ToBegin(Subscriber, default), new('a', 182), UssdStep.Ask).ShortMessage.Length, Is.EqualTo(160));

    [Test]
    public void Neither_number_nor_text_is_in_what_may_be_logged()
    {
        var input = Read(UssdProfile.Named("vendor_abort")!, Session("4711", 0x0102));
        Assert.That(input.ToString(), Does.Not.Contain("8613800138000").And.Not.Contain("4711").And.Contains("861****00"));
    }

    private static UssdInput Read(UssdProfile profile, DeliverSm message) =>
        new UssdCodec(profile).TryRead(message, out var input, out var refusal) ? input : throw new AssertionException(refusal.Reason);

    private static DeliverSm Session(string text, ushort info) => Deliver(text, Tlv.OfByte(TlvTag.UssdServiceOp, 0x12), Tlv.OfUInt16(TlvTag.ItsSessionInfo, info));

    private static DeliverSm Deliver(string text, params Tlv[] tlvs) => new()
    {
        ServiceType = "USSD",
        SourceAddr = Subscriber,
        ShortMessage = System.Text.Encoding.ASCII.GetBytes(text),
        Tlvs = TlvList.Create(tlvs),
    };
}
