using System.Text;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Text;

/// <summary>How the parts of a long message refer to each other.</summary>
public enum ReferenceSize
{
    /// <summary>8 bits: parts of 153 septets or 67 UCS-2 units. Every handset knows it.</summary>
    Eight,

    /// <summary>16 bits: parts of 152 septets or 66 UCS-2 units.</summary>
    Sixteen,
}

/// <summary>One message to submit.</summary>
/// <param name="ShortMessage">short_message, user data header included.</param>
/// <param name="EsmClass">UDHI if there is a header, else 0.</param>
public sealed record TextPart(Octets ShortMessage, byte EsmClass);

/// <summary>A text ready to be sent.</summary>
/// <param name="Encoding">GSM or UCS-2.</param>
/// <param name="DataCoding">data_coding of every part.</param>
/// <param name="Units">What the limits count: septets (an extension character is two) or UTF-16 units, without headers.</param>
/// <param name="Parts">At least one, in order.</param>
public sealed record Segments(TextEncoding Encoding, byte DataCoding, int Units, IReadOnlyList<TextPart> Parts);

/// <summary>From text to the short messages that carry it: the smallest encoding, and as few parts as the limits allow.</summary>
/// <remarks>
/// A short message is 140 octets on the air: 160 septets or 70 UCS-2 units. A part gives 6 octets (8-bit reference) or 7 (16-bit) to its header.
/// No cut goes through an escape pair or a surrogate pair.
/// </remarks>
public static class ShortMessageText
{
    public const int MaxParts = 255;

    private const int SingleSeptets = 160;
    private const int SingleUnits = 70;

    /// <param name="text">Empty gives one empty part.</param>
    /// <param name="reference">The sender's rolling number for this text to this receiver; its low 8 or 16 bits are used.</param>
    /// <param name="referenceSize">How many bits of it the parts carry.</param>
    /// <exception cref="ArgumentException">The text needs more than <see cref="MaxParts"/> parts.</exception>
    public static Segments Split(string text, int reference = 0, ReferenceSize referenceSize = ReferenceSize.Eight)
    {
        var header = referenceSize == ReferenceSize.Eight ? UserDataHeader.Length8 : UserDataHeader.Length16;
        var septets = GsmAlphabet.Count(text);
        if (septets >= 0)
        {
            var octets = new byte[septets];
            GsmAlphabet.TryEncode(text, octets, out _);
            // Seven octets of a header are 56 bits, six are 48: with a fill bit 49, both whole septets.
            var perPart = SingleSeptets - (((header * 8) + 6) / 7);
            return Build(TextEncoding.Gsm, MessageText.DefaultAlphabet, octets, unitSize: 1, SingleSeptets, perPart, reference, referenceSize);
        }
        var units = Encoding.BigEndianUnicode.GetBytes(text);
        return Build(TextEncoding.Ucs2, MessageText.Ucs2, units, unitSize: 2, SingleUnits, SingleUnits - ((header + 1) / 2), reference, referenceSize);
    }

    private static Segments Build(
        TextEncoding encoding, byte dataCoding, byte[] octets, int unitSize, int single, int perPart, int reference, ReferenceSize referenceSize)
    {
        var units = octets.Length / unitSize;
        if (units <= single)
        {
            return new(encoding, dataCoding, units, [new TextPart(octets, 0)]);
        }
        var cuts = Cut(octets, encoding, unitSize, perPart);
        if (cuts.Count > MaxParts)
        {
            throw new ArgumentException($"The text needs {cuts.Count} parts; {MaxParts} are allowed.");
        }
        var parts = new List<TextPart>(cuts.Count);
        for (var i = 0; i < cuts.Count; i++)
        {
            var place = new Concatenation(reference, cuts.Count, i + 1);
            var header = referenceSize == ReferenceSize.Eight ? UserDataHeader.For8Bit(place) : UserDataHeader.For16Bit(place);
            parts.Add(new((byte[])[.. header, .. octets.AsSpan(cuts[i])], EsmClass.UserDataHeader));
        }
        return new(encoding, dataCoding, units, parts);
    }

    private static List<Range> Cut(byte[] octets, TextEncoding encoding, int unitSize, int perPart)
    {
        var cuts = new List<Range>();
        var start = 0;
        while (start < octets.Length)
        {
            var end = Math.Min(start + (perPart * unitSize), octets.Length);
            if (end < octets.Length && CutsPair(octets, start, end, encoding))
            {
                end -= unitSize;
            }
            cuts.Add(start..end);
            start = end;
        }
        return cuts;
    }

    /// <summary>True if the unit before <paramref name="end"/> is the first of a pair.</summary>
    private static bool CutsPair(byte[] octets, int start, int end, TextEncoding encoding)
    {
        if (encoding == TextEncoding.Ucs2)
        {
            // A high surrogate is D800 to DBFF; a lone one may stand alone.
            return (octets[end - 2] & 0xFC) == 0xD8 && (octets[end] & 0xFC) == 0xDC;
        }
        // An escape is never a second septet here: the encoder writes none.
        return end - 1 >= start && octets[end - 1] == GsmAlphabet.Escape;
    }
}
