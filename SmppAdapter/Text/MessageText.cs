using System.Text;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Text;

/// <summary>How text is written in octets.</summary>
public enum TextEncoding
{
    /// <summary>GSM 7-bit default alphabet, one septet per octet.</summary>
    Gsm,

    /// <summary>The same, packed.</summary>
    GsmPacked,
    Ascii,
    Latin1,

    /// <summary>UCS-2, read and written as UTF-16 big-endian.</summary>
    Ucs2,

    /// <summary>No text: binary, or an alphabet that this library has no table for.</summary>
    Binary,
}

/// <summary>A received message.</summary>
/// <param name="Text">The text, or "" if <paramref name="Encoding"/> is Binary.</param>
/// <param name="Encoding">How it was read.</param>
/// <param name="Concatenation">Which part this is; null if it is whole.</param>
/// <param name="Content">The octets behind the user data header.</param>
public sealed record DecodedText(string Text, TextEncoding Encoding, Concatenation? Concatenation, Octets Content);

/// <summary>From octets to text.</summary>
public static class MessageText
{
    /// <summary>data_coding values that are sent.</summary>
    /// <remarks>SMPP 3.4, section 5.2.19.</remarks>
    public const byte DefaultAlphabet = 0x00;
    public const byte Ucs2 = 0x08;

    /// <summary>Reads the text of a message, whichever field carries it.</summary>
    /// <param name="message">message_payload is read when short_message is empty.</param>
    /// <param name="defaultAlphabet">What this SMSC means by data_coding 0.</param>
    public static DecodedText Decode(MessagePdu message, TextEncoding defaultAlphabet = TextEncoding.Gsm)
    {
        var octets = message.ShortMessage.IsEmpty && message.Tlvs.TryFind(TlvTag.MessagePayload, out var payload) ? payload.Value : message.ShortMessage;
        return Decode(message.DataCoding, message.EsmClass, octets.Span, defaultAlphabet);
    }

    /// <summary>Reads a message. Never fails: what is no text comes as <see cref="TextEncoding.Binary"/> with its octets.</summary>
    /// <param name="dataCoding">data_coding.</param>
    /// <param name="esmClass">esm_class: tells whether there is a user data header.</param>
    /// <param name="shortMessage">short_message or message_payload, header included.</param>
    /// <param name="defaultAlphabet">What this SMSC means by data_coding 0: the standard leaves it to the SMSC.</param>
    public static DecodedText Decode(byte dataCoding, byte esmClass, ReadOnlySpan<byte> shortMessage, TextEncoding defaultAlphabet = TextEncoding.Gsm)
    {
        Concatenation? concatenation = null;
        var content = EsmClass.HasUserDataHeader(esmClass) ? UserDataHeader.Strip(shortMessage, out concatenation) : shortMessage;
        var encoding = EncodingOf(dataCoding, defaultAlphabet);
        // Packed text starts on a septet border counted from the start of the header.
        var fillBits = (7 - ((shortMessage.Length - content.Length) * 8 % 7)) % 7;
        var text = encoding switch
        {
            TextEncoding.Gsm => GsmAlphabet.Decode(content),
            TextEncoding.GsmPacked => GsmAlphabet.Decode(Septets.Unpack(content, fillBits)),
            TextEncoding.Ascii => Encoding.ASCII.GetString(content),
            TextEncoding.Latin1 => Encoding.Latin1.GetString(content),
            TextEncoding.Ucs2 => Encoding.BigEndianUnicode.GetString(content),
            _ => "",
        };
        return new(text, encoding, concatenation, content.ToArray());
    }

    /// <remarks>SMPP 3.4, section 5.2.19; message classes: 3GPP TS 23.038, section 4.</remarks>
    public static TextEncoding EncodingOf(byte dataCoding, TextEncoding defaultAlphabet) => dataCoding switch
    {
        0x00 => defaultAlphabet,
        0x01 => TextEncoding.Ascii,
        0x03 => TextEncoding.Latin1,
        0x08 => TextEncoding.Ucs2,
        // Message waiting indication: discard and store in the default alphabet, then store in UCS-2.
        >= 0xC0 and <= 0xDF => TextEncoding.Gsm,
        >= 0xE0 and <= 0xEF => TextEncoding.Ucs2,
        // Message class: bit 2 tells 8-bit data from the default alphabet.
        >= 0xF0 => (dataCoding & 0x04) == 0 ? TextEncoding.Gsm : TextEncoding.Binary,
        _ => TextEncoding.Binary,
    };
}
