using System.Globalization;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>What both sides of a profile share: its parameters and its text.</summary>
internal sealed class UssdWire
{
    /// <summary>Bit 0 of its_session_info: the end of the session.</summary>
    /// <remarks>SMPP 3.4, section 5.3.2.43: session number 1 octet, sequence number of the dialogue unit 7 bits, end of session 1 bit.</remarks>
    private const ushort EndBit = 1;

    private readonly UssdProfile _profile;

    public UssdWire(UssdProfile profile)
    {
        if (profile.Problems() is [var problem, ..])
        {
            throw new ArgumentException($"The USSD profile {profile.Name} cannot be: {problem}", nameof(profile));
        }
        _profile = profile;
        Text = new UssdText(profile);
    }

    public UssdText Text { get; }

    public bool IsUssd(MessagePdu message) =>
        message.Tlvs.TryFind(TlvTag.UssdServiceOp, out _)
        || (_profile.ServiceType.Length > 0 && string.Equals(message.ServiceType, _profile.ServiceType, StringComparison.OrdinalIgnoreCase));

    public static byte? Operation(MessagePdu message) => Number(message, TlvTag.UssdServiceOp) is { } number and <= byte.MaxValue ? (byte)number : null;

    public static string OperationInHex(MessagePdu message) =>
        Operation(message) is { } operation ? string.Create(CultureInfo.InvariantCulture, $"0x{operation:X2}") : "of a wrong length";

    public UssdSession Session(MessagePdu message, Address subscriber, Address service) => new(subscriber, service,
        Number(message, TlvTag.ItsSessionInfo) is { } info ? (ushort)(info & ~EndBit) : null,
        _profile.SessionKeying == UssdSessionKeying.MsisdnAndUserMessageReference ? (ushort?)Number(message, TlvTag.UserMessageReference) : null);

    public bool HasEndBit(MessagePdu message) => _profile.UsesEndBit && Number(message, TlvTag.ItsSessionInfo) is { } info && (info & EndBit) != 0;

    public static TlvList Parameters(UssdSession session, byte operation, bool hasEndBit)
    {
        var parameters = new List<Tlv>(3) { Tlv.OfByte(TlvTag.UssdServiceOp, operation) };
        if (session.ItsSessionInfo is { } info || hasEndBit)
        {
            parameters.Add(Tlv.OfUInt16(TlvTag.ItsSessionInfo, (ushort)((session.ItsSessionInfo ?? 0) | (hasEndBit ? EndBit : 0))));
        }
        if (session.UserMessageReference is { } reference)
        {
            parameters.Add(Tlv.OfUInt16(TlvTag.UserMessageReference, reference));
        }
        return [.. parameters];
    }

    private static uint? Number(MessagePdu message, TlvTag tag) =>
        message.Tlvs.TryFind(tag, out var tlv) && tlv.TryReadNumber(out var number) && number <= ushort.MaxValue ? number : null;
}
