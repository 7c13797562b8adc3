namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>Sends a message to everybody in an area: cell broadcast.</summary>
/// <remarks>
/// SMPP 5.0, section 4.4.1. service_type C6, source_addr_ton 1, source_addr_npi 1, source_addr C21, message_id C65, priority_flag 1,
/// schedule_delivery_time C1/C17, validity_period C1/C17, replace_if_present_flag 1, data_coding 1, sm_default_msg_id 1; then the parameters
/// broadcast_area_identifier, broadcast_content_type, broadcast_rep_num and broadcast_frequency_interval, which an SMSC wants, and message_payload.
/// </remarks>
public sealed record BroadcastSm : SmppPdu
{
    public override CommandId CommandId => CommandId.BroadcastSm;

    public string ServiceType { get; init; } = "";

    public Address SourceAddr { get; init; }

    /// <summary>"", or the id of an earlier broadcast to replace.</summary>
    public string MessageId { get; init; } = "";

    public byte PriorityFlag { get; init; }

    /// <summary>"" for now, or 16 characters.</summary>
    public string ScheduleDeliveryTime { get; init; } = "";

    /// <summary>"" for as long as broadcast_rep_num says, or 16 characters.</summary>
    public string ValidityPeriod { get; init; } = "";

    public byte ReplaceIfPresentFlag { get; init; }

    public byte DataCoding { get; init; }

    public byte SmDefaultMsgId { get; init; }

    internal static BroadcastSm Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        ServiceType = reader.COctetString(CommandStatus.RINVSERTYP),
        SourceAddr = reader.Address(CommandStatus.RINVSRCADR),
        MessageId = reader.COctetString(CommandStatus.RINVMSGID),
        PriorityFlag = reader.Byte(),
        ScheduleDeliveryTime = reader.COctetString(CommandStatus.RINVSCHED),
        ValidityPeriod = reader.COctetString(CommandStatus.RINVEXPIRY),
        ReplaceIfPresentFlag = reader.Byte(),
        DataCoding = reader.Byte(),
        SmDefaultMsgId = reader.Byte(),
        Tlvs = reader.Tlvs(),
    };

    private protected override int FieldsLength =>
        ServiceType.Length + SourceAddr.Digits.Length + MessageId.Length + ScheduleDeliveryTime.Length + ValidityPeriod.Length + 11;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        writer.COctetString(ServiceType, 6, nameof(ServiceType));
        writer.Address(SourceAddr, 21, nameof(SourceAddr));
        writer.COctetString(MessageId, 65, nameof(MessageId));
        writer.Byte(PriorityFlag);
        writer.Time(ScheduleDeliveryTime, nameof(ScheduleDeliveryTime));
        writer.Time(ValidityPeriod, nameof(ValidityPeriod));
        writer.Byte(ReplaceIfPresentFlag);
        writer.Byte(DataCoding);
        writer.Byte(SmDefaultMsgId);
    }
}

/// <summary>Asks what became of a broadcast.</summary>
/// <remarks>SMPP 5.0, section 4.6.1. message_id C65, source_addr_ton 1, source_addr_npi 1, source_addr C21, TLV user_message_reference.</remarks>
public sealed record QueryBroadcastSm : SmppPdu
{
    public override CommandId CommandId => CommandId.QueryBroadcastSm;

    public string MessageId { get; init; } = "";

    public Address SourceAddr { get; init; }

    internal static QueryBroadcastSm Read(ref FieldReader reader) => new()
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

/// <summary>Takes a broadcast back.</summary>
/// <remarks>SMPP 5.0, section 4.6.3. service_type C6, message_id C65, source_addr_ton 1, source_addr_npi 1, source_addr C21, TLVs broadcast_content_type, user_message_reference.</remarks>
public sealed record CancelBroadcastSm : SmppPdu
{
    public override CommandId CommandId => CommandId.CancelBroadcastSm;

    public string ServiceType { get; init; } = "";

    public string MessageId { get; init; } = "";

    public Address SourceAddr { get; init; }

    internal static CancelBroadcastSm Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        ServiceType = reader.COctetString(CommandStatus.RINVSERTYP),
        MessageId = reader.COctetString(CommandStatus.RINVMSGID),
        SourceAddr = reader.Address(CommandStatus.RINVSRCADR),
        Tlvs = reader.Tlvs(),
    };

    private protected override int FieldsLength => ServiceType.Length + MessageId.Length + SourceAddr.Digits.Length + 5;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        writer.COctetString(ServiceType, 6, nameof(ServiceType));
        writer.COctetString(MessageId, 65, nameof(MessageId));
        writer.Address(SourceAddr, 21, nameof(SourceAddr));
    }
}

/// <remarks>SMPP 5.0, section 4.6.4.</remarks>
public sealed record CancelBroadcastSmResp : HeaderPdu
{
    public override CommandId CommandId => CommandId.CancelBroadcastSmResp;
}
