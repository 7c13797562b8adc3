using CarrierPay.SmppAdapter.Text;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Text;

public class GsmAlphabetTests
{
    /// <summary>The code points of the basic table, row by row (3GPP TS 23.038, section 6.2.1), written down apart from the library's own table.</summary>
    private const string Table = """
        0040 00A3 0024 00A5 00E8 00E9 00F9 00EC 00F2 00C7 000A 00D8 00F8 000D 00C5 00E5
        0394 005F 03A6 0393 039B 03A9 03A0 03A8 03A3 0398 039E 001B 00C6 00E6 00DF 00C9
        0020 0021 0022 0023 00A4 0025 0026 0027 0028 0029 002A 002B 002C 002D 002E 002F
        0030 0031 0032 0033 0034 0035 0036 0037 0038 0039 003A 003B 003C 003D 003E 003F
        00A1 0041 0042 0043 0044 0045 0046 0047 0048 0049 004A 004B 004C 004D 004E 004F
        0050 0051 0052 0053 0054 0055 0056 0057 0058 0059 005A 00C4 00D6 00D1 00DC 00A7
        00BF 0061 0062 0063 0064 0065 0066 0067 0068 0069 006A 006B 006C 006D 006E 006F
        0070 0071 0072 0073 0074 0075 0076 0077 0078 0079 007A 00E4 00F6 00F1 00FC 00E0
        """;

    private static readonly char[] Basic =
        [.. Table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(hex => (char)Convert.ToInt32(hex, 16))];

    private static readonly Dictionary<byte, char> Extension = new()
    {
        [0x0A] = '\f',
        [0x14] = '^',
        [0x28] = '{',
        [0x29] = '}',
        [0x2F] = '\\',
        [0x3C] = '[',
        [0x3D] = '~',
        [0x3E] = ']',
        [0x40] = '|',
        [0x65] = '€',
    };

    /// <summary>Texts of the alphabet, with many extension characters.</summary>
    internal static readonly Gen<string> Text =
        Gen.OneOf(Gen.OneOf([.. Basic.Where(character => character != '\u001B')]), Gen.OneOf([.. Extension.Values])).Array[0, 400]
            .Select(characters => new string(characters));

    [Test]
    public void Every_septet_of_the_basic_table_decodes_and_encodes()
    {
        for (byte septet = 0; septet < 128; septet++)
        {
            if (septet == GsmAlphabet.Escape)
            {
                continue;
            }
            Assert.That(GsmAlphabet.Default.Decode([septet]), Is.EqualTo(Basic[septet].ToString()), $"0x{septet:X2}");
            Assert.That(Encode(Basic[septet].ToString()), Is.EqualTo(new[] { septet }));
        }
    }

    [Test]
    public void Every_character_of_the_extension_table_is_an_escape_pair()
    {
        foreach (var (septet, character) in Extension)
        {
            Assert.That(Encode(character.ToString()), Is.EqualTo(new byte[] { 0x1B, septet }));
            Assert.That(GsmAlphabet.Default.Decode([0x1B, septet]), Is.EqualTo(character.ToString()));
        }
    }

    [Test]
    public void No_other_character_is_in_the_alphabet()
    {
        for (var character = 0; character <= char.MaxValue; character++)
        {
            var isKnown = (Array.IndexOf(Basic, (char)character) >= 0 && character != 0x1B) || Extension.ContainsValue((char)character);
            Assert.That(GsmAlphabet.Default.Septets((char)character) > 0, Is.EqualTo(isKnown), $"U+{character:X4}");
        }
    }

    [Test]
    public void Text_comes_back_from_its_septets() => Text.Sample(text => GsmAlphabet.Default.Decode(Encode(text)) == text);

    [TestCase("1B41", "A", TestName = "An_unknown_pair_shows_the_basic_character")]
    [TestCase("1B1B", " ", TestName = "A_doubled_escape_shows_a_space")]
    [TestCase("411B", "A", TestName = "A_lone_escape_at_the_end_is_dropped")]
    [TestCase("C1", "A", TestName = "A_high_bit_is_ignored")]
    public void Odd_septets_are_read(string hex, string text) => Assert.That(GsmAlphabet.Default.Decode(Convert.FromHexString(hex)), Is.EqualTo(text));

    [Test]
    public void Septets_come_back_from_their_packing() =>
        Gen.Select(Gen.Byte[0, 127].Array[0, 200], Gen.Int[0, 6]).Sample((septets, fillBits) =>
            Septets.Unpack(Septets.Pack(septets, fillBits), fillBits, septets.Length).SequenceEqual(septets));

    // The example known from many documents of GSM: "hellohello".
    [Test]
    public void Packing_is_little_endian_by_bit() =>
        Assert.That(Convert.ToHexString(Septets.Pack(Encode("hellohello"))), Is.EqualTo("E8329BFD4697D9EC37"));

    [TestCase("1234567", 7, 0x1A)]
    [TestCase("1234567\r", 8, 0x0D)]
    public void A_ussd_string_never_ends_in_a_false_at_sign(string text, int octets, int lastSeptetShifted)
    {
        var packed = Septets.PackPadded(Encode(text));

        Assert.That(packed, Has.Length.EqualTo(octets));
        Assert.That(Septets.Unpack(packed)[^1], Is.EqualTo(0x0D));
        Assert.That(packed[^1], Is.EqualTo(lastSeptetShifted));
    }

    private static byte[] Encode(string text)
    {
        var septets = new byte[GsmAlphabet.Default.Count(text)];
        Assert.That(GsmAlphabet.Default.TryEncode(text, septets, out var written), Is.True);
        Assert.That(written, Is.EqualTo(septets.Length));
        return septets;
    }
}
