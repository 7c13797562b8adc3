namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>Where a message is.</summary>
/// <remarks>SMPP 3.4, section 5.2.28; scheduled and skipped: SMPP 5.0, section 4.7.15. One octet.</remarks>
public enum SmMessageState : byte
{
    Scheduled = 0,
    Enroute = 1,
    Delivered = 2,
    Expired = 3,
    Deleted = 4,
    Undeliverable = 5,
    Accepted = 6,
    Unknown = 7,
    Rejected = 8,
    Skipped = 9,
}

/// <summary>Asks what became of a message.</summary>
/// <remarks>SMPP 3.4, section 4.8.1. message_id C65, source_addr_ton 1, source_addr_npi 1, source_addr C21.</remarks>
public sealed record QuerySm : SmppPdu
{
    public override CommandId CommandId => CommandId.QuerySm;

    public string MessageId { get; init; } = "";

    /// <summary>The sender that the message was submitted with.</summary>
    public Address SourceAddr { get; init; }

    internal static QuerySm Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        MessageId = reader.COctetString(CommandStatus.RINVMSGID),
        SourceAddr = reader.Address(CommandStatus.RINVSRCADR),
        Tlvs = reader.Tlvs(),
    };

    private protected override int FieldsLength => MessageId.Length + SourceAddr.Digits.Length + 4;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        writer.COctetString(MessageId, 65, nameof(MessageId));
        writer.Address(SourceAddr, 21, nameof(SourceAddr));
    }
}

/// <summary>Answers <see cref="QuerySm"/>.</summary>
/// <remarks>SMPP 3.4, section 4.8.2. message_id C65, final_date C1/C17, message_state 1, error_code 1; absent when the status is an error.</remarks>
public sealed record QuerySmResp : SmppPdu
{
    public override CommandId CommandId => CommandId.QuerySmResp;

    public string MessageId { get; init; } = "";

    /// <summary>"" while the message is on its way, else 16 characters.</summary>
    public string FinalDate { get; init; } = "";

    public SmMessageState MessageState { get; init; }

    /// <summary>A network's reason for a failure; 0 if there is none.</summary>
    public byte ErrorCode { get; init; }

    private bool BodyIsAbsent =>
        CommandStatus != CommandStatus.ROK && MessageId.Length == 0 && FinalDate.Length == 0 && MessageState == default && ErrorCode == 0 && Tlvs.Count == 0;

    internal static QuerySmResp Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        MessageId = reader.LenientCOctetString(CommandStatus.RINVMSGID),
        FinalDate = reader.LenientCOctetString(CommandStatus.RQUERYFAIL),
        MessageState = (SmMessageState)reader.LenientByte(),
        ErrorCode = reader.LenientByte(),
        Tlvs = reader.Tlvs(),
    };

    private protected override int FieldsLength => BodyIsAbsent ? 0 : MessageId.Length + FinalDate.Length + 4;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        if (BodyIsAbsent)
        {
            return;
        }
        writer.COctetString(MessageId, 65, nameof(MessageId));
        writer.Time(FinalDate, nameof(FinalDate));
        writer.Byte((byte)MessageState);
        writer.Byte(ErrorCode);
    }
}
