using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>What became of an amount on its way into minor units.</summary>
public enum UnitValueOutcome
{
    Exact,

    /// <summary>It is no whole number of minor units, such as 0.005 EUR.</summary>
    Remainder,

    /// <summary>It is beyond Int64.</summary>
    OutOfRange,
}

/// <summary>The value <c>Digits x 10^Exponent</c> of a Unit-Value AVP.</summary>
/// <remarks>RFC 8506, sections 8.8, 8.24 and 8.10. 2.50 EUR is 250 and -2, or 25 and -1, or 2500 and -3; a missing Exponent is 0. All of it is integer arithmetic: nothing is rounded.</remarks>
public readonly record struct UnitValue(long Digits, int Exponent)
{
    /// <summary>10^18 is the highest power of ten that a long holds.</summary>
    private const int MostDigits = 18;

    private static readonly long[] PowersOfTen = MakePowers();

    /// <summary>Minor units as they are, with the exponent of the currency.</summary>
    public static UnitValue Of(Money amount) => new(amount.MinorUnits, -amount.Currency.Exponent);

    /// <summary>The same value in minor units, or why it has none.</summary>
    public UnitValueOutcome TryToMoney(Currency currency, out Money amount)
    {
        amount = default;
        // As a long: an exponent may be anything that 32 bits hold.
        var shift = (long)Exponent + currency.Exponent;
        if (Digits == 0 || shift == 0)
        {
            amount = new(Digits, currency);
            return UnitValueOutcome.Exact;
        }
        if (shift < 0)
        {
            // Beyond 10^18 no Int64 but 0 is a multiple.
            if (shift < -MostDigits || Digits % PowersOfTen[-shift] != 0)
                return UnitValueOutcome.Remainder;
            amount = new(Digits / PowersOfTen[-shift], currency);
            return UnitValueOutcome.Exact;
        }
        if (shift > MostDigits)
            return UnitValueOutcome.OutOfRange;
        var minorUnits = (Int128)Digits * PowersOfTen[shift];
        if (minorUnits < long.MinValue || minorUnits > long.MaxValue)
            return UnitValueOutcome.OutOfRange;
        amount = new((long)minorUnits, currency);
        return UnitValueOutcome.Exact;
    }

    internal void Write(DiameterWriter writer) =>
        writer.Open(Avps.UnitValue).Write(Avps.ValueDigits, Digits).Write(Avps.Exponent, Exponent).Close();

    /// <exception cref="DiameterException">Value-Digits is missing or something is malformed.</exception>
    internal static UnitValue Read(in AvpView group)
    {
        long? digits = null;
        var exponent = 0;
        foreach (var avp in group)
        {
            if (avp.Is(Avps.ValueDigits))
                digits = digits is null ? avp.ToInt64() : throw DiameterException.TooOften(Avps.ValueDigits, avp);
            else if (avp.Is(Avps.Exponent))
                exponent = avp.ToInt32();
        }
        return new(digits ?? throw DiameterException.Missing(Avps.ValueDigits), exponent);
    }

    private static long[] MakePowers()
    {
        var powers = new long[MostDigits + 1];
        powers[0] = 1;
        for (var i = 1; i <= MostDigits; i++)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
