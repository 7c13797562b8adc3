namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>One receiver of a <see cref="SubmitMulti"/>: a number, or the name of a distribution list that the SMSC keeps.</summary>
/// <remarks>SMPP 3.4, section 4.5.1.1. dest_flag 1; then for 1: dest_addr_ton 1, dest_addr_npi 1, destination_addr C21; for 2: dl_name C21.</remarks>
public readonly record struct Destination
{
    internal const byte SmeFlag = 1;
    internal const byte DistributionListFlag = 2;

    private readonly string? _distributionList;

    private Destination(Address address, string? distributionList)
    {
        Address = address;
        _distributionList = distributionList;
    }

    /// <summary>The number; without meaning for a distribution list.</summary>
    public Address Address { get; }

    /// <summary>The list's name; null for a number.</summary>
    public string? DistributionList => _distributionList;

    public static Destination Of(Address address) => new(address, null);

    public static Destination OfDistributionList(string name) => new(default, name);

    internal int EncodedLength => _distributionList is { } name ? name.Length + 2 : Address.Digits.Length + 4;
}

/// <summary>One message to many receivers.</summary>
/// <remarks>
/// SMPP 3.4, section 4.5.1. service_type C6, source_addr_ton 1, source_addr_npi 1, source_addr C21, number_of_dests 1, the destinations, and from
/// esm_class on as <see cref="MessagePdu"/>.
/// </remarks>
public sealed record SubmitMulti : SmppPdu
{
    /// <summary>Most destinations that may be sent. More are read.</summary>
    public const int MaxDestinations = 254;

    public override CommandId CommandId => CommandId.SubmitMulti;

    public string ServiceType { get; init; } = "";

    public Address SourceAddr { get; init; }

    /// <summary>1 to 254 when it is sent; any number when it comes from a peer.</summary>
    public ValueList<Destination> Destinations { get; init; }

    public byte EsmClass { get; init; }

    public byte ProtocolId { get; init; }

    public byte PriorityFlag { get; init; }

    /// <summary>"" for now, or 16 characters.</summary>
    public string ScheduleDeliveryTime { get; init; } = "";

    /// <summary>"" for the SMSC's default, or 16 characters.</summary>
    public string ValidityPeriod { get; init; } = "";

    public byte RegisteredDelivery { get; init; }

    public byte ReplaceIfPresentFlag { get; init; }

    public byte DataCoding { get; init; }

    public byte SmDefaultMsgId { get; init; }

    /// <summary>Empty when message_payload is used.</summary>
    public Octets ShortMessage { get; init; }

    internal static SubmitMulti Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        ServiceType = reader.COctetString(CommandStatus.RINVSERTYP),
        SourceAddr = reader.Address(CommandStatus.RINVSRCADR),
        Destinations = ReadDestinations(ref reader),
        EsmClass = reader.Byte(),
        ProtocolId = reader.Byte(),
        PriorityFlag = reader.Byte(),
        ScheduleDeliveryTime = reader.COctetString(CommandStatus.RINVSCHED),
        ValidityPeriod = reader.COctetString(CommandStatus.RINVEXPIRY),
        RegisteredDelivery = reader.Byte(),
        ReplaceIfPresentFlag = reader.Byte(),
        DataCoding = reader.Byte(),
        SmDefaultMsgId = reader.Byte(),
        ShortMessage = reader.Octets(reader.Byte(), CommandStatus.RINVMSGLEN).ToArray(),
        Tlvs = reader.Tlvs(),
    };

    private static ValueList<Destination> ReadDestinations(ref FieldReader reader)
    {
        var destinations = new Destination[reader.Byte()];
        for (var i = 0; i < destinations.Length; i++)
        {
            switch (reader.Byte())
            {
                case Destination.SmeFlag:
                    destinations[i] = Destination.Of(reader.Address(CommandStatus.RINVDSTADR));
                    break;
                case Destination.DistributionListFlag:
                    destinations[i] = Destination.OfDistributionList(reader.COctetString(CommandStatus.RINVDLNAME));
                    break;
                default:
                    reader.Fail(CommandStatus.RINVDESTFLAG, "A dest_flag is neither 1 nor 2");
                    break;
            }
        }
        return new(destinations);
    }

    private protected override int FieldsLength
    {
        get
        {
            var length = ServiceType.Length + SourceAddr.Digits.Length + ScheduleDeliveryTime.Length + ValidityPeriod.Length + ShortMessage.Length + 15;
            foreach (var destination in Destinations)
            {
                length += destination.EncodedLength;
            }
            return length;
        }
    }

    private protected override void WriteFields(ref FieldWriter writer)
    {
        if (Destinations.Count is 0 or > MaxDestinations)
        {
            throw new ArgumentException($"{nameof(Destinations)} are {Destinations.Count}; 1 to {MaxDestinations} are allowed.");
        }
        writer.COctetString(ServiceType, 6, nameof(ServiceType));
        writer.Address(SourceAddr, 21, nameof(SourceAddr));
        writer.Byte((byte)Destinations.Count);
        foreach (var destination in Destinations)
        {
            Write(ref writer, destination);
        }
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

    private static void Write(ref FieldWriter writer, in Destination destination)
    {
        if (destination.DistributionList is { } name)
        {
            writer.Byte(Destination.DistributionListFlag);
            writer.COctetString(name, 21, nameof(Destinations));
        }
        else
        {
            writer.Byte(Destination.SmeFlag);
            writer.Address(destination.Address, 21, nameof(Destinations));
        }
    }
}
