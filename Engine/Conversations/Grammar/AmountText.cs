namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>Whether an amount can be used, and why not. Each but <see cref="Ok"/> has a reply of its own.</summary>
public enum AmountOutcome
{
    Ok,

    /// <summary>It looks like a number but is none, or two readings are possible: <c>12.5.0</c>, <c>1,250</c> in a currency with cents.</summary>
    Unclear,

    /// <summary>Below zero.</summary>
    Negative,

    /// <summary>More than 999,999,999 whole units.</summary>
    Overflow,

    /// <summary>More decimals than the currency has.</summary>
    TooPrecise,

    /// <summary>Nothing to pay.</summary>
    Zero,
}

/// <summary>An amount as typed, exact, before the currency and so its number of decimals is known.</summary>
/// <param name="Digits">The digits without point or comma: 1250 for <c>12.50</c>.</param>
/// <param name="Decimals">How many of the digits are decimals: 2 for <c>12.50</c>.</param>
/// <param name="CurrencyMark">What was typed beside it, upper case (<c>EUR</c>, <c>¥</c>, <c>元</c>); null for none. See <see cref="MayBeIn"/>.</param>
/// <param name="CommaMayGroup">True for the form <c>1,250</c>: one comma with one to three digits before it and three after it. <see cref="ToMinorUnits"/> decides by the currency.</param>
public readonly record struct AmountText(long Digits, int Decimals, string? CurrencyMark = null, bool CommaMayGroup = false)
{
    /// <summary>Whole units of any currency have at most this many digits; every text message has room for them.</summary>
    public const int MaximumWholeDigits = 9;

    /// <summary>No currency in use has more decimals (ISO 4217: 0, 2 or 3).</summary>
    public const int MaximumDecimals = 3;

    private const long MaximumWholeUnits = 999_999_999;

    /// <summary>The amount in minor units of a currency with <paramref name="exponent"/> decimals. Never rounds.</summary>
    /// <param name="exponent">0 to 4 (ISO 4217: UGX 0, USD 2, KWD 3).</param>
    /// <param name="minorUnits">Zero unless the answer is <see cref="AmountOutcome.Ok"/>.</param>
    /// <remarks>
    /// <c>1,250</c> is decided by the currency: in one with three decimals it is 1.250, in one without decimals the comma can only group, so it is 1250,
    /// and in one with cents it may mean either, a factor of a thousand apart, so it is <see cref="AmountOutcome.Unclear"/> and the subscriber is asked to write it again.
    /// Zeros at the end are not precision: <c>12.500</c> is 1250 cents.
    /// </remarks>
    public AmountOutcome ToMinorUnits(int exponent, out long minorUnits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponent, 4);
        minorUnits = 0;
        if (Decimals is < 0 or > 18) return AmountOutcome.Unclear;
        if (Digits < 0) return AmountOutcome.Negative;

        var digits = Digits;
        var decimals = Decimals;
        if (CommaMayGroup && exponent != MaximumDecimals)
        {
            if (exponent != 0) return AmountOutcome.Unclear;
            decimals = 0;
        }

        if (digits / PowerOfTen(decimals) > MaximumWholeUnits) return AmountOutcome.Overflow;
        for (; decimals > exponent; decimals--)
        {
            if (digits % 10 != 0) return AmountOutcome.TooPrecise;
            digits /= 10;
        }

        if (digits == 0) return AmountOutcome.Zero;
        minorUnits = digits * PowerOfTen(exponent - decimals);
        return AmountOutcome.Ok;
    }

    /// <summary>False if a currency was typed that <paramref name="currencyCode"/> (ISO 4217) is not. <c>¥</c> and <c>$</c> fit each currency that is written so.</summary>
    public bool MayBeIn(string currencyCode) => CurrencyMark is null || CurrencyMarks.Fits(CurrencyMark, currencyCode);

    private static long PowerOfTen(int power)
    {
        var result = 1L;
        for (; power > 0; power--) result *= 10;
        return result;
    }
}
