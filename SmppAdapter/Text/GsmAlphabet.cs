using System.Collections.Frozen;
using System.Text;

namespace CarrierPay.SmppAdapter.Text;

/// <summary>The GSM 7-bit default alphabet with its extension table, one septet per octet as SMPP carries it.</summary>
/// <remarks>3GPP TS 23.038, sections 6.2.1 and 6.2.1.1.</remarks>
public static class GsmAlphabet
{
    /// <summary>The septet before one of the extension table.</summary>
    public const byte Escape = 0x1B;

    /// <summary>Row by row, sixteen to a row. The place of the escape holds U+001B.</summary>
    private const string Basic =
        "@\u00A3$\u00A5\u00E8\u00E9\u00F9\u00EC\u00F2\u00C7\n\u00D8\u00F8\r\u00C5\u00E5"
        + "\u0394_\u03A6\u0393\u039B\u03A9\u03A0\u03A8\u03A3\u0398\u039E\u001B\u00C6\u00E6\u00DF\u00C9"
        + " !\"#\u00A4%&'()*+,-./"
        + "0123456789:;<=>?"
        + "\u00A1ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ\u00C4\u00D6\u00D1\u00DC\u00A7"
        + "\u00BFabcdefghijklmno"
        + "pqrstuvwxyz\u00E4\u00F6\u00F1\u00FC\u00E0";

    private static readonly (byte Septet, char Character)[] Extension =
    [
        (0x0A, '\f'), (0x14, '^'), (0x28, '{'), (0x29, '}'), (0x2F, '\\'), (0x3C, '['), (0x3D, '~'), (0x3E, ']'), (0x40, '|'), (0x65, '\u20AC'),
    ];

    /// <summary>Marks among the septets: not in the alphabet; in the extension table.</summary>
    private const byte Absent = 0xFF;
    private const byte Extended = 0x80;

    /// <summary>Septet of each character below U+0100.</summary>
    private static readonly byte[] Latin = new byte[256];

    /// <summary>The few above: Greek capitals and the euro sign.</summary>
    private static readonly FrozenDictionary<char, byte> Beyond;

    private static readonly char[] ExtensionBySeptet = new char[128];

    static GsmAlphabet()
    {
        var beyond = new Dictionary<char, byte>();
        Array.Fill(Latin, Absent);
        for (byte septet = 0; septet < Basic.Length; septet++)
        {
            if (septet != Escape)
            {
                Map(Basic[septet], septet, beyond);
            }
        }
        foreach (var (septet, character) in Extension)
        {
            Map(character, (byte)(septet | Extended), beyond);
            ExtensionBySeptet[septet] = character;
        }
        Beyond = beyond.ToFrozenDictionary();
    }

    /// <summary>The character of a septet of the basic table.</summary>
    public static char Character(byte septet) => Basic[septet & 0x7F];

    /// <summary>How many septets a character takes: 1, 2, or 0 if it is not in the alphabet.</summary>
    public static int Septets(char character)
    {
        var code = Code(character);
        return code == Absent ? 0 : (code & Extended) == 0 ? 1 : 2;
    }

    /// <summary>Septets of a text, or -1 if a character is not in the alphabet.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var character in text)
        {
            var septets = Septets(character);
            if (septets == 0)
            {
                return -1;
            }
            count += septets;
        }
        return count;
    }

    /// <summary>Encodes a text into <paramref name="septets"/>, which has room for <see cref="Count"/> octets. False, with nothing promised about the octets, if a character is not in the alphabet.</summary>
    public static bool TryEncode(ReadOnlySpan<char> text, Span<byte> septets, out int written)
    {
        written = 0;
        foreach (var character in text)
        {
            var code = Code(character);
            if (code < Extended)
            {
                septets[written++] = code;
                continue;
            }
            if (code == Absent)
            {
                return false;
            }
            septets[written++] = Escape;
            septets[written++] = (byte)(code & 0x7F);
        }
        return true;
    }

    /// <summary>Decodes unpacked septets. Never fails: an unknown pair shows the basic character of its second septet (as TS 23.038 asks), a lone escape at the end is dropped, a high bit is ignored.</summary>
    public static string Decode(ReadOnlySpan<byte> septets)
    {
        var text = new StringBuilder(septets.Length);
        for (var i = 0; i < septets.Length; i++)
        {
            var septet = (byte)(septets[i] & 0x7F);
            if (septet != Escape)
            {
                text.Append(Basic[septet]);
            }
            else if (++i < septets.Length)
            {
                text.Append(DecodeExtension((byte)(septets[i] & 0x7F)));
            }
        }
        return text.ToString();
    }

    private static char DecodeExtension(byte septet)
    {
        var character = ExtensionBySeptet[septet];
        // A second escape is reserved for a further table: a space (TS 23.038, note 1).
        return character != '\0' ? character : septet == Escape ? ' ' : Basic[septet];
    }

    private static byte Code(char character) =>
        character < Latin.Length ? Latin[character] : Beyond.GetValueOrDefault(character, Absent);

    private static void Map(char character, byte code, Dictionary<char, byte> beyond)
    {
        if (character < Latin.Length)
        {
            Latin[character] = code;
        }
        else
        {
            beyond.Add(character, code);
        }
    }
}
