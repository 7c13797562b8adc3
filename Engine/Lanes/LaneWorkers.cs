using System.Threading.Channels;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>Runs the lanes: each worker has its own connection and takes turns with the lanes that are its own.</summary>
/// <remarks>One more, the waiter, waits for rows that somebody else holds for long, so that no worker ever waits for anybody.</remarks>
internal sealed partial class LaneWorkers(
    LaneDoor door, LaneTools tools, LaneCommit commit, Databases databases, ParkedEvents parked, ILogger<LaneWorkers> logger) : BackgroundService
{
    private const int SkipsBeforeWaiting = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PauseAfterSkip = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(10);

    private const string DeleteOutbox = "delete from outbox where lane = $1 and id = any($2)";

    private readonly Channel<(LaneQueue Lane, SubscriberId Subscriber)> _held = Channel.CreateUnbounded<(LaneQueue, SubscriberId)>();

    /// <summary>Takes no more events; what waits is decided and what was sent leaves the outbox (bounded), then the workers stop.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        door.Close();
        var startedAt = tools.Time.GetTimestamp();
        while (tools.Lease.Registered.IsCompleted && !cancellationToken.IsCancellationRequested && tools.Time.GetElapsedTime(startedAt) < DrainWithin)
        {
            door.FlushSent();
            if (door.Lanes.All(lane => lane.IsIdle))
                break;
            await Task.Delay(DrainLook, tools.Time, CancellationToken.None);
        }
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await tools.Lease.Registered.WaitAsync(stoppingToken);
        tools.Metrics.Observe(() => door.Waiting);
        tools.Health.Started();
        await Task.WhenAll(
            [Task.Run(() => WaitAsync(stoppingToken), stoppingToken),
             .. Enumerable.Range(0, tools.Options.Workers).Select(worker => Task.Run(() => WorkAsync(worker, stoppingToken), stoppingToken))]);
    }

    private async Task WorkAsync(int worker, CancellationToken stoppingToken)
    {
        await using var connection = new LaneConnection(databases);
        try
        {
            await foreach (var lane in door.Turns(worker).ReadAllAsync(stoppingToken))
            {
                var (events, sent) = lane.Take(tools.Options.BatchSize);
                events = lane.PassBy(events);
                if (events.Count > 0 || sent.Count > 0)
                    lane.Return(SetAside(lane, await RunAsync(connection, lane, events, sent, waits: false, stoppingToken)));
                if (lane.EndTurn())
                    door.GiveTurn(lane);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; nothing that was not committed was answered.
        }
    }

    /// <summary>Waits for held rows, one event of one subscriber at a time, a second at most each time.</summary>
    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        await using var connection = new LaneConnection(databases);
        try
        {
            await foreach (var (lane, subscriber) in _held.Reader.ReadAllAsync(stoppingToken))
            {
                var again = await RunAsync(connection, lane, [lane.TakeAside(subscriber)], [], waits: true, stoppingToken);
                if (lane.EndAside(subscriber, again))
                    door.GiveTurn(lane);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    /// <summary>Gives the events of subscribers that were locked again and again to the waiter.</summary>
    /// <returns>The others.</returns>
    private List<PostedEvent> SetAside(LaneQueue lane, List<PostedEvent> again)
    {
        if (!again.Exists(e => e.TimesSkipped >= SkipsBeforeWaiting))
            return again;
        List<PostedEvent> others = [];
        foreach (var events in again.GroupBy(e => e.Route.Subscriber))
        {
            if (!events.Any(e => e.TimesSkipped >= SkipsBeforeWaiting))
            {
                others.AddRange(events);
                continue;
            }
            lane.SetAside(events.Key, events);
            _held.Writer.TryWrite((lane, events.Key));
        }
        return others;
    }

    /// <summary>Runs a batch to its end: committed, split or parked.</summary>
    /// <param name="waits">Wait for the row of the one event.</param>
    /// <returns>The events that must come again, in their order.</returns>
    private async Task<List<PostedEvent>> RunAsync(
        LaneConnection own, LaneQueue lane, List<PostedEvent> events, List<long> sent, bool waits, CancellationToken stoppingToken)
    {
        LaneBatch? batch = null;
        bool isCommitted;
        var startedAt = tools.Time.GetTimestamp();
        try
        {
            var connection = await own.OpenAsync(stoppingToken);
            if (events.Count == 0)
            {
                await DeleteSentAsync(connection, lane.Lane, sent, stoppingToken);
                return [];
            }
            var ids = await tools.Ids.TakeAsync(1, stoppingToken);
            batch = new LaneBatch(tools, lane.Lane, ids.Next(), events, sent);
            await batch.PrepareAsync(connection, waits, stoppingToken);
            startedAt = tools.Time.GetTimestamp();
            isCommitted = await commit.RunAsync(own, connection, batch, stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nothing was committed: the commit finds out before it returns.
            batch?.ReturnPermits();
            lane.AddSent(sent);
            await own.CloseAsync();
            if (!LaneFailure.IsPassing(e))
                return await SplitAsync(own, lane, events, waits, e, stoppingToken);
            BatchFailed(lane.Lane, events.Count, LaneFailure.Describe(e));
            tools.Metrics.Failure("retried");
            return await HoldAsync(events, stoppingToken);
        }
        if (!isCommitted)
        {
            batch.ReturnPermits();
            lane.AddSent(sent);
            return events; // known by now not to have committed
        }
        // Outside the try: whatever happens from here on, the batch is committed and never runs again.
        batch.Release();
        foreach (var call in batch.CallsPutOff)
        {
            if (call.WaitsFor is { } why)
                LeftToPerson(call.Payment, call.Id, call.Kind, why);
        }
        tools.Metrics.Batch(events.Count - batch.Skipped.Count, tools.Time.GetElapsedTime(startedAt), batch.Ended);
        if (batch.Skipped.Count == 0)
            return [];
        foreach (var posted in batch.Skipped)
            posted.TimesSkipped++;
        await Task.Delay(PauseAfterSkip, tools.Time, stoppingToken);
        return batch.Skipped;
    }

    /// <summary>Halves a batch that is known to have failed, so that one bad event does not sink its neighbours; alone, it is parked.</summary>
    private async Task<List<PostedEvent>> SplitAsync(
        LaneConnection own, LaneQueue lane, List<PostedEvent> events, bool waits, Exception failure, CancellationToken stoppingToken)
    {
        if (events.Count == 0)
            return [];
        if (events is [var alone])
        {
            Complete(alone, await parked.ParkAsync(lane.Lane, alone, failure, stoppingToken) ? EventFate.Parked : EventFate.NotDecided);
            return [];
        }
        BatchSplit(lane.Lane, events.Count, LaneFailure.Describe(failure));
        tools.Metrics.Failure("split");
        var half = events.Count / 2;
        var first = await RunAsync(own, lane, events[..half], [], waits, stoppingToken);
        // Whose first event comes again keeps its later ones behind it.
        var behind = events[half..].FindAll(e => first.Exists(f => f.Route.Subscriber == e.Route.Subscriber));
        var second = await RunAsync(own, lane, events[half..].FindAll(e => !behind.Contains(e)), [], waits, stoppingToken);
        return [.. first, .. behind, .. second];
    }

    /// <summary>The database is away or in the way: events that can still wait come again, the others are refused for now.</summary>
    private async Task<List<PostedEvent>> HoldAsync(List<PostedEvent> events, CancellationToken stoppingToken)
    {
        await Task.Delay(Pause, tools.Time, stoppingToken);
        var now = tools.Time.GetUtcNow();
        foreach (var late in events.Where(e => e.IsTooLate(now)))
            Complete(late, EventFate.NotDecided);
        return events.FindAll(e => !e.IsTooLate(now));
    }

    private void Complete(PostedEvent posted, EventFate fate)
    {
        tools.Metrics.Event(fate);
        posted.Complete(fate);
    }

    private static async Task DeleteSentAsync(NpgsqlConnection connection, short lane, List<long> sent, CancellationToken cancellationToken)
    {
        if (sent.Count == 0)
            return;
        await using var delete = new NpgsqlCommand(DeleteOutbox, connection);
        delete.Parameters.Add(new NpgsqlParameter<short> { TypedValue = lane });
        delete.Parameters.Add(new NpgsqlParameter<List<long>> { TypedValue = sent });
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(EventIds.LeftToPerson, LogLevel.Error, "The outcome of {PaymentId}, request {CallId} ({Kind}), is left to a person ({Why}): decide it in Admin under Doubts")]
    private partial void LeftToPerson(PaymentId paymentId, long callId, ConnectorKind kind, WaitsFor why);

    [LoggerMessage(EventIds.BatchFailed, LogLevel.Warning, "A batch of {Count} events in lane {Lane} failed and is tried again: {Problem}")]
    private partial void BatchFailed(short lane, int count, string problem);

    [LoggerMessage(EventIds.BatchSplit, LogLevel.Warning, "A batch of {Count} events in lane {Lane} failed and is split: {Problem}")]
    private partial void BatchSplit(short lane, int count, string problem);
}
