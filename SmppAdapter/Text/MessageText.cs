using System.Buffers;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Text;

/// <summary>A received message.</summary>
/// <param name="Text">The text, or "" if <paramref name="Encoding"/> is Binary.</param>
/// <param name="Encoding">How it was read.</param>
/// <param name="Concatenation">Which part this is; null if it is whole.</param>
/// <param name="Content">The octets behind the user data header; packed septets come unpacked.</param>
public sealed record DecodedText(string Text, TextEncoding Encoding, Concatenation? Concatenation, Octets Content)
{
    /// <summary>The languages of the tables that a GSM text was read with.</summary>
    public NationalLanguage LockingShift { get; init; }

    public NationalLanguage SingleShift { get; init; }

    /// <summary>Without the text: it may reach a log.</summary>
    public override string ToString() => $"{Text.Length} characters in {Encoding}, {Concatenation}";
}

/// <summary>From octets to text.</summary>
public static class MessageText
{
    /// <summary>data_coding values that are sent.</summary>
    /// <remarks>SMPP 3.4, section 5.2.19.</remarks>
    public const byte DefaultAlphabet = 0x00;
    public const byte Ucs2 = 0x08;

    private const byte Ia5 = 0x01;

    /// <summary>Control characters that no text has: all but tab, line feed and carriage return.</summary>
    private static readonly SearchValues<byte> NoAscii =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(octet => octet is not (0x09 or 0x0A or 0x0D)).Select(octet => (byte)octet)]);

    /// <summary>Reads the text of a message, whichever field carries it, and its place among parts, by header or by sar_ parameters.</summary>
    /// <param name="message">message_payload is read when short_message is empty.</param>
    /// <param name="defaultAlphabet">What this SMSC means by data_coding 0.</param>
    public static DecodedText Decode(MessagePdu message, TextEncoding defaultAlphabet = TextEncoding.Gsm) =>
        Decode(message.DataCoding, message.EsmClass, message.ShortMessage, message.Tlvs, defaultAlphabet);

    /// <summary>Reads the text of a data_sm.</summary>
    /// <param name="message">Its text is in message_payload.</param>
    /// <param name="defaultAlphabet">What this SMSC means by data_coding 0.</param>
    public static DecodedText Decode(DataSm message, TextEncoding defaultAlphabet = TextEncoding.Gsm) =>
        Decode(message.DataCoding, message.EsmClass, default, message.Tlvs, defaultAlphabet);

    /// <summary>Reads a message. Never fails: what is no text comes as <see cref="TextEncoding.Binary"/> with its octets.</summary>
    /// <param name="dataCoding">data_coding.</param>
    /// <param name="esmClass">esm_class: tells whether there is a user data header.</param>
    /// <param name="shortMessage">short_message or message_payload, header included.</param>
    /// <param name="defaultAlphabet">What this SMSC means by data_coding 0: the standard leaves it to the SMSC.</param>
    public static DecodedText Decode(byte dataCoding, byte esmClass, ReadOnlySpan<byte> shortMessage, TextEncoding defaultAlphabet = TextEncoding.Gsm)
    {
        HeaderElements elements = default;
        var content = EsmClass.HasUserDataHeader(esmClass) ? UserDataHeader.Strip(shortMessage, out elements) : shortMessage;
        var encoding = EncodingOf(dataCoding, defaultAlphabet);
        if (dataCoding == Ia5 && content.ContainsAny(NoAscii))
        {
            // SMSCs that pass GSM septets on under data_coding 1: what would be a control character is a letter there.
            encoding = TextEncoding.Gsm;
        }
        if (encoding == TextEncoding.GsmPacked)
        {
            content = Septets.UnpackPadded(content, Septets.FillBits(shortMessage.Length - content.Length));
        }
        return new(Read(content, encoding, elements.LockingShift, elements.SingleShift), encoding, elements.Concatenation, content.ToArray())
        {
            LockingShift = elements.LockingShift,
            SingleShift = elements.SingleShift,
        };
    }

    /// <remarks>SMPP 3.4, section 5.2.19; 0x10 to 0x1F and from 0xC0 on: 3GPP TS 23.038, section 4. JIS (5, 13) and pictograms (9) are left as octets: what SMSCs mean by them differs.</remarks>
    public static TextEncoding EncodingOf(byte dataCoding, TextEncoding defaultAlphabet) => dataCoding switch
    {
        0x00 => defaultAlphabet,
        0x01 => TextEncoding.Ascii,
        0x03 => TextEncoding.Latin1,
        0x06 => TextEncoding.Cyrillic,
        0x07 => TextEncoding.Hebrew,
        0x08 => TextEncoding.Ucs2,
        0x0A => TextEncoding.Iso2022Jp,
        0x0E => TextEncoding.Korean,
        // TP-DCS passed on by the SMSC: general group with a message class; bits 3 and 2 tell the alphabet.
        >= 0x10 and <= 0x1F => (dataCoding & 0x0C) switch { 0x00 => TextEncoding.Gsm, 0x08 => TextEncoding.Ucs2, _ => TextEncoding.Binary },
        // Message waiting indication: discard and store in the default alphabet, then store in UCS-2.
        >= 0xC0 and <= 0xDF => TextEncoding.Gsm,
        >= 0xE0 and <= 0xEF => TextEncoding.Ucs2,
        // Message class: bit 2 tells 8-bit data from the default alphabet.
        >= 0xF0 => (dataCoding & 0x04) == 0 ? TextEncoding.Gsm : TextEncoding.Binary,
        _ => TextEncoding.Binary,
    };

    /// <summary>Reads content without a header. <paramref name="content"/> holds unpacked septets for both GSM encodings.</summary>
    internal static string Read(ReadOnlySpan<byte> content, TextEncoding encoding, NationalLanguage lockingShift, NationalLanguage singleShift) =>
        encoding is TextEncoding.Gsm or TextEncoding.GsmPacked
            ? GsmAlphabet.Of(lockingShift, singleShift).Decode(content)
            : TextEncodings.Of(encoding)?.GetString(content) ?? "";

    private static DecodedText Decode(byte dataCoding, byte esmClass, Octets shortMessage, TlvList tlvs, TextEncoding defaultAlphabet)
    {
        var octets = shortMessage.IsEmpty && tlvs.TryFind(TlvTag.MessagePayload, out var payload) ? payload.Value : shortMessage;
        var decoded = Decode(dataCoding, esmClass, octets.Span, defaultAlphabet);
        return decoded.Concatenation is null && SarParameters.TryRead(tlvs, out var part) ? decoded with { Concatenation = part } : decoded;
    }
}
