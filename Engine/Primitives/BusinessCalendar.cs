namespace CarrierPay.Engine.Primitives;

/// <summary>Business days of a time zone. A day begins at its midnight, or at the first instant after it where the clocks skip midnight.</summary>
public sealed class BusinessCalendar(TimeZoneInfo zone)
{
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

    /// <summary>Where the clocks show the time twice, the first of the two; where they skip it, the first instant after the gap.</summary>
    private DateTimeOffset InstantOf(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
