using CarrierPay.Simulator.Phones;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.Simulator.Smsc;

/// <summary>One short message as it was submitted: its text, and which part of what it is.</summary>
/// <param name="Place">Null if it is whole.</param>
internal readonly record struct AirPart(string Text, MessageEncoding Encoding, Concatenation? Place);

/// <summary>From what a person reads to what is on the air, and back.</summary>
internal static class AirText
{
    /// <summary>As many short messages as a handset makes of one text.</summary>
    public const int MaximumParts = 10;

    /// <summary>False if the text needs more than <see cref="MaximumParts"/>.</summary>
    public static bool TryEncode(string text, int reference, out Segments segments)
    {
        // Longer than any text that fits: not worth encoding, whatever it is.
        segments = new Segments(TextEncoding.Gsm, 0, 0, []);
        if (text.Length > MaximumParts * 153) return false;
        segments = ShortMessageText.Split(text, reference);
        return segments.Parts.Count <= MaximumParts;
    }

    public static MessageEncoding Encoding(this Segments segments) => segments.Encoding == TextEncoding.Ucs2 ? MessageEncoding.Ucs2 : MessageEncoding.Gsm7;

    /// <summary>Reads a submit_sm; what is no text is shown as its octets, for an integrator wants to see what arrived.</summary>
    public static AirPart Read(MessagePdu pdu)
    {
        var decoded = MessageText.Decode(pdu);
        return new AirPart(
            decoded.Encoding == TextEncoding.Binary ? $"[data_coding 0x{pdu.DataCoding:X2}: {decoded.Content.ToHex()}]" : decoded.Text,
            decoded.Encoding == TextEncoding.Ucs2 ? MessageEncoding.Ucs2 : MessageEncoding.Gsm7,
            decoded.Concatenation ?? FromTlvs(pdu));
    }

    // The other way to say the same: sar_* parameters instead of a header (SMPP 3.4, sections 5.3.2.22 to 5.3.2.24).
    private static Concatenation? FromTlvs(MessagePdu pdu) =>
        pdu.Tlvs.TryFind(TlvTag.SarMsgRefNum, out var sar) && sar.TryReadNumber(out var reference)
        && pdu.Tlvs.TryFind(TlvTag.SarTotalSegments, out var totals) && totals.TryReadNumber(out var total)
        && pdu.Tlvs.TryFind(TlvTag.SarSegmentSeqnum, out var sequences) && sequences.TryReadNumber(out var sequence)
        && sequence >= 1 && sequence <= total && total <= byte.MaxValue && reference <= ushort.MaxValue
            ? new Concatenation((int)reference, (int)total, (int)sequence) : null;
}
