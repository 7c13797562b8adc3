using CarrierPay.SmppAdapter.Session;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Pitfall 11: the contracted rate, and what the SMSC takes below it. Without a socket, so that seconds cost nothing.</summary>
public class PacerTests
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void Pitfall_11_no_stretch_of_time_sees_more_than_its_share_and_the_burst()
    {
        var calls = Gen.Select(Gen.Int[1, 500], Gen.Select(Gen.Int[0, 300], Gen.Int[1, 3]).Array[1, 300]);
        calls.Sample((rate, steps) =>
        {
            var time = new FakeTimeProvider();
            var pacer = new Pacer(rate, LongestPause, time);
            var burst = Math.Max(1, rate * 0.1);
            var gone = new List<(double At, int Messages)>();
            var now = 0.0;
            foreach (var (milliseconds, messages) in steps)
            {
                time.Advance(TimeSpan.FromMilliseconds(milliseconds));
                now += milliseconds / 1000.0;
                if (pacer.TryTake(messages, time.GetTimestamp()))
                {
                    gone.Add((now, messages));
                }
            }
            for (var first = 0; first < gone.Count; first++)
            {
                var sum = 0;
                for (var last = first; last < gone.Count; last++)
                {
                    // The last request may go with a part of its messages owed.
                    var allowed = burst + (rate * (gone[last].At - gone[first].At)) + gone[last].Messages - 1;
                    sum += gone[last].Messages;
                    if (sum > allowed + 1e-6)
                    {
                        return false;
                    }
                }
            }
            return true;
        });
    }

    [Test]
    public void Pitfall_11_the_contracted_rate_is_used_up_in_full()
    {
        var pacer = new Pacer(100, LongestPause, _time);

        Assert.That(SendFor(pacer, TimeSpan.FromSeconds(10)), Is.InRange(1000, 1010));
    }

    [Test]
    public void Pitfall_11_without_a_rate_nothing_waits()
    {
        var pacer = new Pacer(0, LongestPause, _time);

        Assert.That(Enumerable.Range(0, 100_000).All(_ => pacer.TryTake(1, _time.GetTimestamp())));
    }

    [Test]
    public void Pitfall_11_a_throttled_link_pauses_then_halves_and_comes_back_to_its_rate()
    {
        var pacer = new Pacer(100, LongestPause, _time, () => 1);
        SendFor(pacer, TimeSpan.FromSeconds(2));

        Assert.That(pacer.Throttled(_time.GetTimestamp()), Is.True);
        Assert.That(pacer.Throttled(_time.GetTimestamp()), Is.False, "what was in flight then says nothing new");
        Assert.That(SendFor(pacer, TimeSpan.FromMilliseconds(199)), Is.Zero);
        Assert.That(pacer.Rate, Is.EqualTo(50).Within(3));

        SendFor(pacer, TimeSpan.FromSeconds(5));
        Assert.That(pacer.Rate, Is.EqualTo(100));
    }

    [Test]
    public void Pitfall_11_pauses_double_while_nothing_is_taken_up_to_the_longest()
    {
        var pacer = new Pacer(100, LongestPause, _time, () => 1);
        var pauses = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            pacer.Throttled(_time.GetTimestamp());
            pacer.TryTake(1, _time.GetTimestamp());
            var pause = _time.GetElapsedTime(_time.GetTimestamp(), pacer.NextAt);
            pauses.Add(pause.TotalSeconds);
            _time.Advance(pause);
        }

        Assert.That(pauses, Is.EqualTo(new[] { 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0 }).Within(0.001));
    }

    [Test]
    public void Pitfall_11_half_of_a_pause_is_drawn_at_random()
    {
        Gen.Double[0, 1].Sample(random =>
        {
            var pacer = new Pacer(100, LongestPause, _time, () => random);
            pacer.Throttled(_time.GetTimestamp());
            pacer.TryTake(1, _time.GetTimestamp());
            return _time.GetElapsedTime(_time.GetTimestamp(), pacer.NextAt).TotalMilliseconds is >= 100 and <= 200;
        });
    }

    [Test]
    public void Pitfall_11_a_link_without_a_rate_learns_what_is_taken_and_forgets_it_after_a_minute()
    {
        var pacer = new Pacer(0, LongestPause, _time);
        for (var i = 0; i < 400; i++)
        {
            pacer.Accepted(1, _time.GetTimestamp());
        }
        pacer.Throttled(_time.GetTimestamp());
        Assert.That(pacer.Rate, Is.EqualTo(200));

        SendFor(pacer, TimeSpan.FromSeconds(1.5));
        Assert.That(pacer.Rate, Is.InRange(390, 450));
        SendFor(pacer, TimeSpan.FromSeconds(60));
        Assert.That(pacer.IsFree, Is.True);
    }

    [TestCase(0.5)]
    [TestCase(1)]
    [TestCase(30)]
    public void Pitfall_11_no_refusal_lifts_the_limit_above_the_contracted_rate(double rate)
    {
        var pacer = new Pacer(rate, LongestPause, _time);

        for (var i = 0; i < 5; i++)
        {
            pacer.Throttled(_time.GetTimestamp());
            Assert.That(pacer.Rate, Is.LessThanOrEqualTo(rate));
            _time.Advance(LongestPause);
            pacer.TryTake(1, _time.GetTimestamp());
            Assert.That(pacer.Rate, Is.LessThanOrEqualTo(rate));
        }
    }

    [Test]
    public void Pitfall_11_one_refusal_in_a_quiet_hour_does_not_strangle_the_link()
    {
        var pacer = new Pacer(1000, LongestPause, _time);
        pacer.Accepted(1, _time.GetTimestamp());
        pacer.Throttled(_time.GetTimestamp());

        Assert.That(pacer.Rate, Is.EqualTo(50));
        SendFor(pacer, TimeSpan.FromSeconds(4));
        Assert.That(pacer.Rate, Is.GreaterThan(500));
    }

    /// <summary>Takes all it can get, each of it accepted; gives how many.</summary>
    private int SendFor(Pacer pacer, TimeSpan duration)
    {
        var sent = 0;
        for (var end = _time.GetUtcNow() + duration; _time.GetUtcNow() < end; _time.Advance(TimeSpan.FromMilliseconds(1)))
        {
            while (!pacer.IsFree && pacer.TryTake(1, _time.GetTimestamp()))
            {
                pacer.Accepted(1, _time.GetTimestamp());
                sent++;
            }
        }
        return sent;
    }
}
