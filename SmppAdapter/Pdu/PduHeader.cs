using System.Buffers.Binary;

namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>The first sixteen octets of every PDU.</summary>
/// <remarks>SMPP 3.4, section 3.2: command_length 4, command_id 4, command_status 4, sequence_number 4.</remarks>
public readonly record struct PduHeader(uint CommandLength, CommandId CommandId, CommandStatus CommandStatus, uint SequenceNumber)
{
    /// <summary>Octets of a header, and so of the shortest PDU.</summary>
    public const int Length = 16;

    /// <summary>Reads a header; <paramref name="octets"/> has at least <see cref="Length"/> octets.</summary>
    public static PduHeader Read(ReadOnlySpan<byte> octets)
    {
        // One check for all four reads.
        octets = octets[..Length];
        return new(
            BinaryPrimitives.ReadUInt32BigEndian(octets),
            (CommandId)BinaryPrimitives.ReadUInt32BigEndian(octets[4..]),
            (CommandStatus)BinaryPrimitives.ReadUInt32BigEndian(octets[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(octets[12..]));
    }

    public void Write(Span<byte> octets)
    {
        octets = octets[..Length];
        BinaryPrimitives.WriteUInt32BigEndian(octets, CommandLength);
        BinaryPrimitives.WriteUInt32BigEndian(octets[4..], (uint)CommandId);
        BinaryPrimitives.WriteUInt32BigEndian(octets[8..], (uint)CommandStatus);
        BinaryPrimitives.WriteUInt32BigEndian(octets[12..], SequenceNumber);
    }
}
