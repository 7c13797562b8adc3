using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CsCheck;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class TraceTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 18, 30, 5, 700, TimeSpan.FromHours(3));

    [Test]
    public void A_trace_has_number_reference_and_time_in_UTC()
    {
        Assert.That(default(TraceCounter).TryNext(At, out var trace, out var counter), Is.True);
        Assert.That((trace.StanText, trace.Rrn, trace.TransmissionTime, counter.Last), Is.EqualTo(("000001", "632715000001", "1123153005", 1)));
    }

    [Test]
    public void Numbers_wrap_to_one_and_run_on_over_midnight()
    {
        var day = DateOnly.FromDateTime(At.UtcDateTime).DayNumber;
        new TraceCounter(day - 1, 17, TraceCounter.PerDay).TryNext(At, out var trace, out var counter);
        Assert.That((trace.Stan, counter), Is.EqualTo((1, new TraceCounter(day, 1, 1))));
        new TraceCounter(day - 1, 17, 41).TryNext(At, out trace, out _);
        Assert.That(trace.Stan, Is.EqualTo(42));
    }

    [Test]
    public void A_day_that_has_used_all_its_numbers_gives_no_more()
    {
        var day = DateOnly.FromDateTime(At.UtcDateTime).DayNumber;
        var full = new TraceCounter(day, TraceCounter.PerDay, 41);
        Assert.That((full.TryNext(At, out _, out var counter), counter), Is.EqualTo((false, full)));
        Assert.That(full.TryNext(At.AddDays(1), out _, out _), Is.True);
    }

    [Test]
    public void No_number_comes_twice_on_a_day_even_when_the_clock_goes_back() =>
        Gen.Select(Gen.Int[0, TraceCounter.PerDay], Gen.Int[-100_000, 100_000].Array[1, 200]).Sample((last, steps) =>
        {
            var (counter, now) = (new TraceCounter(0, 0, last), At);
            var given = new HashSet<(int Day, int Stan)>();
            foreach (var step in steps)
            {
                now = now.AddSeconds(step);
                Assert.That(counter.TryNext(now, out var trace, out counter), Is.True);
                Assert.That(given.Add((counter.Day, trace.Stan)) && trace.Stan is >= 1 and <= TraceCounter.PerDay, Is.True);
            }
        });
}
