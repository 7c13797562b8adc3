using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>The order of what belongs to one number, over retries and links.</summary>
public class TurnsTests
{
    [Test]
    public void The_second_of_a_key_comes_when_the_first_is_over_and_another_key_does_not_wait()
    {
        var turns = new Turns<string>();
        var first = turns.Take("8613800138000");
        var second = turns.Take("8613800138000");
        var other = turns.Take("8613800138001");

        Assert.That((first.Comes.IsCompleted, second.Comes.IsCompleted, other.Comes.IsCompleted), Is.EqualTo((true, false, true)));
        first.Dispose();
        Assert.That(second.Comes.IsCompleted, Is.True);
    }

    [Test]
    public async Task What_is_put_off_keeps_its_place()
    {
        var turns = new Turns<string>();
        var order = new List<int>();
        var sending = Enumerable.Range(0, 100).Select(SendAsync).ToList();

        await Task.WhenAll(sending).InTime();

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 100)));

        async Task SendAsync(int number)
        {
            using var turn = turns.Take("8613800138000");
            await turn.Comes;
            for (var tries = number % 3; tries > 0; tries--)
            {
                await Task.Yield();
            }
            order.Add(number);
        }
    }
}
