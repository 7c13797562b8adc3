namespace CarrierPay.Engine.Primitives;

/// <summary>Business days of a time zone. A day begins at its midnight, or at the first instant after it where the clocks skip midnight.</summary>
public sealed class BusinessCalendar(TimeZoneInfo zone)
{
    // More than any zone is from UTC.
    private static readonly TimeSpan FarFromUtc = TimeSpan.FromHours(25);

    public TimeZoneInfo Zone => zone;

    /// <summary>The business day of an instant.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>The first instant of a business day, in UTC.</summary>
    public DateTimeOffset BeginningOf(DateOnly day) => InstantOf(day, TimeOnly.MinValue);

    /// <summary>The last time, at or before <paramref name="now"/>, that the clocks showed the cut-off; in UTC.</summary>
    public DateTimeOffset LatestCutOff(TimeOnly cutOff, DateTimeOffset now)
    {
        var day = DayOf(now);
        var today = InstantOf(day, cutOff);
        return today <= now ? today : InstantOf(day.AddDays(-1), cutOff);
    }

    /// <summary>Where the clocks show the time twice, the first of the two; where they skip it, the first instant after the gap, which may be a whole day.</summary>
    /// <remarks>Asks only what the clocks show at an instant: what a local time means is answered wrongly by the library where a zone has changed sides of the date line.</remarks>
    private DateTimeOffset InstantOf(DateOnly day, TimeOnly time)
    {
        var local = new DateTimeOffset(day.ToDateTime(time), TimeSpan.Zero);
        var (before, after) = (local - FarFromUtc, local + FarFromUtc);
        var (early, late) = (zone.GetUtcOffset(before), zone.GetUtcOffset(after));
        var (first, second) = (local - early, local - late);
        if (second < first)
            (first, second) = (second, first);
        if (IsShownAt(first))
            return first;
        if (IsShownAt(second))
            return second;
        while (after - before > TimeSpan.FromTicks(1))
        {
            var middle = before + ((after - before) / 2);
            if (zone.GetUtcOffset(middle) == early)
                before = middle;
            else
                after = middle;
        }
        return after;

        bool IsShownAt(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone).DateTime == local.DateTime;
    }
}
