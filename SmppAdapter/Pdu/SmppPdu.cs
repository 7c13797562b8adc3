namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>One protocol data unit. Immutable; two are equal when every field is. Field names are the specification's in Pascal case.</summary>
/// <remarks>Optional parameters are read and written after the mandatory fields of every PDU: peers send them where no table has them.</remarks>
public abstract record SmppPdu
{
    private protected SmppPdu()
    {
    }

    public abstract CommandId CommandId { get; }

    /// <summary>0 in requests.</summary>
    public CommandStatus CommandStatus { get; init; }

    /// <summary>Any 32-bit value when it comes from a peer. A session gives its own number to what it sends and does not read this one.</summary>
    public uint SequenceNumber { get; init; }

    public TlvList Tlvs { get; init; }

    /// <summary>Octets of the mandatory fields.</summary>
    private protected abstract int FieldsLength { get; }

    private protected abstract void WriteFields(ref FieldWriter writer);

    /// <summary>Octets of the whole PDU on the wire.</summary>
    internal int EncodedLength => PduHeader.Length + FieldsLength + FieldWriter.LengthOf(Tlvs);

    internal void WriteBody(ref FieldWriter writer)
    {
        WriteFields(ref writer);
        writer.Tlvs(Tlvs);
    }
}

/// <summary>A PDU of a header only.</summary>
public abstract record HeaderPdu : SmppPdu
{
    private protected override int FieldsLength => 0;

    private protected override void WriteFields(ref FieldWriter writer)
    {
    }
}

/// <remarks>SMPP 3.4, section 4.3.1. Says that a PDU could not be read at all; never answered.</remarks>
public sealed record GenericNack : HeaderPdu
{
    public override CommandId CommandId => CommandId.GenericNack;
}

/// <remarks>SMPP 3.4, section 4.2.1.</remarks>
public sealed record Unbind : HeaderPdu
{
    public override CommandId CommandId => CommandId.Unbind;
}

/// <remarks>SMPP 3.4, section 4.2.2.</remarks>
public sealed record UnbindResp : HeaderPdu
{
    public override CommandId CommandId => CommandId.UnbindResp;
}

/// <remarks>SMPP 3.4, section 4.11.1.</remarks>
public sealed record EnquireLink : HeaderPdu
{
    public override CommandId CommandId => CommandId.EnquireLink;
}

/// <remarks>SMPP 3.4, section 4.11.2.</remarks>
public sealed record EnquireLinkResp : HeaderPdu
{
    public override CommandId CommandId => CommandId.EnquireLinkResp;
}

/// <summary>A PDU that this library has no record for: header readable, body as it came.</summary>
public sealed record RawPdu(CommandId Command, Octets Body) : SmppPdu
{
    public override CommandId CommandId => Command;

    private protected override int FieldsLength => Body.Length;

    private protected override void WriteFields(ref FieldWriter writer) => writer.Octets(Body.Span);
}
