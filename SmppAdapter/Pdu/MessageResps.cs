namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>Answers a message with the SMSC's name for it.</summary>
/// <remarks>message_id C65; empty in deliver_sm_resp, absent when the status is an error. Read whatever the status is.</remarks>
public abstract record MessageResp : SmppPdu
{
    private protected MessageResp()
    {
    }

    /// <summary>The SMSC's name for the message: text, not a number.</summary>
    public string MessageId { get; init; } = "";

    private bool BodyIsAbsent => CommandStatus != CommandStatus.ROK && MessageId.Length == 0 && Tlvs.Count == 0;

    private protected override int FieldsLength => BodyIsAbsent ? 0 : MessageId.Length + 1;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        if (!BodyIsAbsent)
        {
            writer.COctetString(MessageId, 65, nameof(MessageId));
        }
    }
}

/// <remarks>SMPP 3.4, section 4.4.2.</remarks>
public sealed record SubmitSmResp : MessageResp
{
    public override CommandId CommandId => CommandId.SubmitSmResp;

    internal static SubmitSmResp Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        MessageId = reader.LenientCOctetString(CommandStatus.RINVMSGID),
        Tlvs = reader.Tlvs(),
    };
}

/// <remarks>SMPP 3.4, section 4.6.2.</remarks>
public sealed record DeliverSmResp : MessageResp
{
    public override CommandId CommandId => CommandId.DeliverSmResp;

    internal static DeliverSmResp Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        MessageId = reader.LenientCOctetString(CommandStatus.RINVMSGID),
        Tlvs = reader.Tlvs(),
    };
}

/// <remarks>SMPP 3.4, section 4.7.2. TLVs delivery_failure_reason, network_error_code, additional_status_info_text, dpf_result.</remarks>
public sealed record DataSmResp : MessageResp
{
    public override CommandId CommandId => CommandId.DataSmResp;

    internal static DataSmResp Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        MessageId = reader.LenientCOctetString(CommandStatus.RINVMSGID),
        Tlvs = reader.Tlvs(),
    };
}

/// <remarks>SMPP 5.0, section 4.4.2. TLVs broadcast_error_status and broadcast_area_identifier name what failed.</remarks>
public sealed record BroadcastSmResp : MessageResp
{
    public override CommandId CommandId => CommandId.BroadcastSmResp;

    internal static BroadcastSmResp Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        MessageId = reader.LenientCOctetString(CommandStatus.RINVMSGID),
        Tlvs = reader.Tlvs(),
    };
}

/// <remarks>SMPP 5.0, section 4.6.2. TLVs message_state, broadcast_area_identifier and broadcast_area_success, once for each area; broadcast_end_time.</remarks>
public sealed record QueryBroadcastSmResp : MessageResp
{
    public override CommandId CommandId => CommandId.QueryBroadcastSmResp;

    internal static QueryBroadcastSmResp Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        MessageId = reader.LenientCOctetString(CommandStatus.RINVMSGID),
        Tlvs = reader.Tlvs(),
    };
}
