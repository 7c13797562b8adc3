using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Subscribers;

[TestFixture]
public sealed class TraceNumbersTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 23);

    private static int? Take(TraceNumbers numbers, DateTimeOffset now) => numbers.TryTakeForReversal(now, out var trace) ? trace.Stan : null;

    [Test]
    public void A_number_is_given_on_its_day_and_the_next_and_then_thrown_away()
    {
        var numbers = new TraceNumbers();
        numbers.Add(Today, [1, 2, 3]);
        Assert.That((Take(numbers, Noon), Take(numbers, Noon.AddDays(1)), Take(numbers, Noon.AddDays(2))), Is.EqualTo((1, 2, (int?)null)));
        Assert.That(numbers.Free, Is.Zero);
    }

    [Test]
    public void The_day_ends_at_midnight_UTC_wherever_the_clock_stands()
    {
        var numbers = new TraceNumbers();
        numbers.Add(Today, [1, 2]);
        var midnight = new DateTimeOffset(2026, 11, 25, 3, 0, 0, TimeSpan.FromHours(3));
        Assert.That((Take(numbers, midnight.AddTicks(-1)), Take(numbers, midnight)), Is.EqualTo((1, (int?)null)));
    }

    [Test]
    public void Older_ones_are_given_first_and_only_todays_are_fresh()
    {
        var numbers = new TraceNumbers();
        numbers.Add(Today, [1, 2]);
        numbers.Add(Today.AddDays(1), [3]);
        Assert.That((numbers.FreshOn(Noon.AddDays(1)), numbers.Free), Is.EqualTo((1, 3)));
        Assert.That((Take(numbers, Noon.AddDays(1)), numbers.FreshOn(Noon.AddDays(2)), Take(numbers, Noon.AddDays(2))), Is.EqualTo((1, 0, 3)), "what is too old does not stand in the way");
    }

    [Test]
    public void What_is_too_old_does_not_count_among_those_that_are_kept_for_reversals()
    {
        var numbers = new TraceNumbers();
        numbers.Add(Today, Enumerable.Range(1, TraceNumbers.KeptForReversals));
        numbers.Add(Today.AddDays(2), Enumerable.Range(1001, TraceNumbers.KeptForReversals));
        Assert.That(numbers.TryTake(Noon.AddDays(2), out _), Is.False);
        Assert.That(numbers.TryTakeForReversal(Noon.AddDays(2), out var trace), Is.True);
        Assert.That(trace, Is.EqualTo(Trace.Of(1001, Noon.AddDays(2))));
    }
}
