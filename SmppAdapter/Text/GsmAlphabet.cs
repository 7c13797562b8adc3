namespace CarrierPay.SmppAdapter.Text;

/// <summary>A GSM 7-bit alphabet: a table of 128 characters and a second one behind an escape. One septet per octet, as SMPP carries it.</summary>
/// <remarks>3GPP TS 23.038, sections 6.2.1 and 6.2.1.2: a language's locking shift table takes the first one's place, its single shift table the second one's.</remarks>
public sealed class GsmAlphabet
{
    /// <summary>The septet before one of the second table.</summary>
    public const byte Escape = 0x1B;

    private const int Languages = 14;

    /// <summary>Row by row, sixteen to a row.</summary>
    private const string DefaultBasic =
        "@\u00A3$\u00A5\u00E8\u00E9\u00F9\u00EC\u00F2\u00C7\n\u00D8\u00F8\r\u00C5\u00E5"
        + "\u0394_\u03A6\u0393\u039B\u03A9\u03A0\u03A8\u03A3\u0398\u039E\uFFFF\u00C6\u00E6\u00DF\u00C9"
        + " !\"#\u00A4%&'()*+,-./"
        + "0123456789:;<=>?"
        + "\u00A1ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ\u00C4\u00D6\u00D1\u00DC\u00A7"
        + "\u00BFabcdefghijklmno"
        + "pqrstuvwxyz\u00E4\u00F6\u00F1\u00FC\u00E0";

    private static readonly (byte Septet, char Character)[] DefaultExtension =
    [
        (0x0A, '\f'), (0x14, '^'), (0x28, '{'), (0x29, '}'), (0x2F, '\\'), (0x3C, '['), (0x3D, '~'), (0x3E, ']'), (0x40, '|'), (0x65, '\u20AC'),
    ];

    /// <summary>Marks among the codes: not in the alphabet; behind an escape.</summary>
    private const short Absent = -1;
    private const short Extended = 0x80;

    private static readonly GsmAlphabet?[] Made = new GsmAlphabet?[Languages * Languages];

    private readonly char[] _basic;
    private readonly char[] _extension;

    /// <summary>Code of each character below U+0100.</summary>
    private readonly short[] _latin = new short[256];

    /// <summary>Code of the others.</summary>
    private readonly Dictionary<char, short> _beyond = [];

    private GsmAlphabet(NationalLanguage lockingShift, NationalLanguage singleShift)
    {
        LockingShift = lockingShift;
        SingleShift = singleShift;
        _basic = NationalTables.Locking(lockingShift) ?? DefaultBasic.ToCharArray();
        _extension = NationalTables.Single(singleShift) ?? MakeDefaultExtension();
        Array.Fill(_latin, Absent);
        // Where a character has several places, the first one counts, and the table without an escape.
        for (var septet = 127; septet >= 0; septet--)
        {
            Map(_extension[septet], (short)(septet | Extended));
        }
        for (var septet = 127; septet >= 0; septet--)
        {
            Map(_basic[septet], (short)septet);
        }
    }

    /// <summary>The default alphabet with its extension table.</summary>
    public static GsmAlphabet Default { get; } = Of(NationalLanguage.None, NationalLanguage.None);

    /// <summary>None, or the language whose table takes the place of the default alphabet.</summary>
    public NationalLanguage LockingShift { get; }

    /// <summary>None, or the language whose table takes the place of the extension table.</summary>
    public NationalLanguage SingleShift { get; }

    /// <summary>The alphabet of a pair of tables. A language that is reserved or has no such table stands for None.</summary>
    public static GsmAlphabet Of(NationalLanguage lockingShift, NationalLanguage singleShift)
    {
        lockingShift = lockingShift is NationalLanguage.Spanish or > NationalLanguage.Urdu ? NationalLanguage.None : lockingShift;
        singleShift = singleShift > NationalLanguage.Urdu ? NationalLanguage.None : singleShift;
        // Made on first use; two threads may make the same one, which does no harm.
        return Made[((int)lockingShift * Languages) + (int)singleShift] ??= new(lockingShift, singleShift);
    }

    /// <summary>How many septets a character takes: 1, 2, or 0 if it is not in the alphabet.</summary>
    public int Septets(char character) => Code(character) switch
    {
        Absent => 0,
        < Extended => 1,
        _ => 2,
    };

    /// <summary>Septets of a text, or -1 if a character is not in the alphabet.</summary>
    public int Count(ReadOnlySpan<char> text)
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
    public bool TryEncode(ReadOnlySpan<char> text, Span<byte> septets, out int written)
    {
        written = 0;
        var count = 0;
        foreach (var character in text)
        {
            var code = Code(character);
            if (code == Absent)
            {
                return false;
            }
            if (code >= Extended)
            {
                septets[count++] = Escape;
            }
            septets[count++] = (byte)(code & 0x7F);
        }
        written = count;
        return true;
    }

    /// <summary>
    /// Decodes unpacked septets. Never fails: an unknown pair shows the basic character of its second septet (as TS 23.038 asks), a place without a
    /// character shows a space, a lone escape at the end is dropped, a high bit is ignored.
    /// </summary>
    public string Decode(ReadOnlySpan<byte> septets)
    {
        // A short message has 160 at most; message_payload may bring more.
        Span<char> text = septets.Length <= 256 ? stackalloc char[256] : new char[septets.Length];
        var length = 0;
        for (var i = 0; i < septets.Length; i++)
        {
            var septet = septets[i] & 0x7F;
            if (septet != Escape)
            {
                text[length++] = Basic(septet);
            }
            else if (++i < septets.Length)
            {
                septet = septets[i] & 0x7F;
                // A second escape is reserved for a further table: it shows a space (TS 23.038, note 1).
                text[length++] = _extension[septet] != NationalTables.Absent ? _extension[septet] : Basic(septet);
            }
        }
        return new(text[..length]);
    }

    private char Basic(int septet) => _basic[septet] != NationalTables.Absent ? _basic[septet] : ' ';

    private short Code(char character) => character < _latin.Length ? _latin[character] : _beyond.GetValueOrDefault(character, Absent);

    private void Map(char character, short code)
    {
        if (character < _latin.Length)
        {
            _latin[character] = code;
        }
        else if (character != NationalTables.Absent)
        {
            _beyond[character] = code;
        }
    }

    private static char[] MakeDefaultExtension()
    {
        var extension = new char[128];
        Array.Fill(extension, NationalTables.Absent);
        foreach (var (septet, character) in DefaultExtension)
        {
            extension[septet] = character;
        }
        return extension;
    }
}
