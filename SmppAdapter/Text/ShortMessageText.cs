using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Text;

/// <summary>One message to submit.</summary>
/// <param name="ShortMessage">short_message, user data header included; empty if message_payload is among <see cref="Tlvs"/>.</param>
/// <param name="EsmClass">UDHI if there is a header, else 0.</param>
public sealed record TextPart(Octets ShortMessage, byte EsmClass)
{
    /// <summary>Parameters that the message needs: sar_ parameters or message_payload. Empty unless <see cref="SplitOptions.Carriage"/> asks for them.</summary>
    public TlvList Tlvs { get; init; }
}

/// <summary>A text ready to be sent.</summary>
/// <param name="Encoding">How the parts are written.</param>
/// <param name="DataCoding">data_coding of every part.</param>
/// <param name="Units">What the limits count: septets (an extension character is two) or UTF-16 units, without headers.</param>
/// <param name="Parts">At least one, in order.</param>
public sealed record Segments(TextEncoding Encoding, byte DataCoding, int Units, IReadOnlyList<TextPart> Parts)
{
    /// <summary>The languages whose tables the text is written in.</summary>
    public NationalLanguage LockingShift { get; init; }

    public NationalLanguage SingleShift { get; init; }
}

/// <summary>From text to the short messages that carry it: the encoding that needs the fewest parts, then the fewest bits, and as few parts as the limits allow.</summary>
/// <remarks>
/// A short message is 140 octets on the air: 160 septets or 70 UCS-2 units. A part gives 6 octets (8-bit reference) or 7 (16-bit) to its header,
/// and 3 to each national table. No cut goes through an escape pair or a surrogate pair.
/// </remarks>
public static class ShortMessageText
{
    public const int MaxParts = 255;

    /// <param name="text">Empty gives one empty part.</param>
    /// <param name="reference">The sender's rolling number for this text to this receiver; its low 8 or 16 bits are used.</param>
    /// <param name="referenceSize">How many bits of it the parts carry.</param>
    /// <exception cref="ArgumentException">The text needs more than <see cref="MaxParts"/> parts.</exception>
    public static Segments Split(string text, int reference = 0, ReferenceSize referenceSize = ReferenceSize.Eight) =>
        Split(text, reference, SplitOptions.Default with { ReferenceSize = referenceSize });

    /// <param name="text">Empty gives one empty part.</param>
    /// <param name="reference">The sender's rolling number for this text to this receiver; its low 8 or 16 bits are used.</param>
    /// <param name="options">What the SMSC and its handsets take.</param>
    /// <exception cref="ArgumentException">The text needs more than <see cref="MaxParts"/> parts, or does not fit message_payload.</exception>
    public static Segments Split(string text, int reference, SplitOptions options)
    {
        TextUnits? best = null;
        foreach (var candidate in Candidates(text, options))
        {
            // The first of equals stays: what every handset reads comes before a language's tables.
            if (best is null || Effort(candidate, options).CompareTo(Effort(best, options)) < 0)
            {
                best = candidate;
            }
        }
        return Build(best!, reference, options);
    }

    private static IEnumerable<TextUnits> Candidates(string text, SplitOptions options)
    {
        var alphabet = options.DefaultAlphabet;
        var isGsm = alphabet is TextEncoding.Gsm or TextEncoding.GsmPacked;
        var plain = isGsm ? TextUnits.OfGsm(text, GsmAlphabet.Default, alphabet) : TextUnits.OfTranscoding(text, alphabet);
        // No character takes more bits in plain GSM than in UCS-2.
        yield return plain ?? TextUnits.OfUcs2(text);
        if (!isGsm)
        {
            yield break;
        }
        foreach (var (locking, single) in options.Languages.SelectMany(TablePairs))
        {
            if (TextUnits.OfGsm(text, GsmAlphabet.Of(locking, single), alphabet) is { } gsm)
            {
                yield return gsm;
            }
        }
    }

    private static IEnumerable<(NationalLanguage Locking, NationalLanguage Single)> TablePairs(NationalLanguage language) =>
        [(NationalLanguage.None, language), (language, NationalLanguage.None), (language, language)];

