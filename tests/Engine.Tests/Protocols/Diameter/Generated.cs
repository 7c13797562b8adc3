using System.Net;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CsCheck;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>Messages by chance, all of them valid.</summary>
internal static class Generated
{
    public static readonly Gen<string> Identity = Gen.Char['a', 'z'].Array[1, 20].Select(chars => new string(chars) + ".example");

    private static readonly string[] s_texts = ["", "Caffè 中国", "K\u0000x", "😀"];

    private static readonly Gen<string> Text = Gen.OneOf(Gen.Char['!', '~'].Array[0, 40].Select(chars => new string(chars)), Gen.Int[0, 3].Select(i => s_texts[i]));

    /// <summary>AVPs that are in no dictionary.</summary>
    public static readonly Gen<Avp> UnknownAvp = Gen.Select(Gen.UInt[70_000, 0x7fffffff], Gen.UInt[1, 50_000], Gen.Bool, Gen.Bool, Gen.Byte.Array[0, 40],
        (code, vendor, hasVendor, isMandatory, data) => new Avp(code, hasVendor ? vendor : 0, (hasVendor ? AvpFlags.Vendor : 0) | (isMandatory ? AvpFlags.Mandatory : 0), data));

    public static readonly Gen<Avp> AnyAvp = Gen.OneOf(UnknownAvp,
        Gen.Select(Gen.UInt, Gen.Byte, Gen.UInt[1, uint.MaxValue], Gen.Byte.Array[0, 300],
            (code, flags, vendor, data) => new Avp(code, (flags & 0x80) != 0 ? vendor : 0, (AvpFlags)flags, data)));

    public static readonly Gen<DiameterMessage> Message = Gen.Select(Gen.Byte, Gen.UInt[0, 0xffffff], Gen.UInt, Gen.UInt, Gen.UInt, AnyAvp.Array[0, 10],
        (flags, command, application, hop, end, avps) => new DiameterMessage(new(0, (CommandFlags)flags, command, application, hop, end), [.. avps]));

    private static readonly Gen<CCMoney?> Money = Gen.Select(Gen.Long, Gen.Int, Gen.UInt, Gen.Bool, Gen.Bool,
        (digits, exponent, currency, hasCurrency, isThere) => isThere ? new CCMoney(new(digits, exponent), hasCurrency ? currency : null) : null);

    private static readonly Gen<DateTimeOffset> Time = Gen.Long[0, 0xfffffffe].Select(seconds => new DateTimeOffset(1968, 1, 20, 3, 14, 8, TimeSpan.Zero).AddSeconds(seconds));

    private static readonly Gen<SubscriptionId> Subscriber = Gen.Select(Gen.Enum<SubscriptionIdType>(), Text, (type, data) => new SubscriptionId(type, data));

    public static readonly Gen<CreditControlRequest> Request =
        Gen.Select(
            Gen.Select(Text, Identity, Identity, Identity, Text, Gen.Enum<RequestedAction>()),
            Gen.Select(Gen.UInt, Gen.UInt, Gen.Bool, Money, Time, Subscriber.Array[0, 3]),
            Gen.Select(Gen.Select(Gen.UInt, Text, (type, value) => new ServiceParameter(type, value)).Array[0, 2], UnknownAvp.Array[0, 3], Gen.Bool, Gen.UInt),
            (a, b, c) => new CreditControlRequest
            {
                SessionId = a.Item1,
                OriginHost = a.Item2,
                OriginRealm = a.Item3,
                DestinationRealm = a.Item4,
                DestinationHost = b.Item3 ? a.Item2 : null,
                ServiceContextId = a.Item5,
                RequestNumber = b.Item1,
                EventTimestamp = b.Item3 ? b.Item5 : null,
                Subscribers = [.. b.Item6],
                ServiceIdentifier = c.Item3 ? b.Item2 : null,
                RequestedUnits = b.Item4,
                Action = a.Item6,
                Parameters = [.. c.Item1],
                Others = [.. c.Item2],
                MayBeRepeat = c.Item3,
                EndToEnd = c.Item4,
            });

    public static readonly Gen<CreditControlAnswer> Answer =
        Gen.Select(
            Gen.Select(Text, Identity, Identity, Gen.UInt, Gen.UInt, Gen.Bool),
            Gen.Select(Money, Money, Money, Gen.Enum<BalanceCheck>(), Gen.Bool, Gen.UInt),
            Gen.Select(UnknownAvp.Array[0, 3], Text, Gen.Bool),
            (a, b, c) => new CreditControlAnswer
            {
                SessionId = a.Item6 ? a.Item1 : null,
                IsError = c.Item3,
                Result = (ResultCode)a.Item4,
                ResultVendor = b.Item5 ? a.Item5 : 0,
                OriginHost = c.Item3 ? null : a.Item2,
                OriginRealm = c.Item3 ? null : a.Item3,
                RequestType = a.Item6 ? CCRequestType.Event : null,
                RequestNumber = a.Item6 ? a.Item5 : null,
                GrantedUnits = b.Item1,
                Cost = b.Item2,
                RemainingBalance = b.Item3,
                Balance = b.Item5 ? b.Item4 : null,
                ErrorMessage = c.Item3 ? c.Item2 : null,
                Others = [.. c.Item1],
                EndToEnd = b.Item6,
            });

    public static readonly Gen<CapabilitiesExchange> Capabilities = Gen.Select(Identity, Identity, Gen.UInt, Gen.Bool, Gen.UInt.Array[0, 4], Text, Gen.Byte.Array[4],
        (host, realm, state, hasState, numbers, product, address) => new CapabilitiesExchange
        {
            Node = new(host, realm, hasState ? state : null),
            Addresses = [new IPAddress(address), IPAddress.IPv6Loopback],
            VendorId = state,
            ProductName = product,
            SupportedVendors = [.. numbers],
            Applications = [.. numbers],
        });
}
