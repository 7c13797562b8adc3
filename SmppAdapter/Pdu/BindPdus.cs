using System.Text;

namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>What a bind allows: an ESME that sends, receives, or both.</summary>
public enum BindType
{
    Transmitter,
    Receiver,
    Transceiver,
}

/// <summary>Opens a session of an ESME.</summary>
/// <remarks>
/// SMPP 3.4, section 4.1. Cn = C-octet string of at most n octets including NUL.
/// system_id C16, password C9, system_type C13, interface_version 1, addr_ton 1, addr_npi 1, address_range C41.
/// </remarks>
public abstract record BindRequest : SmppPdu
{
    /// <summary>interface_version of SMPP 3.3 and of all before it: the peer knows no optional parameters.</summary>
    public const byte Version33 = 0x33;

    public const byte Version34 = 0x34;

    public const byte Version50 = 0x50;

    private protected BindRequest()
    {
    }

    public abstract BindType BindType { get; }

    public string SystemId { get; init; } = "";

    public string Password { get; init; } = "";

    public string SystemType { get; init; } = "";

    /// <summary>Any octet when it comes from a peer.</summary>
    public byte InterfaceVersion { get; init; } = Version34;

    /// <summary>False for an ESME of 3.3 or earlier, to which no optional parameter may be sent.</summary>
    /// <remarks>SMPP 3.4, section 3.4.</remarks>
    public bool KnowsTlvs => InterfaceVersion >= Version34;

    public Ton AddrTon { get; init; }

    public Npi AddrNpi { get; init; }

    public string AddressRange { get; init; } = "";

    public static BindRequest Of(BindType bindType, string systemId, string password, string systemType = "") => bindType switch
    {
        BindType.Transmitter => new BindTransmitter { SystemId = systemId, Password = password, SystemType = systemType },
        BindType.Receiver => new BindReceiver { SystemId = systemId, Password = password, SystemType = systemType },
        _ => new BindTransceiver { SystemId = systemId, Password = password, SystemType = systemType },
    };

    internal static BindRequest Read(ref FieldReader reader)
    {
        BindRequest request = reader.Header.CommandId switch
        {
            CommandId.BindTransmitter => new BindTransmitter(),
            CommandId.BindReceiver => new BindReceiver(),
            _ => new BindTransceiver(),
        };
        // An initializer runs from top to bottom, which is the order of the wire.
        return request with
        {
            CommandStatus = reader.Header.CommandStatus,
            SequenceNumber = reader.Header.SequenceNumber,
            SystemId = reader.COctetString(CommandStatus.RINVSYSID),
            Password = reader.COctetString(CommandStatus.RINVPASWD),
            SystemType = reader.COctetString(CommandStatus.RINVSYSTYP),
            InterfaceVersion = reader.Byte(),
            AddrTon = (Ton)reader.Byte(),
            AddrNpi = (Npi)reader.Byte(),
            AddressRange = reader.COctetString(CommandStatus.RBINDFAIL),
            Tlvs = reader.Tlvs(),
        };
    }

    private protected override int FieldsLength => SystemId.Length + Password.Length + SystemType.Length + AddressRange.Length + 7;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        writer.COctetString(SystemId, 16, nameof(SystemId));
        writer.COctetString(Password, 9, nameof(Password));
        writer.COctetString(SystemType, 13, nameof(SystemType));
        writer.Byte(InterfaceVersion);
        writer.Byte((byte)AddrTon);
        writer.Byte((byte)AddrNpi);
        writer.COctetString(AddressRange, 41, nameof(AddressRange));
    }

    /// <summary>Leaves the password out: the text may reach a log.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"SequenceNumber = {SequenceNumber}, SystemId = {SystemId}, SystemType = {SystemType}, InterfaceVersion = 0x{InterfaceVersion:X2}");
        return true;
    }
}

public sealed record BindTransmitter : BindRequest
{
    public override CommandId CommandId => CommandId.BindTransmitter;

    public override BindType BindType => BindType.Transmitter;
}

public sealed record BindReceiver : BindRequest
{
    public override CommandId CommandId => CommandId.BindReceiver;

    public override BindType BindType => BindType.Receiver;
}

public sealed record BindTransceiver : BindRequest
{
    public override CommandId CommandId => CommandId.BindTransceiver;

    public override BindType BindType => BindType.Transceiver;
}

/// <summary>Answers a bind.</summary>
/// <remarks>SMPP 3.4, section 4.1. system_id C16, absent when the bind failed; TLV sc_interface_version. Read whatever the status is: peers differ.</remarks>
public abstract record BindResp : SmppPdu
{
    private protected BindResp()
    {
    }

    public string SystemId { get; init; } = "";

    /// <summary>What the SMSC supports. Without sc_interface_version it must be taken for one that knows no optional parameters.</summary>
    /// <remarks>SMPP 3.4, sections 3.4 and 5.3.2.25.</remarks>
    public byte InterfaceVersion =>
        Tlvs.TryFind(TlvTag.ScInterfaceVersion, out var version) && version.Value.Length == 1 ? version.Value.Span[0] : BindRequest.Version33;

    /// <summary>The response that belongs to a bind of this kind.</summary>
    public static BindResp To(BindType bindType, CommandStatus status, string systemId = "", TlvList tlvs = default)
    {
        BindResp response = bindType switch
        {
            BindType.Transmitter => new BindTransmitterResp(),
            BindType.Receiver => new BindReceiverResp(),
            _ => new BindTransceiverResp(),
        };
        return response with { CommandStatus = status, SystemId = systemId, Tlvs = tlvs };
    }

    internal static BindResp Read(ref FieldReader reader)
    {
        BindResp response = reader.Header.CommandId switch
        {
            CommandId.BindTransmitterResp => new BindTransmitterResp(),
            CommandId.BindReceiverResp => new BindReceiverResp(),
            _ => new BindTransceiverResp(),
        };
        return response with
        {
            CommandStatus = reader.Header.CommandStatus,
            SequenceNumber = reader.Header.SequenceNumber,
            SystemId = reader.LenientCOctetString(CommandStatus.RINVSYSID),
            Tlvs = reader.Tlvs(),
        };
    }

    private bool BodyIsAbsent => CommandStatus != CommandStatus.ROK && SystemId.Length == 0 && Tlvs.Count == 0;

    private protected override int FieldsLength => BodyIsAbsent ? 0 : SystemId.Length + 1;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        if (!BodyIsAbsent)
        {
            writer.COctetString(SystemId, 16, nameof(SystemId));
        }
    }
}

public sealed record BindTransmitterResp : BindResp
{
    public override CommandId CommandId => CommandId.BindTransmitterResp;
}

public sealed record BindReceiverResp : BindResp
{
    public override CommandId CommandId => CommandId.BindReceiverResp;
}

public sealed record BindTransceiverResp : BindResp
{
    public override CommandId CommandId => CommandId.BindTransceiverResp;
}
