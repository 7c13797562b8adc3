using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Protocols.Diameter.CreditControl;

/// <summary>What is asked of the charging system.</summary>
/// <remarks>RFC 8506, section 8.41.</remarks>
public enum RequestedAction
{
    DirectDebiting = 0,
    RefundAccount = 1,

    /// <summary>Whether there is enough, without changing anything. No reservation.</summary>
    CheckBalance = 2,

    /// <summary>What the service would cost.</summary>
    PriceEnquiry = 3,
}

/// <summary>Kinds of requests; all of ours are single events.</summary>
/// <remarks>RFC 8506, section 8.3.</remarks>
public enum CCRequestType
{
    Initial = 1,
    Update = 2,
    Termination = 3,
    Event = 4,
}

/// <summary>Kinds of names that a subscriber has.</summary>
/// <remarks>RFC 8506, section 8.47.</remarks>
public enum SubscriptionIdType
{
    /// <summary>Digits of the number with its country code, without "+".</summary>
    E164 = 0,
    Imsi = 1,
    SipUri = 2,
    Nai = 3,
    Private = 4,
}

/// <summary>One name of the subscriber who is charged. <see cref="ToString"/> is masked.</summary>
public sealed record SubscriptionId(SubscriptionIdType Type, string Data)
{
    public static SubscriptionId Of(Msisdn msisdn) => new(SubscriptionIdType.E164, msisdn.Digits());

    public override string ToString() => $"{Type} {(Data.Length > 5 ? $"{Data[..3]}***{Data[^2..]}" : "***")}";
}

/// <summary>Something for the operator's records, of a type that was agreed with him.</summary>
public sealed record ServiceParameter(uint Type, string Value);

/// <summary>An amount as it stands in a message: a value, and perhaps a currency.</summary>
/// <param name="CurrencyCode">ISO 4217 number; null where the message leaves it to what was agreed.</param>
public sealed record CCMoney(UnitValue Value, uint? CurrencyCode)
{
    public static CCMoney Of(Money amount) => new(UnitValue.Of(amount), (uint)amount.Currency.Numeric);

    internal void Write(DiameterWriter writer)
    {
        Value.Write(writer);
        if (CurrencyCode is { } code)
            writer.Write(Avps.CurrencyCode, code);
    }

    /// <summary>Reads Unit-Value and Currency-Code out of a group that has them directly: CC-Money, Cost-Information, Remaining-Balance.</summary>
    /// <exception cref="DiameterException">Unit-Value is missing, or something is malformed.</exception>
    internal static CCMoney Read(in AvpView group)
    {
        UnitValue? value = null;
        uint? currency = null;
        foreach (var avp in group)
        {
            if (avp.Is(Avps.UnitValue))
                value = value is null ? UnitValue.Read(avp) : throw DiameterException.TooOften(Avps.UnitValue, avp);
            else if (avp.Is(Avps.CurrencyCode))
                currency = currency is null ? avp.ToUInt32() : throw DiameterException.TooOften(Avps.CurrencyCode, avp);
        }
        return new(value ?? throw DiameterException.Missing(Avps.UnitValue), currency);
    }

    /// <summary>Reads the CC-Money inside Requested- or Granted-Service-Unit; null where the units are no money.</summary>
    internal static CCMoney? ReadUnits(in AvpView units)
    {
        CCMoney? money = null;
        foreach (var avp in units)
        {
            if (avp.Is(Avps.CCMoney))
                money = money is null ? Read(avp) : throw DiameterException.TooOften(Avps.CCMoney, avp);
        }
        return money;
    }
}
