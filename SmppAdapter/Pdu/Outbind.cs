using System.Text;

namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>An SMSC that opened the connection asks the ESME behind it to bind as a receiver. Has no response.</summary>
/// <remarks>SMPP 3.4, section 4.1.7. system_id C16, password C9.</remarks>
public sealed record Outbind : SmppPdu
{
    public override CommandId CommandId => CommandId.Outbind;

    public string SystemId { get; init; } = "";

    public string Password { get; init; } = "";

    internal static Outbind Read(ref FieldReader reader) => new()
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        SystemId = reader.COctetString(CommandStatus.RINVSYSID),
        Password = reader.COctetString(CommandStatus.RINVPASWD),
        Tlvs = reader.Tlvs(),
    };

    private protected override int FieldsLength => SystemId.Length + Password.Length + 2;

    private protected override void WriteFields(ref FieldWriter writer)
    {
        writer.COctetString(SystemId, 16, nameof(SystemId));
        writer.COctetString(Password, 9, nameof(Password));
    }

    /// <summary>Leaves the password out: the text may reach a log.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"SequenceNumber = {SequenceNumber}, SystemId = {SystemId}");
        return true;
    }
}
