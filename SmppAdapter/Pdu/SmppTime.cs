using System.Globalization;

namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>Times of the protocol: 16 characters, "YYMMDDhhmmsstnnp".</summary>
/// <remarks>
/// SMPP 3.4, section 7.1.1. t: tenths of a second; nn: quarter hours between local time and UTC, 00 to 48; p: '+' if local time is ahead of UTC,
/// '-' if behind, 'R' for a time relative to the SMSC's, where t and nn are 0.
/// </remarks>
public static class SmppTime
{
    /// <summary>Longest relative time that is written: months and years have no fixed length.</summary>
    public static readonly TimeSpan LongestRelative = TimeSpan.FromDays(31) + TimeSpan.FromHours(23) + TimeSpan.FromMinutes(59) + TimeSpan.FromSeconds(59);

    private const int Length = 16;

    /// <summary>A point in time, in UTC, to the tenth of a second. Years 2000 to 2099.</summary>
    public static string Absolute(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        if (utc.Year is < 2000 or > 2099)
        {
            throw new ArgumentOutOfRangeException(nameof(time), time, "The protocol has two digits for the year.");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{utc:yyMMddHHmmssf}00+");
    }

    /// <summary>A time from the SMSC's now, in whole seconds, rounded up. Zero to <see cref="LongestRelative"/>.</summary>
    public static string Relative(TimeSpan time)
    {
        var rounded = TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));
        if (rounded < TimeSpan.Zero || rounded > LongestRelative)
        {
            throw new ArgumentOutOfRangeException(nameof(time), time, "Not between zero and 31 days.");
        }
        return string.Create(CultureInfo.InvariantCulture, $"0000{rounded.Days:00}{rounded.Hours:00}{rounded.Minutes:00}{rounded.Seconds:00}000R");
    }

    /// <summary>Reads either kind. A relative time is counted from <paramref name="now"/>. False for "" and for what is no time.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        time = default;
        if (!HasForm(text))
        {
            return false;
        }
        var (year, month, day) = (Number(text, 0), Number(text, 2), Number(text, 4));
        var clock = new TimeSpan(Number(text, 6), Number(text, 8), Number(text, 10)) + TimeSpan.FromMilliseconds(100 * (text[12] - '0'));
        if (text[15] == 'R')
        {
            time = now.AddYears(year).AddMonths(month).AddDays(day) + clock;
            return true;
        }
        var quarters = Number(text, 13);
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(2000 + year, month) || clock >= TimeSpan.FromDays(1) || quarters > 48)
        {
            return false;
        }
        var ahead = TimeSpan.FromMinutes(15 * (text[15] == '+' ? quarters : -quarters));
        time = new DateTimeOffset(2000 + year, month, day, 0, 0, 0, TimeSpan.Zero) + clock - ahead;
        return true;
    }

    /// <summary>True for fifteen digits and one of '+', '-' and 'R', whatever they mean.</summary>
    internal static bool HasForm(string text) =>
        text.Length == Length && text[^1] is ('+' or '-' or 'R') && text.AsSpan(0, Length - 1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static int Number(string text, int at) => ((text[at] - '0') * 10) + (text[at + 1] - '0');
}
