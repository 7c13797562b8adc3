using System.Globalization;

namespace CarrierPay.Engine.Protocols.Iso8583.Messages;

/// <summary>What a message is known by, at the bank and here: kept with the payment before its first octet is sent, and never made anew for a repeat.</summary>
/// <param name="Stan">System trace audit number, field 11: 1 to 999,999.</param>
/// <param name="Rrn">Retrieval reference number, field 37: 12 digits, on the bank's statement.</param>
/// <param name="At">Field 7, to the second.</param>
public readonly record struct Trace(int Stan, string Rrn, DateTimeOffset At)
{
    /// <summary>A number and the time at which it is used.</summary>
    public static Trace Of(int stan, DateTimeOffset now)
    {
        var utc = now.UtcDateTime;
        // YDDDhh and the STAN: a customary form, which says when in the bank's statement.
        var rrn = string.Create(CultureInfo.InvariantCulture, $"{utc.Year % 10}{utc.DayOfYear:D3}{utc.Hour:D2}{stan:D6}");
        return new(stan, rrn, new(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero));
    }

    /// <summary>Six digits.</summary>
    public string StanText => Stan.ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>MMDDhhmmss, UTC.</summary>
    public string TransmissionTime => At.UtcDateTime.ToString("MMddHHmmss", CultureInfo.InvariantCulture);
}

/// <summary>Where the numbers of one institution and terminal have come to. Pure: the caller stores the counter in the transaction that stores the trace.</summary>
/// <remarks>A STAN is unique within a day (UTC), and the reference beyond it. Numbers run on over midnight, so that an answer of yesterday finds no request of today.</remarks>
/// <param name="Day">Days since 0001-01-01, UTC, of the last number.</param>
/// <param name="Used">Numbers given on that day.</param>
/// <param name="Last">The last number, 0 before the first.</param>
public readonly record struct TraceCounter(int Day, int Used, int Last)
{
    /// <summary>The numbers of a day: 000001 to 999999.</summary>
    public const int PerDay = 999_999;

    /// <summary>The next number, and the counter after it; false when the day's numbers are used up: take another terminal.</summary>
    /// <remarks>A clock that goes back to yesterday gets the numbers of today: none is given twice.</remarks>
    public bool TryNext(DateTimeOffset now, out Trace trace, out TraceCounter counter)
    {
        var utc = now.UtcDateTime;
        var day = Math.Max(Day, DateOnly.FromDateTime(utc).DayNumber);
        var used = day == Day ? Used : 0;
        trace = default;
        counter = this;
        if (used >= PerDay) return false;
        var stan = Last >= PerDay ? 1 : Last + 1;
        counter = new(day, used + 1, stan);
        trace = Trace.Of(stan, now);
        return true;
    }
}
