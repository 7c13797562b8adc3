using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using static CarrierPay.Engine.Lanes.LaneSql;

namespace CarrierPay.Engine.Lanes;

/// <summary>Once a second: brings due payments to their lanes, takes up what has no living owner, and settles what the links gave back.</summary>
/// <remarks>Everything here may happen twice or on several engines at once: events are decided by the state, messages are sent at least once.</remarks>
internal sealed partial class LaneSweeper(
    LaneDoor door, EngineLease lease, LostWork lost, ParkedEvents parked, LanesHealth health, LanesMetrics metrics, NpgsqlDataSource database, TimeProvider time,
    IOptions<LanesOptions> options, ILogger<LaneSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan BatchRowLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan TidyInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DoubtAgainAfter = TimeSpan.FromMinutes(1);

    // Every look of a sweep is one statement for all lanes: an engine that has nothing to do costs the database next to nothing.
    private const string FindDue = "select lane, subscriber_id, id from open_payments where due_at <= $1 limit 8192";

    // Prices only: a call about money stays until its outcome is known.
    private const string EndOldCalls =
        """
        with gone as (delete from connector_calls where kind = $3 and created_at < $1 returning *)
        insert into calls (lane, day, id, subscriber_id, payment_id, kind, called_at, ended_at, request, answer)
        select lane, $2, id, subscriber_id, payment_id, kind, created_at, clock_timestamp(), request, 'no answer was recorded'
        from gone
        """;

    // Taken again after a while if its engine died with it; one that always fails waits among the parked events.
    private const string TakeDoubts =
        """
        update doubt_proposals p
        set taken_at = clock_timestamp()
        where p.state = 2 and (p.taken_at is null or p.taken_at < clock_timestamp() - $1)
          and not exists (select from parked_events e where e.lane = p.lane and e.subscriber_id = p.subscriber_id and e.kind = 'DoubtDecided')
        returning p.lane, p.subscriber_id, p.id
        """;

    private const string TidyBatches = "delete from lane_batches where committed_at < $1";

    private const string ReadClock = "select clock_timestamp()";

    private const string Count =
        """
        select (select count(*) from parked_events),
               coalesce((select greatest(clock_timestamp() - min(created_at), interval '0') from outbox), interval '0'),
               (select count(*) from connector_calls where next_attempt_at = 'infinity'),
               (select count(*) from open_payments where state = 4),
               (select count(*) from open_payments where state = 5)
        """;

    private long _tidiedAt;
    private long _countedAt;
    private bool _isClockOff;

    /// <summary>The last look: what the links gave back while they closed is freed for other engines at once.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!lease.IsHeld)
            return;
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await lost.SettleAsync(connection, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            SweepFailed(e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lease.Registered.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException)
                {
                    SweepFailed(e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (!lease.IsHeld)
            return;
        door.FlushSent();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await CheckClockAsync(connection, cancellationToken);
        if (_isClockOff)
            return; // it could decide nothing, and would take from others what they are about to
        await lost.SettleAsync(connection, cancellationToken);
        await BringDueAsync(connection, cancellationToken);
        await BringRetriesAsync(connection, cancellationToken);
        await BringDoubtsAsync(connection, cancellationToken);
        await lost.TakeOverAsync(connection, cancellationToken);
        if (_countedAt == 0 || time.GetElapsedTime(_countedAt) > CountInterval)
            await CountAsync(connection, cancellationToken);
        if (_tidiedAt == 0 || time.GetElapsedTime(_tidiedAt) > TidyInterval)
            await TidyAsync(connection, cancellationToken);
    }

    /// <summary>An idle engine, too, must say that its clock is off, and that it is right again.</summary>
    private async Task CheckClockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, ReadClock);
        var problem = LaneClock.Problem(time, options.Value.ClockOffset, new((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, TimeSpan.Zero));
        health.Clock(problem);
        if (problem is not null && !_isClockOff)
            ClockOff(problem);
        _isClockOff = problem is not null;
    }

    private async Task BringDueAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, FindDue, Timestamp(time.GetUtcNow().UtcDateTime));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            _ = door.PostAsync(RouteOf(reader), new PaymentDue(new(reader.GetInt64(2))));
    }

    private async Task BringRetriesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var posted in await parked.TakeRetriesAsync(connection, cancellationToken))
            _ = door.Post(posted); // decided, it leaves the parked ones; else it stays among them
    }

    /// <summary>What two people decided about payments in doubt goes to the lanes. The row says that it is booked; so it may come twice.</summary>
    private async Task BringDoubtsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, TakeDoubts, Interval(DoubtAgainAfter));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            _ = door.PostAsync(RouteOf(reader), new DoubtDecided(reader.GetInt64(2)));
    }

    private static Route RouteOf(NpgsqlDataReader reader) => new(new(reader.GetInt64(1)), reader.GetInt16(0));

    private async Task CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, Count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        metrics.Backlog(reader.GetInt64(0), reader.GetTimeSpan(1));
        metrics.Doubts(reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4));
        _countedAt = time.GetTimestamp();
    }

    private async Task TidyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, EndOldCalls, Timestamp((now - LostWork.CallLife).UtcDateTime),
            new NpgsqlParameter<DateOnly> { TypedValue = DateOnly.FromDateTime(now.UtcDateTime) }, Small((short)ConnectorKind.Quote));
        Add(batch, TidyBatches, Timestamp((now - BatchRowLife).UtcDateTime));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await lost.LeaveToPeopleAsync(connection, cancellationToken);
        _tidiedAt = time.GetTimestamp();
    }

    [LoggerMessage(EventIds.ClockOff, LogLevel.Error, "Nothing is decided, because {Problem}: put the machine's clock right")]
    private partial void ClockOff(string problem);

    [LoggerMessage(EventIds.SweepFailed, LogLevel.Warning, "A sweep failed and comes again: {Problem}")]
    private partial void SweepFailed(string problem);
}
