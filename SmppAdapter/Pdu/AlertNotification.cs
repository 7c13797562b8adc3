namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>The SMSC says that a subscriber can be reached again, after a message with set_dpf. Has no response.</summary>
/// <remarks>SMPP 3.4, section 4.12.1. source_addr_ton 1, source_addr_npi 1, source_addr C65, esme_addr_ton 1, esme_addr_npi 1, esme_addr C65, TLV ms_availability_status.</remarks>
public sealed record AlertNotification : SmppPdu
{
    public override CommandId CommandId => CommandId.AlertNotification;

    /// <summary>Who can be reached. At most 64 octets.</summary>
    public Address SourceAddr { get; init; }

    /// <summary>Whose message was waiting. At most 64 octets.</summary>
    public Address EsmeAddr { get; init; }

    internal static AlertNotification Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        SourceAddr = reader.Address(CommandStatus.RINVSRCADR),
        EsmeAddr = reader.Address(CommandStatus.RINVDSTADR),
        Tlvs = reader.Tlvs(),
    };

    private protected override int FieldsLength => SourceAddr.Digits.Length + EsmeAddr.Digits.Length + 6;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        writer.Address(SourceAddr, 65, nameof(SourceAddr));
        writer.Address(EsmeAddr, 65, nameof(EsmeAddr));
    }
}
