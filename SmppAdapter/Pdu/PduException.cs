namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>A PDU whose frame is whole but whose body is wrong: answer with <see cref="CommandStatus"/> and keep the session.</summary>
public sealed class PduException(CommandId commandId, CommandStatus commandStatus, uint sequenceNumber, int offset, string message)
    : Exception($"{message} (command 0x{(uint)commandId:X8}, sequence number {sequenceNumber}, offset {offset})")
{
    public CommandId CommandId { get; } = commandId;

    /// <summary>What to answer; never <see cref="CommandStatus.ROK"/>.</summary>
    public CommandStatus CommandStatus { get; } = commandStatus;

    public uint SequenceNumber { get; } = sequenceNumber;

    /// <summary>Octets from the start of the PDU to where reading failed.</summary>
    public int Offset { get; } = offset;
}
