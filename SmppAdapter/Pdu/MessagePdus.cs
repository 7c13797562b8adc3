namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>The fields that submit_sm and deliver_sm share.</summary>
/// <remarks>
/// SMPP 3.4, sections 4.4.1 and 4.6.1. Cn = C-octet string of at most n octets including NUL.
/// service_type C6, source_addr_ton 1, source_addr_npi 1, source_addr C21, dest_addr_ton 1, dest_addr_npi 1, destination_addr C21, esm_class 1,
/// protocol_id 1, priority_flag 1, schedule_delivery_time C1/C17, validity_period C1/C17, registered_delivery 1, replace_if_present_flag 1,
/// data_coding 1, sm_default_msg_id 1, sm_length 1, short_message 0-254, optional parameters.
/// </remarks>
public abstract record MessagePdu : SmppPdu
{
    /// <summary>Largest short_message, in octets. Longer texts go in parts or in message_payload.</summary>
    public const int MaxShortMessage = 254;

    private protected MessagePdu()
    {
    }

    /// <summary>"" for plain SMS, "USSD", "WAP" ...</summary>
    public string ServiceType { get; init; } = "";

    public Address SourceAddr { get; init; }

    public Address DestinationAddr { get; init; }

    /// <summary>Mode, type and features as bits: see <see cref="Pdu.EsmClass"/>.</summary>
    public byte EsmClass { get; init; }

    public byte ProtocolId { get; init; }

    public byte PriorityFlag { get; init; }

    /// <summary>"" for now, or 16 characters.</summary>
    public string ScheduleDeliveryTime { get; init; } = "";

    /// <summary>"" for the SMSC's default, or 16 characters, such as "000000000500000R" for five minutes.</summary>
    public string ValidityPeriod { get; init; } = "";

    /// <summary>1: a receipt on success and failure. 2: on failure only.</summary>
    public byte RegisteredDelivery { get; init; }

    public byte ReplaceIfPresentFlag { get; init; }

    public byte DataCoding { get; init; }

    public byte SmDefaultMsgId { get; init; }

    /// <summary>User data with its header, if <see cref="EsmClass"/> says there is one. Empty when message_payload is used.</summary>
    public Octets ShortMessage { get; init; }

    private protected override int FieldsLength =>
        ServiceType.Length + SourceAddr.Digits.Length + DestinationAddr.Digits.Length + ScheduleDeliveryTime.Length + ValidityPeriod.Length
        + ShortMessage.Length + 17;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        writer.COctetString(ServiceType, 6, nameof(ServiceType));
        writer.Address(SourceAddr, 21, nameof(SourceAddr));
        writer.Address(DestinationAddr, 21, nameof(DestinationAddr));
        writer.Byte(EsmClass);
        writer.Byte(ProtocolId);
        writer.Byte(PriorityFlag);
        writer.Time(ScheduleDeliveryTime, nameof(ScheduleDeliveryTime));
        writer.Time(ValidityPeriod, nameof(ValidityPeriod));
        writer.Byte(RegisteredDelivery);
        writer.Byte(ReplaceIfPresentFlag);
        writer.Byte(DataCoding);
        writer.Byte(SmDefaultMsgId);
        writer.ShortMessage(ShortMessage, Tlvs);
    }
}

/// <remarks>SMPP 3.4, section 4.4.1: a message from the ESME to the network.</remarks>
public sealed record SubmitSm : MessagePdu
{
    public override CommandId CommandId => CommandId.SubmitSm;
}

/// <remarks>SMPP 3.4, section 4.6.1: a message or a receipt from the network to the ESME.</remarks>
public sealed record DeliverSm : MessagePdu
{
    public override CommandId CommandId => CommandId.DeliverSm;
}
