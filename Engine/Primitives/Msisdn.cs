using System.Globalization;

namespace CarrierPay.Engine.Primitives;

/// <summary>A subscriber's number in E.164 form: 7 to 15 digits with the country code, without a plus sign.</summary>
/// <remarks>ITU-T E.164 allows 15 digits. <see cref="ToString"/> is masked, so that no log, trace or exception shows a whole number; ask for <see cref="Digits"/> where the number is needed.</remarks>
public readonly record struct Msisdn(long Value)
{
    private const long Smallest = 1_000_000;
    private const long Largest = 999_999_999_999_999;

    /// <summary>All digits: for the network and for people who may see them.</summary>
    public string Digits() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The first three and the last two digits.</summary>
    public override string ToString()
    {
        var digits = Digits();
        return digits.Length < 7 ? "***" : string.Concat(digits.AsSpan(0, 3), new string('*', digits.Length - 5), digits.AsSpan(digits.Length - 2));
    }

    /// <summary>Reads digits with or without a leading plus sign. False for anything else: short codes, names, more than 15 digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Msisdn msisdn)
    {
        msisdn = default;
        if (text.Length > 0 && text[0] == '+')
            text = text[1..];
        if (text.Length is < 7 or > 15 || text[0] == '0')
            return false;
        long value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = (value * 10) + (c - '0');
        }
        msisdn = new(value);
        return value is >= Smallest and <= Largest;
    }
}
