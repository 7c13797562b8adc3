using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CsCheck;
using static CarrierPay.Engine.Tests.Protocols.Iso8583.Messages8583;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class CodecTests
{
    /// <summary>Written by npm's iso_8583 2.6.7 (getRawMessage) from the fields of <see cref="Debit"/>.</summary>
    private const string GoldenOfNpm =
        "30323030b238000008c08000000000000400000030303130303030303030303030303132353031313233313630303030303030303031313630303030313132333633323731363030303030314350415930303031434f4646454520202020202020202039373830354445313233";

    [Test]
    public void What_is_written_is_read_again_under_every_profile() => Carried.Sample(carried =>
        Assert.That(MessageReader.Decode(MessageWriter.Encode(carried.Message, carried.Profile), carried.Profile), Is.EqualTo(carried.Message)), iter: 5_000);

    [Test]
    public void The_octets_of_npm_are_written() =>
        Assert.That(Convert.ToHexStringLower(MessageWriter.Encode(Debit, KnownProfiles.Get(KnownProfiles.A1987))), Is.EqualTo(GoldenOfNpm));

    [Test]
    public void The_octets_of_npm_are_read() =>
        Assert.That(MessageReader.Decode(Convert.FromHexString(GoldenOfNpm), KnownProfiles.Get(KnownProfiles.A1987)), Is.EqualTo(Debit));

    /// <summary>By hand: two digits an octet, lengths too; an odd number of digits has a zero before it.</summary>
    [Test]
    public void Digits_and_lengths_are_packed_as_BCD()
    {
        var message = new IsoMessage("0200", (2, "47619000000010005"), (3, "001000"), (22, "812"), (32, "12345"), (39, "00"));
        Assert.That(Convert.ToHexString(MessageWriter.Encode(message, KnownProfiles.Get(KnownProfiles.Bcd1987))), Is.EqualTo(
            "0200" + "6000040102000000" + "17" + "047619000000010005" + "001000" + "0812" + "05" + "012345" + "3030"));
    }

    /// <summary>By hand, from the code page: 0 is F0, A is C1, a blank is 40.</summary>
    [Test]
    public void Text_is_written_in_EBCDIC()
    {
        var message = new IsoMessage("0800", (7, "1123160000"), (11, "000001"), (41, "A"));
        Assert.That(Convert.ToHexString(MessageWriter.Encode(message, KnownProfiles.Get(KnownProfiles.Ebcdic1987))), Is.EqualTo(
            "F0F8F0F0" + "0220000000800000" + "F1F1F2F3F1F6F0F0F0F0" + "F0F0F0F0F0F1" + "C140404040404040"));
    }

    [Test]
    public void Bitmaps_and_octets_are_written_as_hexadecimal_digits()
    {
        var message = new IsoMessage("0800", (11, "000001"), (64, "0123456789ABCDEF"));
        Assert.That(System.Text.Encoding.ASCII.GetString(MessageWriter.Encode(message, KnownProfiles.Get(KnownProfiles.Hex1987))), Is.EqualTo(
            "0800" + "0020000000000001" + "000001" + "0123456789ABCDEF"));
    }

    [Test]
    public void A_third_bitmap_follows_the_second()
    {
        var settings = KnownProfiles.Settings(KnownProfiles.A1987);
        settings.Fields[130] = "n2";
        var octets = MessageWriter.Encode(new("0800", (11, "000001"), (130, "42")), Iso8583Profile.From(settings));
        Assert.That(Convert.ToHexString(octets[4..28]), Is.EqualTo("8020000000000000" + "8000000000000000" + "4000000000000000"));
        Assert.That(MessageReader.Decode(octets, Iso8583Profile.From(settings))[130], Is.EqualTo("42"));
    }

    [Test]
    public void A_short_number_is_filled_with_zeros_and_a_short_text_with_blanks()
    {
        var read = MessageReader.Decode(MessageWriter.Encode(new("0200", (4, "1250"), (41, "AB")), KnownProfiles.Get(KnownProfiles.A1987)), KnownProfiles.Get(KnownProfiles.A1987));
        Assert.That((read[4], read[41]), Is.EqualTo(("000000001250", "AB")));
    }

    [TestCase(4, "1234567890123", Iso8583Fault.TooLong)]
    [TestCase(4, "12.50", Iso8583Fault.WrongContent)]
    [TestCase(2, "12345678901234567890", Iso8583Fault.TooLong)]
    [TestCase(52, "0123", Iso8583Fault.WrongContent)]
    [TestCase(52, "012345678901234G", Iso8583Fault.WrongContent)]
    [TestCase(39, "\u2713", Iso8583Fault.WrongContent)]
    [TestCase(43, "caf\u00e9 \u2615", Iso8583Fault.WrongContent)]
    [TestCase(28, "X00000001", Iso8583Fault.WrongContent)]
    [TestCase(130, "4761", Iso8583Fault.UnknownField)]
    public void A_value_that_its_field_cannot_have_is_refused_by_name(int field, string value, Iso8583Fault fault)
    {
        var refused = Assert.Throws<Iso8583Exception>(() => MessageWriter.Encode(new("0200", (field, value)), KnownProfiles.Get(KnownProfiles.A1987)))!;
        Assert.That((refused.Fault, refused.Field, refused.Path, refused.Offset), Is.EqualTo((fault, field, $"field {field}", -1)));
        Assert.That(refused.Message, Does.Not.Contain(value), "a value may be a card number");
    }

    // Type and bitmap, then the fields: each case is wrong in one place.
    [TestCase("", Iso8583Fault.MtiMalformed, 0, 0)]
    [TestCase("30323", Iso8583Fault.MtiMalformed, 0, 0)]
    [TestCase("31323030" + "0000000000000000", Iso8583Fault.MtiMalformed, 0, 0)]
    [TestCase("30323030" + "00000000000000", Iso8583Fault.BitmapMalformed, 1, 4)]
    [TestCase("30323030" + "8000000000000000" + "00", Iso8583Fault.BitmapMalformed, 1, 12)]
    [TestCase("30323030" + "8000000000000000" + "8000000000000000" + "4000000000000000", Iso8583Fault.UnknownField, 130, 28)]
    [TestCase("30323030" + "8000000000000000" + "8000000000000000" + "8000000000000000", Iso8583Fault.UnknownField, 129, 28)]
    [TestCase("30323030" + "2000000000000000" + "3030313030", Iso8583Fault.Truncated, 3, 12)]
    [TestCase("30323030" + "4000000000000000" + "31", Iso8583Fault.Truncated, 2, 12)]
    [TestCase("30323030" + "4000000000000000" + "313931", Iso8583Fault.Truncated, 2, 14)]
    [TestCase("30323030" + "4000000000000000" + "3230", Iso8583Fault.TooLong, 2, 12)]
    [TestCase("30323030" + "4000000000000000" + "2D31", Iso8583Fault.LengthMalformed, 2, 12)]
    [TestCase("30323030" + "2000000000000000" + "30303130304F", Iso8583Fault.WrongContent, 3, 12)]
    [TestCase("30323030" + "2000000000000000" + "30303130303000", Iso8583Fault.TrailingOctets, 192, 18)]
    public void Octets_that_are_no_message_are_refused_with_field_and_offset(string hex, Iso8583Fault fault, int field, int offset)
    {
        var refused = Assert.Throws<Iso8583Exception>(() => MessageReader.Decode(Convert.FromHexString(hex.Length % 2 == 0 ? hex : hex[..^1]), KnownProfiles.Get(KnownProfiles.A1987)))!;
        Assert.That((refused.Fault, refused.Field, refused.Offset), Is.EqualTo((fault, field, offset)));
    }

    [Test]
    public void A_half_octet_beside_an_odd_number_of_digits_must_be_what_the_profile_says()
    {
        var refused = Assert.Throws<Iso8583Exception>(() => MessageReader.Decode(Convert.FromHexString("0200" + "0000040000000000" + "1812"), KnownProfiles.Get(KnownProfiles.Bcd1987)))!;
        Assert.That((refused.Fault, refused.Field, refused.Offset), Is.EqualTo((Iso8583Fault.PaddingMalformed, 22, 10)));
    }

    [Test]
    public void A_message_longer_than_the_profile_allows_is_neither_written_nor_read()
    {
        var settings = KnownProfiles.Settings(KnownProfiles.A1987);
        settings.LongestMessage = 64;
        var profile = Iso8583Profile.From(settings);
        Assert.That(Assert.Throws<Iso8583Exception>(() => MessageWriter.Encode(new("0200", (48, new string('x', 100))), profile))!.Fault, Is.EqualTo(Iso8583Fault.MessageTooLong));
        Assert.That(Assert.Throws<Iso8583Exception>(() => MessageReader.Decode(new byte[65], profile))!.Fault, Is.EqualTo(Iso8583Fault.MessageTooLong));
    }

    [Test]
    public void Changed_octets_give_a_message_or_the_named_error_and_nothing_else() =>
        Gen.Select(Carried, Gen.Select(Gen.Int[0, 9999], Gen.Byte).Array[1, 6], Gen.Int[0, 9999], Gen.Bool).Sample((carried, changes, cut, cuts) =>
        {
            var octets = MessageWriter.Encode(carried.Message, carried.Profile);
            foreach (var (place, octet) in changes) octets[place % octets.Length] = octet;
            if (cuts) octets = octets[..(cut % octets.Length)];
            Judge(octets, carried.Profile);
        }, iter: 8_000);

    [Test]
    public void Every_field_carries_its_greatest_length([ValueSource(typeof(KnownProfiles), nameof(KnownProfiles.Names))] string name)
    {
        var profile = KnownProfiles.Get(name);
        foreach (var format in Enumerable.Range(2, 127).Select(number => profile[number]).OfType<FieldFormat>())
        {
            var value = format.Content == FieldContent.Binary ? new string('A', format.Length * 2) : format.Content == FieldContent.SignedNumeric ? "C".PadRight(format.Length, '7') : new string('7', format.Length);
            var message = new IsoMessage($"{profile.VersionDigit}200", (format.Number, value));
            Assert.That(MessageReader.Decode(MessageWriter.Encode(message, profile), profile), Is.EqualTo(message));
        }
    }

    [Test]
    public void Arbitrary_octets_give_a_message_or_the_named_error_and_nothing_else() =>
        Gen.Select(Profile, Gen.Byte.Array[0, 200]).Sample(Judge2, iter: 5_000);

    private static void Judge2(Iso8583Profile profile, byte[] octets) => Judge(octets, profile);

    /// <summary>What is read can be written, and means the same then.</summary>
    private static void Judge(byte[] octets, Iso8583Profile profile)
    {
        IsoMessage message;
        try
        {
            message = MessageReader.Decode(octets, profile);
        }
        catch (Iso8583Exception named)
        {
            Assert.That(named.Offset, Is.InRange(0, octets.Length));
            return;
        }
        Assert.That(MessageReader.Decode(MessageWriter.Encode(message, profile), profile), Is.EqualTo(message));
    }
}