    /// <summary>Parts, then bits on the air with the headers of languages.</summary>
    private static (int Parts, int Bits) Effort(TextUnits units, SplitOptions options)
    {
        var alone = UserDataHeader.Write(units.Languages, options.ReferenceSize).Length;
        if (units.Count <= units.Room(alone))
        {
            return (1, (alone * 8) + units.Bits);
        }
        var header = PartHeader(units, new(0, 1, 1), options).Length;
        // A pair at a border may cost a part more: only a real cut tells.
        var parts = units.Cut(units.Room(header), MessagePdu.MaxShortMessage - header).Count;
        return (parts, (parts * header * 8) + units.Bits);
    }

    private static Segments Build(TextUnits units, int reference, SplitOptions options)
    {
        var alone = UserDataHeader.Write(units.Languages, options.ReferenceSize);
        IReadOnlyList<TextPart> parts;
        var whole = units.Cut(int.MaxValue, int.MaxValue)[0];
        if (units.Count <= units.Room(alone.Length) && alone.Length + whole.Length <= MessagePdu.MaxShortMessage)
        {
            parts = [Part(units.Encoding, alone, whole)];
        }
        else if (options.Carriage == LongTextCarriage.MessagePayload)
        {
            parts = [Payload(units.Encoding, alone, whole)];
        }
        else
        {
            parts = InParts(units, reference, options);
        }
        var dataCoding = units.Encoding == TextEncoding.Ucs2 ? MessageText.Ucs2 : MessageText.DefaultAlphabet;
        return new(units.Encoding, dataCoding, units.Count, parts) { LockingShift = units.Languages.LockingShift, SingleShift = units.Languages.SingleShift };
    }

    private static List<TextPart> InParts(TextUnits units, int reference, SplitOptions options)
    {
        // The SMSC makes a header out of sar_ parameters: its room is given up, too.
        var headerLength = PartHeader(units, new(reference, 1, 1), options).Length;
        var cuts = units.Cut(units.Room(headerLength), MessagePdu.MaxShortMessage - headerLength);
        if (cuts.Count > MaxParts)
        {
            throw new ArgumentException($"The text needs {cuts.Count} parts; {MaxParts} are allowed.");
        }
        var parts = new List<TextPart>(cuts.Count);
        for (var i = 0; i < cuts.Count; i++)
        {
            var place = new Concatenation(reference, cuts.Count, i + 1);
            parts.Add(options.Carriage == LongTextCarriage.SarParameters
                ? Part(units.Encoding, UserDataHeader.Write(units.Languages, options.ReferenceSize), cuts[i]) with { Tlvs = SarParameters.Write(place) }
                : Part(units.Encoding, PartHeader(units, place, options), cuts[i]));
        }
        return parts;
    }

    private static byte[] PartHeader(TextUnits units, Concatenation place, SplitOptions options) =>
        UserDataHeader.Write(units.Languages with { Concatenation = place }, options.ReferenceSize);

    private static TextPart Part(TextEncoding encoding, byte[] header, ReadOnlyMemory<byte> content) =>
        new(UserData(encoding, header, content), header.Length == 0 ? (byte)0 : EsmClass.UserDataHeader);

    private static TextPart Payload(TextEncoding encoding, byte[] header, ReadOnlyMemory<byte> content)
    {
        var userData = UserData(encoding, header, content);
        if (userData.Length > ushort.MaxValue)
        {
            throw new ArgumentException($"The text needs {userData.Length} octets; message_payload has {ushort.MaxValue}.");
        }
        return new(default, header.Length == 0 ? (byte)0 : EsmClass.UserDataHeader) { Tlvs = [new(TlvTag.MessagePayload, userData)] };
    }

    private static byte[] UserData(TextEncoding encoding, byte[] header, ReadOnlyMemory<byte> content)
    {
        if (encoding != TextEncoding.GsmPacked)
        {
            return [.. header, .. content.Span];
        }
        var fillBits = Septets.FillBits(header.Length);
        var packed = Septets.PackPadded(content.Span, fillBits);
        // A full short message that ends with a line break has no room for the second one that padding asks for.
        return header.Length + packed.Length == TextUnits.AirOctets + 1 ? [.. header, .. Septets.Pack(content.Span, fillBits)] : [.. header, .. packed];
    }
}
