using System.Globalization;
using System.Text.RegularExpressions;

namespace CarrierPay.Demo;

/// <summary>Amounts of a currency with two decimals, as they stand in texts.</summary>
public static partial class Amounts
{
    /// <summary>1250 -> 12.50.</summary>
    public static string Show(long minor) => (minor / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Every amount with two decimals in a text, in minor units. Thousands may be grouped.</summary>
    public static IReadOnlyList<long> In(string text) =>
        [.. Amount().Matches(text).Select(match => (long)(decimal.Parse(match.Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 100m))];

    [GeneratedRegex(@"(?<![\d.,])\d+(,\d{3})*\.\d{2}(?!\d)")]
    private static partial Regex Amount();
}
