using CarrierPay.Engine.Primitives;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

[TestFixture]
public sealed class BoundsTests
{
    private static readonly Msisdn Number = new(447_700_900_123);
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void Flooding_number_is_put_off_until_its_window_is_over()
    {
        var flood = new FloodLimit(3, TimeSpan.FromSeconds(10), _time);
        Assert.That(Enumerable.Range(0, 5).Select(_ => flood.Allows(Number)), Is.EqualTo(new[] { true, true, true, false, false }));
        Assert.That(flood.Allows(new(447_700_900_124)), Is.True, "another number is not concerned");
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(flood.Allows(Number), Is.True);
    }

    [Test]
    public void Flood_of_numbers_takes_bounded_memory_and_refuses_nobody()
    {
        var flood = new FloodLimit(1, TimeSpan.FromSeconds(10), _time, capacity: 100);
        Assert.That(Enumerable.Range(0, 10_000).All(i => flood.Allows(new(1_000_000 + i))), Is.True);
        Assert.That(flood.Remembered, Is.EqualTo(100));
        _time.Advance(TimeSpan.FromSeconds(10));
        flood.Allows(Number);
        Assert.That(flood.Remembered, Is.EqualTo(1));
    }

    [Test]
    public void Unknown_number_is_told_once_an_hour()
    {
        var hints = new RegistrationHints(_time);
        Assert.That(hints.ShouldTell(Number), Is.True);
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.That(hints.ShouldTell(Number), Is.False);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(hints.ShouldTell(Number), Is.True);
    }

    [Test]
    public void Stream_of_made_up_senders_becomes_no_stream_of_texts()
    {
        var hints = new RegistrationHints(_time, capacity: 100);
        Assert.That(Enumerable.Range(0, 10_000).Count(i => hints.ShouldTell(new(1_000_000 + i))), Is.EqualTo(100));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(hints.ShouldTell(Number), Is.True);
    }

    [Test]
    public async Task Turns_of_one_key_come_one_after_the_other_and_leave_nothing_behind()
    {
        var turns = new Turns<int>();
        var first = turns.Take(1);
        var second = turns.Take(1);
        var other = turns.Take(2);
        Assert.That((first.Comes.IsCompleted, second.Comes.IsCompleted, other.Comes.IsCompleted), Is.EqualTo((true, false, true)));
        first.Dispose();
        await second.Comes.WaitAsync(TimeSpan.FromSeconds(10));
        second.Dispose();
        Assert.That(turns.Take(1).Comes.IsCompleted, Is.True);
    }
}
