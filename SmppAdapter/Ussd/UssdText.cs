using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>Texts of one message in the alphabets and lengths of a profile. USSD has no parts: what does not fit needs pages.</summary>
internal sealed class UssdText(UssdProfile profile)
{
    public bool Fits(string text) => text.Length <= UssdProfile.MostSeptets && Units(text) is { } units && Fits(units);

    /// <exception cref="ArgumentException">The text is too long.</exception>
    public (byte DataCoding, Octets Octets) Write(string text)
    {
        var units = Units(text);
        if (units is null || !Fits(units))
        {
            throw new ArgumentException($"A text of {units?.Count ?? text.Length} units does not fit one USSD message of the profile {profile.Name} ({profile.MaxSeptets} septets, {profile.MaxUcs2Units} UCS-2 units).");
        }
        var octets = Octets(units);
        return units.Encoding switch
        {
            TextEncoding.Ucs2 => (profile.Ucs2DataCoding, octets),
            TextEncoding.GsmPacked => (profile.GsmDataCoding, Septets.PackPadded(octets.Span)),
            _ => (profile.GsmDataCoding, octets),
        };
    }

    /// <summary>Never fails: what is no text reads as "".</summary>
    public string Read(MessagePdu message)
    {
        var octets = message.ShortMessage.IsEmpty && message.Tlvs.TryFind(TlvTag.MessagePayload, out var payload) ? payload.Value : message.ShortMessage;
        return EncodingOf(message.DataCoding) switch
        {
            TextEncoding.Gsm => GsmAlphabet.Default.Decode(octets.Span),
            TextEncoding.GsmPacked => GsmAlphabet.Default.Decode(Septets.UnpackPadded(octets.Span)),
            TextEncoding.Binary => "",
            var other => TextEncodings.Of(other)!.GetString(octets.Span),
        };
    }

    /// <summary>The text in the alphabet of the profile, else in UCS-2; null if the gateway takes neither.</summary>
    private TextUnits? Units(string text)
    {
        var plain = profile.Alphabet is TextEncoding.Gsm or TextEncoding.GsmPacked
            ? TextUnits.OfGsm(text, GsmAlphabet.Default, profile.Alphabet)
            : TextUnits.OfTranscoding(text, profile.Alphabet);
        return plain ?? (profile.MaxUcs2Units > 0 ? TextUnits.OfUcs2(text) : null);
    }

    /// <remarks>In UTF-8 a text of few septets may be longer than short_message can be.</remarks>
    private bool Fits(TextUnits units) =>
        units.Count <= (units.Encoding == TextEncoding.Ucs2 ? profile.MaxUcs2Units : profile.MaxSeptets)
        && (units.Encoding != TextEncoding.Utf8 || Octets(units).Length <= MessagePdu.MaxShortMessage);

    private static ReadOnlyMemory<byte> Octets(TextUnits units) => units.Cut(int.MaxValue, int.MaxValue)[0];

    /// <remarks>
    /// 3GPP TS 23.038, section 5, is the coding scheme of USSD: 0x0F default alphabet, language unspecified; 0x40 to 0x7F general coding, bits 3 and 2 tell the
    /// alphabet. Some gateways pass it on, others translate it to SMPP's own.
    /// </remarks>
    private TextEncoding EncodingOf(byte dataCoding) =>
        dataCoding == profile.GsmDataCoding ? profile.Alphabet
        : dataCoding == profile.Ucs2DataCoding ? TextEncoding.Ucs2
        : dataCoding switch
        {
            0x0F => profile.Alphabet,
            >= 0x40 and <= 0x7F => (dataCoding & 0x0C) switch { 0x00 => profile.Alphabet, 0x08 => TextEncoding.Ucs2, _ => TextEncoding.Binary },
            _ => MessageText.EncodingOf(dataCoding, profile.Alphabet),
        };
}
