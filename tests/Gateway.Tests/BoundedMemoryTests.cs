using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

public sealed class BoundedMemoryTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void What_happened_to_a_number_is_counted_until_the_time_is_over()
    {
        var memory = new BoundedMemory<int>(100, TimeSpan.FromSeconds(10), _time);

        Assert.That(memory.Change(1, n => n + 1), Is.EqualTo(1));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.That(memory.Change(1, n => n + 1), Is.EqualTo(2), "still within the ten seconds");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(memory.Change(1, n => n + 1), Is.EqualTo(1), "a new count begins");
    }

    [Test]
    public void Numbers_do_not_count_for_one_another()
    {
        var memory = new BoundedMemory<int>(100, TimeSpan.FromSeconds(10), _time);

        memory.Change(1, n => n + 1);

        Assert.That(memory.Change(2, n => n + 1), Is.EqualTo(1));
    }

    [Test]
    public void The_oldest_are_forgotten_when_there_are_too_many()
    {
        var memory = new BoundedMemory<int>(10, TimeSpan.FromHours(1), _time);
        for (var number = 1; number <= 12; number++)
            memory.Change(number, n => n + 1);

        Assert.That(memory.Change(1, n => n + 1), Is.EqualTo(1), "forgotten");
        Assert.That(memory.Change(12, n => n + 1), Is.EqualTo(2), "remembered");
    }
}
