using System.Buffers.Binary;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>Changes to the octets of one PDU; each gives new octets. Header: command_length 4, command_id 4, command_status 4, sequence_number 4.</summary>
internal static class FrameEdits
{
    private const int SequencePlace = 12;

    /// <summary>Parameters of no specification: one of the vendors' range, twice, and one without a value beyond it.</summary>
    private static readonly byte[] UnknownParameters = [0x14, 0x02, 0x00, 0x03, 1, 2, 3, 0x60, 0x01, 0x00, 0x00, 0x14, 0x02, 0x00, 0x01, 4];

    public static PduHeader Header(ReadOnlyMemory<byte> frame) => PduHeader.Read(frame.Span);

    public static byte[] WithSequence(ReadOnlyMemory<byte> frame, uint sequence)
    {
        var octets = frame.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(SequencePlace), sequence);
        return octets;
    }

    /// <summary>Only the claim; the octets stay as many as they are.</summary>
    public static byte[] ClaimingLength(ReadOnlyMemory<byte> frame, uint length)
    {
        var octets = frame.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(octets, length);
        return octets;
    }

    public static byte[] WithoutBody(ReadOnlyMemory<byte> frame) => ClaimingLength(frame[..PduHeader.Length], PduHeader.Length);

    public static byte[] WithUnknownParameters(ReadOnlyMemory<byte> frame) =>
        ClaimingLength(new ReadOnlyMemory<byte>([.. frame.Span, .. UnknownParameters]), (uint)(frame.Length + UnknownParameters.Length));

    public static byte[] Nack(uint sequence, CommandStatus status) => Empty(CommandId.GenericNack, status, sequence);

    /// <summary>A PDU that is only a header.</summary>
    public static byte[] Empty(CommandId command, CommandStatus status, uint sequence)
    {
        var octets = new byte[PduHeader.Length];
        new PduHeader(PduHeader.Length, command, status, sequence).Write(octets);
        return octets;
    }
}
