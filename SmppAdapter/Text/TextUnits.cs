namespace CarrierPay.SmppAdapter.Text;

/// <summary>A text in one encoding, as a row of elements that must not be cut: an escape pair and a surrogate pair are one each.</summary>
internal sealed class TextUnits
{
    /// <summary>User data of one short message on the air.</summary>
    public const int AirOctets = 140;

    private readonly byte[] _octets;

    /// <summary>Octets and air units of each element.</summary>
    private readonly (byte Octets, byte Cost)[] _elements;

    private TextUnits(TextEncoding encoding, HeaderElements languages, byte[] octets, (byte Octets, byte Cost)[] elements)
    {
        Encoding = encoding;
        Languages = languages;
        _octets = octets;
        _elements = elements;
        foreach (var element in elements)
        {
            Count += element.Cost;
        }
    }

    public TextEncoding Encoding { get; }

    /// <summary>The header elements that each part needs, whole or not.</summary>
    public HeaderElements Languages { get; }

    /// <summary>What the limits count: septets or UTF-16 units.</summary>
    public int Count { get; }

    private int BitsPerUnit => Encoding == TextEncoding.Ucs2 ? 16 : 7;

    /// <summary>Bits of the text on the air.</summary>
    public int Bits => Count * BitsPerUnit;

    /// <summary>The text in UTF-16, which takes every text.</summary>
    public static TextUnits OfUcs2(string text)
    {
        var elements = new List<(byte, byte)>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            elements.Add(isPair ? ((byte)4, (byte)2) : ((byte)2, (byte)1));
            i += isPair ? 1 : 0;
        }
        return new(TextEncoding.Ucs2, default, TextEncodings.Of(TextEncoding.Ucs2)!.GetBytes(text), [.. elements]);
    }

    /// <summary>The text in a GSM alphabet; null if a character is not in it.</summary>
    public static TextUnits? OfGsm(string text, GsmAlphabet alphabet, TextEncoding encoding)
    {
        var septets = alphabet.Count(text);
        if (septets < 0)
        {
            return null;
        }
        var octets = new byte[septets];
        alphabet.TryEncode(text, octets, out _);
        var elements = new (byte, byte)[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            var size = (byte)alphabet.Septets(text[i]);
            elements[i] = (size, size);
        }
        return new(encoding, new(null, alphabet.LockingShift, alphabet.SingleShift), octets, elements);
    }

    /// <summary>
    /// The text in the octets of an SMSC that has Latin-1 or the like as its default alphabet. It writes GSM on the air, so GSM's septets are what
    /// counts; null if a character is missing in either.
    /// </summary>
    public static TextUnits? OfTranscoding(string text, TextEncoding encoding)
    {
        var octets = new List<byte>(text.Length);
        var elements = new List<(byte, byte)>(text.Length);
        Span<byte> buffer = stackalloc byte[4];
        foreach (var character in text)
        {
            var cost = GsmAlphabet.Default.Septets(character);
            var isThere = encoding switch
            {
                TextEncoding.Ascii => character <= '\u007F',
                TextEncoding.Latin1 => character <= '\u00FF',
                _ => true,
            };
            if (cost == 0 || !isThere)
            {
                return null;
            }
            var length = TextEncodings.Of(encoding)!.GetBytes([character], buffer);
            octets.AddRange(buffer[..length]);
            elements.Add(((byte)length, (byte)cost));
        }
        return new(encoding, default, [.. octets], [.. elements]);
    }

    /// <summary>Units that fit behind a header of this length: a header takes its octets from the 140.</summary>
    public int Room(int headerLength) => (AirOctets - headerLength) * 8 / BitsPerUnit;

    /// <summary>The octets of parts of at most <paramref name="room"/> units and <paramref name="maxOctets"/> octets each; at least one part.</summary>
    public List<ReadOnlyMemory<byte>> Cut(int room, int maxOctets)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        var (start, end, cost) = (0, 0, 0);
        foreach (var element in _elements)
        {
            if (cost + element.Cost > room || end - start + element.Octets > maxOctets)
            {
                parts.Add(_octets.AsMemory(start, end - start));
                (start, cost) = (end, 0);
            }
            end += element.Octets;
            cost += element.Cost;
        }
        parts.Add(_octets.AsMemory(start, end - start));
        return parts;
    }
}
