namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>A submit_sm or deliver_sm read in place: every field is a span of the PDU, nothing is allocated.</summary>
/// <remarks>Layout: see <see cref="MessagePdu"/>. Holds until the buffer under it is reused.</remarks>
public readonly ref struct MessageView
{
    private MessageView(scoped ref FieldReader reader)
    {
        Header = reader.Header;
        ServiceType = reader.COctetSpan(CommandStatus.RINVSERTYP);
        SourceAddrTon = (Ton)reader.Byte();
        SourceAddrNpi = (Npi)reader.Byte();
        SourceAddr = reader.COctetSpan(CommandStatus.RINVSRCADR);
        DestAddrTon = (Ton)reader.Byte();
        DestAddrNpi = (Npi)reader.Byte();
        DestinationAddr = reader.COctetSpan(CommandStatus.RINVDSTADR);
        EsmClass = reader.Byte();
        ProtocolId = reader.Byte();
        PriorityFlag = reader.Byte();
        ScheduleDeliveryTime = reader.COctetSpan(CommandStatus.RINVSCHED);
        ValidityPeriod = reader.COctetSpan(CommandStatus.RINVEXPIRY);
        RegisteredDelivery = reader.Byte();
        ReplaceIfPresentFlag = reader.Byte();
        DataCoding = reader.Byte();
        SmDefaultMsgId = reader.Byte();
        ShortMessage = reader.Octets(reader.Byte(), CommandStatus.RINVMSGLEN);
        RawTlvs = reader.AtEnd ? default : reader.TlvSpan();
    }

    public PduHeader Header { get; }
    public ReadOnlySpan<byte> ServiceType { get; }
    public Ton SourceAddrTon { get; }
    public Npi SourceAddrNpi { get; }
    public ReadOnlySpan<byte> SourceAddr { get; }
    public Ton DestAddrTon { get; }
    public Npi DestAddrNpi { get; }
    public ReadOnlySpan<byte> DestinationAddr { get; }
    public byte EsmClass { get; }
    public byte ProtocolId { get; }
    public byte PriorityFlag { get; }
    public ReadOnlySpan<byte> ScheduleDeliveryTime { get; }
    public ReadOnlySpan<byte> ValidityPeriod { get; }
    public byte RegisteredDelivery { get; }
    public byte ReplaceIfPresentFlag { get; }
    public byte DataCoding { get; }
    public byte SmDefaultMsgId { get; }
    public ReadOnlySpan<byte> ShortMessage { get; }
    public TlvView Tlvs => new(RawTlvs);

    internal ReadOnlySpan<byte> RawTlvs { get; }

    /// <summary>Reads a whole PDU.</summary>
    /// <exception cref="PduException">It is not a well-formed submit_sm or deliver_sm.</exception>
    public static MessageView Read(ReadOnlySpan<byte> pdu)
    {
        var header = PduReader.ReadWholeHeader(pdu);
        if (header.CommandId is not (CommandId.SubmitSm or CommandId.DeliverSm))
        {
            throw new PduException(header.CommandId, CommandStatus.RINVCMDID, header.SequenceNumber, 4, "Neither submit_sm nor deliver_sm");
        }
        var reader = new FieldReader(pdu, header);
        return new MessageView(ref reader);
    }

    internal static MessageView Read(scoped ref FieldReader reader) => new(ref reader);

    /// <summary>Copies everything into a record that outlives the buffer.</summary>
    public MessagePdu ToPdu() => Header.CommandId == CommandId.SubmitSm ? ToSubmitSm() : ToDeliverSm();

    private SubmitSm ToSubmitSm() => new()
    {
        CommandStatus = Header.CommandStatus,
        SequenceNumber = Header.SequenceNumber,
        ServiceType = FieldReader.Text(ServiceType),
        SourceAddr = new(SourceAddrTon, SourceAddrNpi, FieldReader.Text(SourceAddr)),
        DestinationAddr = new(DestAddrTon, DestAddrNpi, FieldReader.Text(DestinationAddr)),
        EsmClass = EsmClass,
        ProtocolId = ProtocolId,
        PriorityFlag = PriorityFlag,
        ScheduleDeliveryTime = FieldReader.Text(ScheduleDeliveryTime),
        ValidityPeriod = FieldReader.Text(ValidityPeriod),
        RegisteredDelivery = RegisteredDelivery,
        ReplaceIfPresentFlag = ReplaceIfPresentFlag,
        DataCoding = DataCoding,
        SmDefaultMsgId = SmDefaultMsgId,
        ShortMessage = ShortMessage.ToArray(),
        Tlvs = FieldReader.ToList(RawTlvs),
    };

    private DeliverSm ToDeliverSm() => new()
    {
        CommandStatus = Header.CommandStatus,
        SequenceNumber = Header.SequenceNumber,
        ServiceType = FieldReader.Text(ServiceType),
        SourceAddr = new(SourceAddrTon, SourceAddrNpi, FieldReader.Text(SourceAddr)),
        DestinationAddr = new(DestAddrTon, DestAddrNpi, FieldReader.Text(DestinationAddr)),
        EsmClass = EsmClass,
        ProtocolId = ProtocolId,
        PriorityFlag = PriorityFlag,
        ScheduleDeliveryTime = FieldReader.Text(ScheduleDeliveryTime),
        ValidityPeriod = FieldReader.Text(ValidityPeriod),
        RegisteredDelivery = RegisteredDelivery,
        ReplaceIfPresentFlag = ReplaceIfPresentFlag,
        DataCoding = DataCoding,
        SmDefaultMsgId = SmDefaultMsgId,
        ShortMessage = ShortMessage.ToArray(),
        Tlvs = FieldReader.ToList(RawTlvs),
    };
}
