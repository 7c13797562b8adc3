using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Text;

/// <summary>The place of a part by optional parameters instead of a user data header; the SMSC makes the header.</summary>
/// <remarks>SMPP 3.4, sections 5.3.2.22 to 5.3.2.24: sar_msg_ref_num 2, sar_total_segments 1, sar_segment_seqnum 1.</remarks>
public static class SarParameters
{
    public static TlvList Write(Concatenation part) =>
    [
        Tlv.OfUInt16(TlvTag.SarMsgRefNum, (ushort)(part.Reference & 0xFFFF)),
        Tlv.OfByte(TlvTag.SarTotalSegments, (byte)part.Total),
        Tlv.OfByte(TlvTag.SarSegmentSeqnum, (byte)part.Sequence),
    ];

    /// <summary>False if one of the three is missing or out of range.</summary>
    public static bool TryRead(TlvList tlvs, out Concatenation part)
    {
        part = default;
        if (!tlvs.TryFind(TlvTag.SarMsgRefNum, out var reference) || !reference.TryReadNumber(out var number) || number > ushort.MaxValue
            || !tlvs.TryFind(TlvTag.SarTotalSegments, out var totalSegments) || !totalSegments.TryReadNumber(out var total) || total > byte.MaxValue
            || !tlvs.TryFind(TlvTag.SarSegmentSeqnum, out var seqnum) || !seqnum.TryReadNumber(out var sequence))
        {
            return false;
        }
        part = new((int)number, (int)total, sequence <= total ? (int)sequence : 0);
        return part.Sequence >= 1;
    }
}
