using System.Collections.Frozen;

namespace CarrierPay.Engine.Primitives;

/// <summary>A currency by its ISO 4217 codes, with the number of decimals of its minor unit (0 to 3).</summary>
/// <remarks>The hot tables hold <see cref="Numeric"/>: two octets instead of a text in every row.</remarks>
public readonly record struct Currency
{
    private static readonly Currency[] Known =
    [
        new(784, "AED", 2), new(36, "AUD", 2), new(50, "BDT", 2), new(48, "BHD", 3), new(986, "BRL", 2), new(124, "CAD", 2), new(756, "CHF", 2),
        new(152, "CLP", 0), new(156, "CNY", 2), new(170, "COP", 2), new(203, "CZK", 2), new(208, "DKK", 2), new(818, "EGP", 2), new(230, "ETB", 2),
        new(978, "EUR", 2), new(826, "GBP", 2), new(936, "GHS", 2), new(344, "HKD", 2), new(360, "IDR", 2), new(376, "ILS", 2), new(356, "INR", 2),
        new(368, "IQD", 3), new(392, "JPY", 0), new(400, "JOD", 3), new(404, "KES", 2), new(410, "KRW", 0), new(414, "KWD", 3), new(144, "LKR", 2),
        new(504, "MAD", 2), new(969, "MGA", 2), new(104, "MMK", 2), new(484, "MXN", 2), new(458, "MYR", 2), new(566, "NGN", 2), new(578, "NOK", 2),
        new(524, "NPR", 2), new(554, "NZD", 2), new(512, "OMR", 3), new(604, "PEN", 2), new(608, "PHP", 2), new(586, "PKR", 2), new(985, "PLN", 2),
        new(600, "PYG", 0), new(634, "QAR", 2), new(646, "RWF", 0), new(682, "SAR", 2), new(752, "SEK", 2), new(702, "SGD", 2), new(764, "THB", 2),
        new(788, "TND", 3), new(949, "TRY", 2), new(901, "TWD", 2), new(834, "TZS", 2), new(800, "UGX", 0), new(840, "USD", 2), new(704, "VND", 0),
        new(952, "XOF", 0), new(950, "XAF", 0), new(710, "ZAR", 2), new(967, "ZMW", 2),
    ];

    private static readonly FrozenDictionary<string, Currency> ByCode = Known.ToFrozenDictionary(c => c.Code, StringComparer.Ordinal);
    private static readonly FrozenDictionary<short, Currency> ByNumeric = Known.ToFrozenDictionary(c => c.Numeric);

    private Currency(short numeric, string code, byte exponent)
    {
        Numeric = numeric;
        Code = code;
        Exponent = exponent;
    }

    /// <summary>ISO 4217 numeric code, 978 for the euro.</summary>
    public short Numeric { get; }

    /// <summary>ISO 4217 code of three capital letters.</summary>
    public string Code { get; }

    /// <summary>Decimals of the minor unit: UGX 0, USD 2, KWD 3.</summary>
    public byte Exponent { get; }

    /// <exception cref="ArgumentException">The code is not in the table.</exception>
    public static Currency Of(string code) => ByCode.TryGetValue(code, out var currency)
        ? currency
        : throw new ArgumentException($"'{code}' is not a currency that CarrierPay knows: give its ISO 4217 code in capitals, as EUR.", nameof(code));

    /// <exception cref="ArgumentException">The number is not in the table.</exception>
    public static Currency Of(short numeric) => ByNumeric.TryGetValue(numeric, out var currency)
        ? currency
        : throw new ArgumentException($"{numeric} is not the ISO 4217 number of a currency that CarrierPay knows.", nameof(numeric));

    public override string ToString() => Code;
}
