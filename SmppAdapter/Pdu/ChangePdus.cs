namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>Takes a message back that is not delivered yet: one by its id, or all of a service type between two addresses when the id is "".</summary>
/// <remarks>
/// SMPP 3.4, section 4.9.1. service_type C6, message_id C65, source_addr_ton 1, source_addr_npi 1, source_addr C21,
/// dest_addr_ton 1, dest_addr_npi 1, destination_addr C21.
/// </remarks>
public sealed record CancelSm : SmppPdu
{
    public override CommandId CommandId => CommandId.CancelSm;

    public string ServiceType { get; init; } = "";

    public string MessageId { get; init; } = "";

    public Address SourceAddr { get; init; }

    public Address DestinationAddr { get; init; }

    internal static CancelSm Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        ServiceType = reader.COctetString(CommandStatus.RINVSERTYP),
        MessageId = reader.COctetString(CommandStatus.RINVMSGID),
        SourceAddr = reader.Address(CommandStatus.RINVSRCADR),
        DestinationAddr = reader.Address(CommandStatus.RINVDSTADR),
        Tlvs = reader.Tlvs(),
    };

    private protected override int FieldsLength =>
        ServiceType.Length + MessageId.Length + SourceAddr.Digits.Length + DestinationAddr.Digits.Length + 8;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        writer.COctetString(ServiceType, 6, nameof(ServiceType));
        writer.COctetString(MessageId, 65, nameof(MessageId));
        writer.Address(SourceAddr, 21, nameof(SourceAddr));
        writer.Address(DestinationAddr, 21, nameof(DestinationAddr));
    }
}

/// <summary>Puts another text in the place of one that is not delivered yet.</summary>
/// <remarks>
/// SMPP 3.4, section 4.10.1. message_id C65, source_addr_ton 1, source_addr_npi 1, source_addr C21, schedule_delivery_time C1/C17,
/// validity_period C1/C17, registered_delivery 1, sm_default_msg_id 1, sm_length 1, short_message 0-254. No data_coding: it stays as submitted.
/// </remarks>
public sealed record ReplaceSm : SmppPdu
{
    public override CommandId CommandId => CommandId.ReplaceSm;

    public string MessageId { get; init; } = "";

    /// <summary>The sender that the message was submitted with.</summary>
    public Address SourceAddr { get; init; }

    /// <summary>"" to leave it as it is, or 16 characters.</summary>
    public string ScheduleDeliveryTime { get; init; } = "";

    /// <summary>"" to leave it as it is, or 16 characters.</summary>
    public string ValidityPeriod { get; init; } = "";

    public byte RegisteredDelivery { get; init; }

    public byte SmDefaultMsgId { get; init; }

    /// <summary>Empty when message_payload (SMPP 5.0) is used.</summary>
    public Octets ShortMessage { get; init; }

    internal static ReplaceSm Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        MessageId = reader.COctetString(CommandStatus.RINVMSGID),
        SourceAddr = reader.Address(CommandStatus.RINVSRCADR),
        ScheduleDeliveryTime = reader.COctetString(CommandStatus.RINVSCHED),
        ValidityPeriod = reader.COctetString(CommandStatus.RINVEXPIRY),
        RegisteredDelivery = reader.Byte(),
        SmDefaultMsgId = reader.Byte(),
        ShortMessage = reader.Octets(reader.Byte(), CommandStatus.RINVMSGLEN).ToArray(),
        Tlvs = reader.Tlvs(),
    };

    private protected override int FieldsLength =>
        MessageId.Length + SourceAddr.Digits.Length + ScheduleDeliveryTime.Length + ValidityPeriod.Length + ShortMessage.Length + 9;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        writer.COctetString(MessageId, 65, nameof(MessageId));
        writer.Address(SourceAddr, 21, nameof(SourceAddr));
        writer.Time(ScheduleDeliveryTime, nameof(ScheduleDeliveryTime));
        writer.Time(ValidityPeriod, nameof(ValidityPeriod));
        writer.Byte(RegisteredDelivery);
        writer.Byte(SmDefaultMsgId);
        writer.ShortMessage(ShortMessage, Tlvs);
    }
}

/// <remarks>SMPP 3.4, section 4.9.2.</remarks>
public sealed record CancelSmResp : HeaderPdu
{
    public override CommandId CommandId => CommandId.CancelSmResp;
}

/// <remarks>SMPP 3.4, section 4.10.2.</remarks>
public sealed record ReplaceSmResp : HeaderPdu
{
    public override CommandId CommandId => CommandId.ReplaceSmResp;
}
