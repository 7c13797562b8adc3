using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Text;

public class MessageTextTests
{
    [TestCase((byte)0x00, "1B65", "€")]
    [TestCase((byte)0x01, "40", "@")]
    [TestCase((byte)0x03, "E9", "é")]
    [TestCase((byte)0x06, "BFE0D8D2D5E2", "Привет")]
    [TestCase((byte)0x07, "F9ECE5ED", "שלום")]
    [TestCase((byte)0x0A, "1B2442467C4B5C1B2842", "日本")]
    [TestCase((byte)0x0E, "B0A1", "가")]
    [TestCase((byte)0x08, "4E2D", "中")]
    [TestCase((byte)0x08, "D83DDE00", "😀")]
    [TestCase((byte)0x10, "00", "@")]
    [TestCase((byte)0x18, "4E2D", "中")]
    [TestCase((byte)0xF0, "00", "@")]
    [TestCase((byte)0xC8, "00", "@")]
    [TestCase((byte)0xE0, "4E2D", "中")]
    public void Text_is_read_by_its_data_coding(byte dataCoding, string hex, string text) =>
        Assert.That(MessageText.Decode(dataCoding, 0, Convert.FromHexString(hex)).Text, Is.EqualTo(text));

    [TestCase((byte)0x02)]
    [TestCase((byte)0x04)]
    [TestCase((byte)0xF5)]
    [TestCase((byte)0x05)]
    [TestCase((byte)0x0D)]
    [TestCase((byte)0x14)]
    [TestCase((byte)0x80)]
    public void What_is_no_text_comes_as_octets(byte dataCoding)
    {
        var decoded = MessageText.Decode(dataCoding, 0, [1, 2, 3]);

        Assert.That(decoded.Encoding, Is.EqualTo(TextEncoding.Binary));
        Assert.That(decoded.Content.ToHex(), Is.EqualTo("010203"));
    }

    [TestCase(TextEncoding.Gsm, "00", "@")]
    [TestCase(TextEncoding.Latin1, "40", "@")]
    [TestCase(TextEncoding.Ascii, "40", "@")]
    [TestCase(TextEncoding.Utf8, "E4B8AD", "中")]
    [TestCase(TextEncoding.GsmPacked, "E8329BFD4697D9EC37", "hellohello")]
    [TestCase(TextEncoding.GsmPacked, "31D98C56B3DD1A", "1234567")]
    public void Data_coding_0_means_what_the_smsc_is_set_to(TextEncoding alphabet, string hex, string text) =>
        Assert.That(MessageText.Decode(0, 0, Convert.FromHexString(hex), alphabet).Text, Is.EqualTo(text));

    [Test]
    public void A_concatenation_element_is_found_behind_others()
    {
        // Port addressing (05, 4 octets), then a 16-bit concatenation.
        var decoded = MessageText.Decode(0, EsmClass.UserDataHeader, Convert.FromHexString("0C" + "05040B8423F0" + "080412340302" + "61"));

        Assert.That(decoded.Concatenation, Is.EqualTo(new Concatenation(0x1234, 3, 2)));
        Assert.That(decoded.Text, Is.EqualTo("a"));
    }

    [TestCase("050003AA0201", 0x00, "")]
    [TestCase("FF0003AA020161", 0x40, null)]
    [TestCase("050003AA000161", 0x40, "a")]
    [TestCase("050003AA020361", 0x40, "a")]
    [TestCase("020041" + "61", 0x40, "a")]
    public void A_header_that_is_none_is_no_concatenation(string hex, int esmClass, string? text)
    {
        var decoded = MessageText.Decode(0, (byte)esmClass, Convert.FromHexString(hex));

        Assert.That(decoded.Concatenation, Is.Null);
        if (!string.IsNullOrEmpty(text))
        {
            Assert.That(decoded.Text, Is.EqualTo(text));
        }
    }

    [Test]
    public void Packed_text_starts_on_a_septet_border_behind_its_header()
    {
        byte[] header = [5, 0, 3, 1, 1, 1];
        var text = Septets.Pack([0x61, 0x62, 0x63], fillBits: 1);

        Assert.That(MessageText.Decode(0, EsmClass.UserDataHeader, [.. header, .. text], TextEncoding.GsmPacked).Text, Is.EqualTo("abc"));
    }

    [Test]
    public void The_payload_is_read_when_there_is_no_short_message()
    {
        var message = new DeliverSm { DataCoding = 8, Tlvs = [new(TlvTag.MessagePayload, new byte[] { 0x4E, 0x2D })] };

        Assert.That(MessageText.Decode(message).Text, Is.EqualTo("中"));
    }

    [Test]
    public void The_payload_of_a_data_sm_is_read() =>
        Assert.That(MessageText.Decode(new DataSm { DataCoding = 8, Tlvs = [new(TlvTag.MessagePayload, new byte[] { 0x4E, 0x2D })] }).Text, Is.EqualTo("中"));

    [Test]
    public void The_place_of_a_part_is_read_from_sar_parameters()
    {
        var message = new DeliverSm { ShortMessage = "a"u8.ToArray(), Tlvs = SarParameters.Write(new(0x1234, 3, 2)) };

        Assert.That(MessageText.Decode(message).Concatenation, Is.EqualTo(new Concatenation(0x1234, 3, 2)));
    }

    [TestCase(0, 0)]
    [TestCase(2, 3)]
    [TestCase(2, 0)]
    public void Sar_parameters_that_cannot_be_are_passed_over(int total, int sequence) =>
        Assert.That(MessageText.Decode(new DeliverSm { Tlvs = SarParameters.Write(new(1, total, sequence)) }).Concatenation, Is.Null);

    [Test]
    public void A_text_is_not_in_the_text_of_what_was_read() =>
        Assert.That(MessageText.Decode(0, 0, "PIN 1234"u8).ToString(), Does.Not.Contain("1234"));

    [Test]
    public void Nothing_that_arrives_makes_reading_fail() =>
        Gen.Select(Gen.Byte, Gen.Byte, Gen.Byte.Array[0, 300], Gen.Enum<TextEncoding>())
            .Sample((dataCoding, esmClass, octets, alphabet) => MessageText.Decode(dataCoding, esmClass, octets, alphabet) is not null, iter: 10_000);
}
