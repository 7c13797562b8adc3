using System.Buffers;

namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>Reads an amount as people write it, exactly.</summary>
/// <remarks>
/// A point is the decimal point. A comma followed by one or two digits at the end is a decimal comma; followed by three it may also group
/// (<see cref="AmountText.CommaMayGroup"/>). With a point and a comma the last one is decimal: <c>1,250.50</c> and <c>1.250,50</c>. Two or more of the
/// same sign group: <c>1,250,000</c>. Anything else is <see cref="AmountOutcome.Unclear"/>.
/// </remarks>
internal static class AmountReader
{
    private static readonly SearchValues<char> NumberParts = SearchValues.Create("0123456789.,-");

    /// <summary>True if a token can only be meant as an amount: digits, points, commas, a minus sign, a currency.</summary>
    public static bool LooksLikeNumber(ReadOnlySpan<char> token)
    {
        var number = Unsigned(token, out _, out _, out _);
        return number.ContainsAnyInRange('0', '9') && !number.ContainsAnyExcept(NumberParts);
    }

    /// <summary>Reads a token that <see cref="LooksLikeNumber"/>. When several outcomes apply, the one listed first in <see cref="AmountOutcome"/> is given.</summary>
    /// <param name="token">In folded form.</param>
    /// <param name="apart">The currency written as a word of its own; null for none.</param>
    /// <param name="amount">Set for <see cref="AmountOutcome.Ok"/>.</param>
    public static AmountOutcome Read(ReadOnlySpan<char> token, string? apart, out AmountText amount)
    {
        amount = default;
        var number = Unsigned(token, out var mark, out var two, out var negative);
        if (two || (mark is not null && apart is not null)) return AmountOutcome.Unclear;
        if (!TryFindDecimals(number, out var decimals, out var commaMayGroup)) return AmountOutcome.Unclear;
        if (negative) return AmountOutcome.Negative;

        var wholeDigits = 0;
        var left = decimals;
        var digits = 0L;
        for (var index = 0; index < number.Length; index++)
        {
            if (!char.IsAsciiDigit(number[index])) continue;
            var isDecimal = decimals > 0 && index >= number.Length - decimals;
            if (isDecimal)
            {
                // Zeros at the end are dropped beyond the third decimal, so that 12.500000 is what it looks like.
                if (decimals - left >= AmountText.MaximumDecimals && number[index] != '0') return AmountOutcome.TooPrecise;
                if (decimals - left-- >= AmountText.MaximumDecimals) continue;
            }
            else if (wholeDigits > 0 || number[index] != '0')
            {
                if (++wholeDigits > AmountText.MaximumWholeDigits) return AmountOutcome.Overflow;
            }

            digits = digits * 10 + (number[index] - '0');
        }

        amount = new AmountText(digits, Math.Min(decimals, AmountText.MaximumDecimals), mark ?? apart, commaMayGroup);
        return digits == 0 ? AmountOutcome.Zero : AmountOutcome.Ok;
    }

    private static ReadOnlySpan<char> Unsigned(ReadOnlySpan<char> token, out string? mark, out bool two, out bool negative)
    {
        negative = token.Length > 0 && token[0] == '-';
        var number = CurrencyMarks.Strip(negative ? token[1..] : token, out mark, out two);
        if (!negative && mark is not null && number.Length > 0 && number[0] == '-')
        {
            negative = true;
            number = number[1..];
        }

        return number;
    }

    /// <summary>Finds how many of the last characters are decimals; false if the signs make no number.</summary>
    private static bool TryFindDecimals(ReadOnlySpan<char> number, out int decimals, out bool commaMayGroup)
    {
        decimals = 0;
        commaMayGroup = false;
        if (number.Contains('-')) return false;

        var last = number.LastIndexOfAny('.', ',');
        if (last < 0) return true;
        var sign = number[last];
        var other = sign == '.' ? ',' : '.';
        decimals = number.Length - last - 1;
        if (number.Count(sign) > 1)
        {
            decimals = 0;
            return !number.Contains(other) && IsGrouped(number, sign);
        }

        if (number.Contains(other)) return decimals > 0 && IsGrouped(number[..last], other);
        if (sign == '.') return decimals > 0;
        commaMayGroup = decimals == 3 && last is >= 1 and <= 3 && number[0] != '0';
        return last > 0 && decimals is >= 1 and <= 3;
    }

    private static bool IsGrouped(ReadOnlySpan<char> number, char sign)
    {
        var first = number.IndexOf(sign);
        if (first is < 1 or > 3) return false;
        for (var rest = number[first..]; rest.Length > 0; rest = rest[4..])
        {
            if (rest.Length < 4 || rest[0] != sign || rest[1..4].ContainsAnyExceptInRange('0', '9')) return false;
        }

        return true;
    }
}
