using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>What names one dialogue of a gateway while it lasts; numbers are used again afterwards. Compared by content.</summary>
/// <param name="Msisdn">"" where the profile does without.</param>
/// <param name="ServiceCode">The code that was dialled, "" where the profile does without.</param>
/// <param name="Reference">The number on the wire; -1 where there is none.</param>
public readonly record struct UssdSessionKey(string Msisdn, string ServiceCode, int Reference)
{
    /// <summary>Masked, because it may reach a log.</summary>
    public override string ToString() =>
        $"{(Msisdn.Length == 0 ? "" : Address.International(Msisdn) + " ")}{(ServiceCode.Length == 0 ? "" : ServiceCode + " ")}{(Reference < 0 ? "" : $"0x{Reference:X4}")}".TrimEnd();
}

/// <summary>The two ends of a dialogue as the last message had them: all that is needed to write the next one.</summary>
/// <param name="Subscriber">The handset.</param>
/// <param name="Service">The address of the service; some gateways leave it empty.</param>
/// <param name="ItsSessionInfo">Without its end bit; null if the message had none. Opaque: echoed.</param>
/// <param name="UserMessageReference">Null if the message had none. Opaque: echoed where the profile goes by it.</param>
public sealed record UssdSession(Address Subscriber, Address Service, ushort? ItsSessionInfo = null, ushort? UserMessageReference = null)
{
    /// <summary>A dialogue that is begun from here: the gateway numbers it in its first answer.</summary>
    public static UssdSession ToBegin(Address subscriber, Address service) => new(subscriber, service);

    /// <summary>The key of the dialogue in a gateway of this kind; null if the message lacked what the profile goes by.</summary>
    public UssdSessionKey? KeyBy(UssdSessionKeying keying) => keying switch
    {
        UssdSessionKeying.ItsSessionInfo when ItsSessionInfo is { } info => new("", "", info),
        UssdSessionKeying.MsisdnAndItsSessionInfo when ItsSessionInfo is { } info => new(Subscriber.Digits, "", info),
        UssdSessionKeying.MsisdnAndUserMessageReference when UserMessageReference is { } reference => new(Subscriber.Digits, "", reference),
        UssdSessionKeying.MsisdnAndShortCode => new(Subscriber.Digits, UssdDialString.CodeOf(Service.Digits), -1),
        _ => null,
    };
}
