namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>A message in either direction whose content is in message_payload: the short form of submit_sm and deliver_sm.</summary>
/// <remarks>
/// SMPP 3.4, section 4.7.1. service_type C6, source_addr_ton 1, source_addr_npi 1, source_addr C65, dest_addr_ton 1, dest_addr_npi 1,
/// destination_addr C65, esm_class 1, registered_delivery 1, data_coding 1, optional parameters.
/// </remarks>
public sealed record DataSm : SmppPdu
{
    public override CommandId CommandId => CommandId.DataSm;

    public string ServiceType { get; init; } = "";

    /// <summary>At most 64 octets, unlike in submit_sm.</summary>
    public Address SourceAddr { get; init; }

    /// <summary>At most 64 octets, unlike in submit_sm.</summary>
    public Address DestinationAddr { get; init; }

    public byte EsmClass { get; init; }

    public byte RegisteredDelivery { get; init; }

    public byte DataCoding { get; init; }

    internal static DataSm Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        ServiceType = reader.COctetString(CommandStatus.RINVSERTYP),
        SourceAddr = reader.Address(CommandStatus.RINVSRCADR),
        DestinationAddr = reader.Address(CommandStatus.RINVDSTADR),
        EsmClass = reader.Byte(),
        RegisteredDelivery = reader.Byte(),
        DataCoding = reader.Byte(),
        Tlvs = reader.Tlvs(),
    };

    private protected override int FieldsLength => ServiceType.Length + SourceAddr.Digits.Length + DestinationAddr.Digits.Length + 10;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        writer.COctetString(ServiceType, 6, nameof(ServiceType));
        writer.Address(SourceAddr, 65, nameof(SourceAddr));
        writer.Address(DestinationAddr, 65, nameof(DestinationAddr));
        writer.Byte(EsmClass);
        writer.Byte(RegisteredDelivery);
        writer.Byte(DataCoding);
    }
}
