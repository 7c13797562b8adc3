using CarrierPay.Engine.Primitives;
using CsCheck;

namespace CarrierPay.Engine.Tests.Primitives;

[TestFixture]
public sealed class BusinessCalendarTests
{
    private static readonly string[] Zones = ["UTC", "Asia/Shanghai", "Africa/Nairobi", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "America/New_York"];

    [Test]
    public void Every_instant_lies_between_the_beginnings_of_its_day_and_the_next() =>
        Gen.Select(Gen.Int[0, Zones.Length - 1].Select(i => Zones[i]), Gen.Long[0, 20L * 366 * 24 * 3600]).Sample((zone, seconds) =>
        {
            var calendar = new BusinessCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone));
            var instant = new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds);
            var day = calendar.DayOf(instant);

            Assert.That(calendar.BeginningOf(day), Is.LessThanOrEqualTo(instant));
            Assert.That(calendar.BeginningOf(day.AddDays(1)), Is.GreaterThan(instant));
        });

    [Test]
    public void The_latest_cut_off_is_past_and_the_next_one_is_not() =>
        Gen.Select(Gen.Int[0, Zones.Length - 1].Select(i => Zones[i]), Gen.Int[0, (24 * 60) - 1], Gen.Long[0, 20L * 366 * 24 * 3600]).Sample((zone, minutes, seconds) =>
        {
            var calendar = new BusinessCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone));
            var now = new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds);
            var cutOff = calendar.LatestCutOff(new TimeOnly(minutes / 60, minutes % 60), now);

            Assert.That(cutOff, Is.LessThanOrEqualTo(now));
            Assert.That(now - cutOff, Is.LessThan(TimeSpan.FromHours(49)));
        });

    [TestCase("Asia/Shanghai", "2026-11-23", "2026-11-22T16:00:00Z")]
    [TestCase("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z", TestName = "Beirut's clocks skip midnight: the day begins at one o'clock")]
    [TestCase("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z")]
    [TestCase("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", TestName = "Apia skipped a whole day, which begins where the next one does")]
    [TestCase("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z")]
    [TestCase("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z")]
    public void A_day_begins_at_the_zones_midnight(string zone, string day, string beginning) =>
        Assert.That(
            new BusinessCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone)).BeginningOf(DateOnly.Parse(day, null)), Is.EqualTo(DateTimeOffset.Parse(beginning, null)));
}
