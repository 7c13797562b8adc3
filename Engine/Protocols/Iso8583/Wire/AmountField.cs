using System.Globalization;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>Amounts as twelve digits, exactly. Nothing is rounded and nothing is cut.</summary>
/// <remarks>
/// The standard counts in minor units of the currency: 12.50 EUR, 1250 JPY and 1.250 KWD are all 000000001250. Some hosts count in hundredths whatever the
/// currency is; then 1250 JPY are 000000125000, and 1.255 KWD cannot be said.
/// </remarks>
public static class AmountField
{
    public const long Greatest = 999_999_999_999;

    /// <summary>The twelve digits of an amount.</summary>
    /// <param name="decimals">What the field counts in: 2 for hundredths; null for minor units of the currency.</param>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative: a direction is a processing code, never a sign.</exception>
    /// <exception cref="Iso8583Exception"><see cref="Iso8583Fault.AmountTooLarge"/> or <see cref="Iso8583Fault.AmountNotExact"/>.</exception>
    public static string Format(Money amount, int? decimals = null, int field = 4)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount.MinorUnits);
        var value = (Int128)amount.MinorUnits;
        var shift = (decimals ?? amount.Currency.Exponent) - amount.Currency.Exponent;
        for (; shift > 0; shift--) value *= 10;
        for (; shift < 0; shift++)
        {
            if (value % 10 != 0)
                throw new Iso8583Exception(Iso8583Fault.AmountNotExact, field, $"field {field}", -1, $"{amount} are no whole number of units of {decimals} decimals");
            value /= 10;
        }
        return value <= Greatest
            ? ((long)value).ToString("D12", CultureInfo.InvariantCulture)
            : throw new Iso8583Exception(Iso8583Fault.AmountTooLarge, field, $"field {field}", -1, $"{amount} have more than twelve digits");
    }

    /// <summary>The amount that twelve digits say.</summary>
    /// <exception cref="Iso8583Exception"><see cref="Iso8583Fault.AmountNotExact"/>: it has a fraction of the currency's minor unit. <see cref="Iso8583Fault.WrongContent"/>: no digits.</exception>
    public static Money Parse(ReadOnlySpan<char> digits, Currency currency, int? decimals = null, int field = 4)
    {
        if (digits.Length is < 1 or > 18 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var read))
            throw new Iso8583Exception(Iso8583Fault.WrongContent, field, $"field {field}", -1, "the amount is not digits");
        var value = (Int128)read;
        var shift = currency.Exponent - (decimals ?? currency.Exponent);
        for (; shift > 0; shift--) value *= 10;
        for (; shift < 0; shift++)
        {
            if (value % 10 != 0)
                throw new Iso8583Exception(Iso8583Fault.AmountNotExact, field, $"field {field}", -1, $"the amount has a fraction of the minor unit of {currency}");
            value /= 10;
        }
        return value <= long.MaxValue
            ? new Money((long)value, currency)
            : throw new Iso8583Exception(Iso8583Fault.AmountTooLarge, field, $"field {field}", -1, "the amount is beyond what can be held");
    }
}
