using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Rules 7, 12 and 15: what is too late, what is due, and a clock that cannot be trusted.</summary>
[TestFixture]
internal sealed class TimeTests : LaneFixture
{
    [Test]
    public async Task An_event_whose_deadline_has_passed_is_not_decided()
    {
        await using var stack = await LaneStack.StartAsync(Database);
        var late = LaneStack.Text(1, "PAY NEWS") with { DecideBefore = TimeProvider.System.GetUtcNow().AddMilliseconds(-1) };

        Assert.That(await stack.PostAsync(1, late), Is.EqualTo(EventFate.NotDecided));
        Assert.That(stack.Decided, Is.Empty);
        Assert.That(await ReadAsync<long>("select count(*) from messages"), Is.Zero);
    }

    [TestCase(3)]
    [TestCase(-3)]
    public async Task A_clock_that_is_off_by_more_than_two_seconds_decides_nothing_and_is_not_ready(int seconds)
    {
        var time = new ShiftableTime();
        await using var stack = await LaneStack.StartAsync(Database, time: time);
        await Eventually.True(() => stack.Health.Problem is null, "the lanes are ready");
        time.Shift = TimeSpan.FromSeconds(seconds);
        await Eventually.True(() => stack.Health.Problem is { } problem && problem.Contains("clock", StringComparison.Ordinal), "an idle engine notices its clock");

        var fate = stack.TextAsync(1, "PAY NEWS");
        var late = stack.PostAsync(2, LaneStack.Text(2, "PAY NEWS") with { DecideBefore = time.GetUtcNow() });
        Assert.That(await late, Is.EqualTo(EventFate.NotDecided));
        Assert.That(stack.Decided, Is.Empty);
        Assert.That(fate.IsCompleted, Is.False);

        time.Shift = TimeSpan.Zero;
        Assert.That(await fate, Is.EqualTo(EventFate.Decided));
        await Eventually.True(() => stack.Health.Problem is null, "the lanes are ready again");
    }

    [Test]
    public async Task A_clock_that_is_off_by_less_is_used()
    {
        await using var stack = await LaneStack.StartAsync(Database, time: new ShiftableTime { Shift = TimeSpan.FromSeconds(1.5) });
        Assert.That(await stack.TextAsync(1, "BAL"), Is.EqualTo(EventFate.Decided));
    }

    [Test]
    public async Task A_clock_that_is_shifted_by_setting_is_not_off()
    {
        await using var stack = new LaneStack(Database, time: new ShiftableTime { Shift = TimeSpan.FromHours(30) });
        stack.Options.ClockOffset = TimeSpan.FromHours(30);
        await stack.StartAsync();
        Assert.That(await stack.TextAsync(1, "BAL"), Is.EqualTo(EventFate.Decided));
    }

    [Test]
    public async Task What_is_due_is_brought_to_its_lane_by_the_sweep_of_any_engine()
    {
        await using var stack = await LaneStack.StartAsync(Database);
        foreach (var id in Enumerable.Range(1, 40))
            await stack.TextAsync(id, "PAY NEWS");
        await stack.StopAsync();

        await using var other = await LaneStack.StartAsync(Database);
        await ExecuteAsync("update open_payments set due_at = now() - interval '1 second' where subscriber_id <= 35");

        await Eventually.True(async () => await ReadAsync<long>("select count(*) from open_payments") == 5, "what is due has ended");
        Assert.That(await ReadAsync<long>($"select count(*) from payments where outcome = {(short)PaymentOutcome.Expired}"), Is.EqualTo(35));
    }

    [Test]
    public async Task Due_twice_a_payment_ends_once()
    {
        await using var stack = await LaneStack.StartAsync(Database);
        await stack.TextAsync(1, "PAY NEWS");
        var payment = await ReadAsync<long>("select id from open_payments");
        await ExecuteAsync("update open_payments set due_at = now() - interval '1 second'");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stack.PostAsync(1, new PaymentDue(new(payment)))));

        Assert.That(await ReadAsync<long>("select count(*) from payments"), Is.EqualTo(1));
        Assert.That(await ReadAsync<long>($"select count(*) from messages where payment_id = {payment}"), Is.EqualTo(2), "the prompt and one end");
    }

    [Test]
    public async Task A_full_lane_refuses_and_the_others_go_on()
    {
        await using var stack = new LaneStack(Database);
        stack.Options.MaxWaiting = 3;
        var taken = Enumerable.Range(0, 3).Select(_ => stack.TextAsync(1, "BAL")).ToList();
        Assert.That(await stack.TextAsync(33, "BAL"), Is.EqualTo(EventFate.NotDecided));
        var other = stack.TextAsync(2, "BAL");
        await stack.StartAsync();
        Assert.That(await Task.WhenAll([.. taken, other]), Is.All.EqualTo(EventFate.Decided));
    }
}
