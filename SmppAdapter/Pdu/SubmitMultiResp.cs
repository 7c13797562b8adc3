namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>A receiver that a <see cref="SubmitMulti"/> was not taken for, and why.</summary>
/// <remarks>SMPP 3.4, section 4.5.2.1. dest_addr_ton 1, dest_addr_npi 1, destination_addr C21, error_status_code 4.</remarks>
public readonly record struct UnsuccessSme(Address Address, CommandStatus ErrorStatusCode);

/// <summary>Answers <see cref="SubmitMulti"/>.</summary>
/// <remarks>SMPP 3.4, section 4.5.2. message_id C65, no_unsuccess 1, the receivers that failed; absent when the status is an error. Read whatever the status is.</remarks>
public sealed record SubmitMultiResp : SmppPdu
{
    public override CommandId CommandId => CommandId.SubmitMultiResp;

    public string MessageId { get; init; } = "";

    /// <summary>At most 255.</summary>
    public ValueList<UnsuccessSme> UnsuccessSmes { get; init; }

    private bool BodyIsAbsent => CommandStatus != CommandStatus.ROK && MessageId.Length == 0 && UnsuccessSmes.Count == 0 && Tlvs.Count == 0;

    internal static SubmitMultiResp Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        MessageId = reader.LenientCOctetString(CommandStatus.RINVMSGID),
        UnsuccessSmes = ReadUnsuccessSmes(ref reader),
        Tlvs = reader.Tlvs(),
    };

    private static ValueList<UnsuccessSme> ReadUnsuccessSmes(ref FieldReader reader)
    {
        var smes = new UnsuccessSme[reader.LenientByte()];
        for (var i = 0; i < smes.Length; i++)
        {
            smes[i] = new(reader.Address(CommandStatus.RINVDSTADR), (CommandStatus)reader.UInt32());
        }
        return new(smes);
    }

    private protected override int FieldsLength
    {
        get
        {
            if (BodyIsAbsent)
            {
                return 0;
            }
            var length = MessageId.Length + 2;
            foreach (var sme in UnsuccessSmes)
            {
                length += sme.Address.Digits.Length + 7;
            }
            return length;
        }
    }

    private protected override void WriteFields(ref FieldWriter writer)
    {
        if (BodyIsAbsent)
        {
            return;
        }
        if (UnsuccessSmes.Count > byte.MaxValue)
        {
            throw new ArgumentException($"{nameof(UnsuccessSmes)} are {UnsuccessSmes.Count}; {byte.MaxValue} are allowed.");
        }
        writer.COctetString(MessageId, 65, nameof(MessageId));
        writer.Byte((byte)UnsuccessSmes.Count);
        foreach (var sme in UnsuccessSmes)
        {
            writer.Address(sme.Address, 21, nameof(UnsuccessSmes));
            writer.UInt32((uint)sme.ErrorStatusCode);
        }
    }
}
