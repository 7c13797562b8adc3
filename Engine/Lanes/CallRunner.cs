using System.Threading.Channels;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Lanes;

/// <summary>Brings an event to a subscriber's lane.</summary>
public delegate Task<EventFate> PostToLane(Route route, SubscriberEvent subscriberEvent);

/// <summary>Whether this engine certainly still lives in the eyes of the others. Asked right before the first octet of an outside call.</summary>
/// <param name="owner">Under this number (<see cref="ConnectorCall.Owner"/>); null = under the one that it has now.</param>
public delegate bool HoldsLease(int? owner);

/// <summary>What all connectors have in common: takes committed calls, makes each in a task of its own, so that a slow one holds up no other, and brings the answer to the lane.</summary>
/// <param name="grace">How long the calls under way may take when the process stops.</param>
/// <param name="make">Makes one call: the event to bring, or null if another engine may have taken it over.</param>
/// <param name="failed">A call ended in an exception, and its row brings it again.</param>
public sealed class CallRunner(
    ChannelReader<ConnectorCall> calls, PostToLane post, StopGrace grace, TimeProvider time, Func<ConnectorCall, CancellationToken, Task<SubscriberEvent?>> make,
    Action<ConnectorCall, Exception> failed)
{
    private static readonly TimeSpan BringFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs until it is stopped; then the calls under way may still end, for as long as the grace lasts. A call that does not is a row, and whoever lives takes it up.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var running = new HashSet<Task>();
        try
        {
            await foreach (var call in calls.ReadAllAsync(stoppingToken))
            {
                running.RemoveWhere(task => task.IsCompleted);
                running.Add(TryRunAsync(call, stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(Task.WhenAll(running), grace.Begin());
            return;
        }
        await Task.WhenAll(running);
    }

    /// <summary>Brings an event to its lane, again and again while the lane cannot take it.</summary>
    public async Task BringAsync(ConnectorCall call, SubscriberEvent subscriberEvent, CancellationToken stoppingToken)
    {
        var until = time.GetUtcNow() + BringFor;
        while (await post(new(call.Subscriber, call.Lane), subscriberEvent) == EventFate.NotDecided && time.GetUtcNow() < until)
            await Task.Delay(Pause, time, stoppingToken);
    }

#pragma warning disable CA1031 // the outer edge of a loop
    private async Task TryRunAsync(ConnectorCall call, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            if (await make(call, stoppingToken) is { } answered)
                await BringAsync(call, answered, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            failed(call, failure);
        }
    }
#pragma warning restore CA1031
}
