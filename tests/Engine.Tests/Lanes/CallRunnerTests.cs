using System.Threading.Channels;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>What becomes of calls under way when the process stops.</summary>
[TestFixture]
public sealed class CallRunnerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<SubscriberEvent> _brought = [];

    [SetUp]
    public void Set() => _brought.Clear();

    [Test]
    public async Task Calls_that_do_not_end_are_left_to_their_rows_after_one_grace_for_all_connectors()
    {
        var grace = new StopGrace(_time);
        var never = new TaskCompletionSource<SubscriberEvent?>();
        using var stopping = new CancellationTokenSource();
        var first = await RunAsync(grace, never.Task, stopping.Token);
        using var stoppingNext = new CancellationTokenSource();
        var second = await RunAsync(grace, never.Task, stoppingNext.Token);

        await stopping.CancelAsync();
        _time.Advance(StopGrace.Span / 2);
        Assert.That(first.IsCompleted, Is.False, "it may still be answered");
        await Eventually.True(
            () =>
            {
                _time.Advance(StopGrace.Span);
                return first.IsCompleted;
            },
            "the first connector stops");
        await stoppingNext.CancelAsync();
        await second.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(_brought, Is.Empty);
    }

    [Test]
    public async Task A_call_that_is_answered_within_the_grace_is_brought_to_its_lane()
    {
        var answer = new TaskCompletionSource<SubscriberEvent?>();
        using var stopping = new CancellationTokenSource();
        var running = await RunAsync(new(_time), answer.Task, stopping.Token);
        await stopping.CancelAsync();
        answer.SetResult(new PaymentDue(new(7)));

        await running.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(_brought, Is.EqualTo(new[] { new PaymentDue(new(7)) }));
    }

    /// <summary>A connector with one call under way.</summary>
    private async Task<Task> RunAsync(StopGrace grace, Task<SubscriberEvent?> answer, CancellationToken stoppingToken)
    {
        var calls = Channel.CreateUnbounded<ConnectorCall>();
        calls.Writer.TryWrite(new(1, new(5), 3, new(9), default, ConnectorKind.OcsDebit, "{}", _time.GetUtcNow()));
        var isUnderWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runner = new CallRunner(
            calls.Reader,
            (_, brought) =>
            {
                _brought.Add(brought);
                return Task.FromResult(EventFate.Decided);
            },
            grace, _time,
            (_, _) =>
            {
                isUnderWay.SetResult();
                return answer;
            },
            (_, failure) => Assert.Fail(failure.Message));
        var running = runner.RunAsync(stoppingToken);
        await isUnderWay.Task.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        return running;
    }
}
