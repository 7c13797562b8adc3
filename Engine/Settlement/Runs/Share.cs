namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>Divides the gross amount of a line between merchant and operator.</summary>
public static class Share
{
    private const int Whole = 10_000;

    /// <summary>The merchant's part, rounded half to even at the currency's minor unit; the operator gets the rest, so that the two always sum up to gross.</summary>
    /// <param name="grossMinor">Minor units, at least 0.</param>
    /// <param name="basisPoints">0 to 10,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">An amount below 0, or a share outside 0 to 10,000.</exception>
    public static (long ShareMinor, long OperatorMinor) Of(long grossMinor, int basisPoints)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(grossMinor);
        ArgumentOutOfRangeException.ThrowIfNegative(basisPoints);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(basisPoints, Whole);
        // 128 bits: the product of a large sum and 10,000 need not fit a long.
        var (quotient, remainder) = Int128.DivRem((Int128)grossMinor * basisPoints, Whole);
        var roundsUp = remainder * 2 > Whole || (remainder * 2 == Whole && Int128.IsOddInteger(quotient));
        var share = (long)(roundsUp ? quotient + 1 : quotient);
        return (share, grossMinor - share);
    }
}
