using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>Runs the lanes: each worker has its own connection and takes turns with the lanes that are its own.</summary>
internal sealed partial class LaneWorkers(LaneDoor door, LaneTools tools, Databases databases, ParkedEvents parked, ILogger<LaneWorkers> logger) : BackgroundService
{
    private const int SkipsBeforeWaiting = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private const string InsertBatch =
        "insert into lane_batches (lane, batch_id, committed_at) values ($1, $2, clock_timestamp()) on conflict do nothing";

    private const string DeleteOutbox = "delete from outbox where lane = $1 and id = any($2)";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await tools.Lease.Registered.WaitAsync(stoppingToken);
        tools.Health.Report(null);
        await Task.WhenAll(Enumerable.Range(0, tools.Options.Workers).Select(worker => Task.Run(() => WorkAsync(worker, stoppingToken), stoppingToken)));
    }

    private async Task WorkAsync(int worker, CancellationToken stoppingToken)
    {
        var connection = NewConnection();
        try
        {
            await foreach (var lane in door.Turns(worker).ReadAllAsync(stoppingToken))
            {
                var (events, sent) = lane.Take(tools.Options.BatchSize);
                if (events.Count > 0 || sent.Count > 0)
                    connection = await RunAsync(connection, lane, events, sent, stoppingToken);
                if (lane.EndTurn())
                    door.GiveTurn(lane);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; nothing that was not committed was answered.
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>Runs a batch to its end: committed, split, returned or parked. Gives the connection to go on with.</summary>
    private async Task<NpgsqlConnection> RunAsync(
        NpgsqlConnection connection, LaneQueue lane, List<PostedEvent> events, List<long> sent, CancellationToken stoppingToken)
    {
        LaneBatch? batch = null;
        try
        {
            connection = await OpenAsync(connection, stoppingToken);
            if (events.Count == 0)
            {
                await DeleteSentAsync(connection, lane.Lane, sent, stoppingToken);
                return connection;
            }
            var ids = await tools.Ids.TakeAsync(1, stoppingToken);
            batch = new LaneBatch(tools, lane.Lane, ids.Next(), events, sent);
            var waits = events.Count == 1 && events[0].TimesSkipped >= SkipsBeforeWaiting;
            await batch.PrepareAsync(connection, waits, stoppingToken);
            var committed = await CommitAsync(connection);
            if (!committed)
            {
                connection = await RenewAsync(connection);
                committed = await FindCommitAsync(batch, stoppingToken);
            }
            if (committed)
            {
                batch.Release();
                tools.Health.Report(null);
                await ReturnSkippedAsync(lane, batch, stoppingToken);
            }
            else
            {
                batch.ReturnPermits();
                lane.AddSent(sent);
                lane.Return(events); // known by now not to have committed
            }
            return connection;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nothing was committed: the commit has its own handling.
            batch?.ReturnPermits();
            lane.AddSent(sent);
            connection = await RenewAsync(connection);
            if (IsPassing(e))
            {
                BatchFailed(lane.Lane, events.Count, Describe(e));
                await HoldAsync(lane, events, stoppingToken);
                return connection;
            }
            return await SplitAsync(connection, lane, events, e, stoppingToken);
        }
    }

    /// <summary>True if the server said that it committed; false if that is not known.</summary>
    /// <remarks>No command timeout and no cancellation: a cancelled wait for a standby would be reported as success. A warning during COMMIT counts as unknown for the same reason.</remarks>
    private async Task<bool> CommitAsync(NpgsqlConnection connection)
    {
        var warned = false;
        void Notice(object sender, NpgsqlNoticeEventArgs notice) => warned |= notice.Notice.Severity == "WARNING";
        connection.Notice += Notice;
        try
        {
            await using var commit = new NpgsqlCommand("commit", connection) { CommandTimeout = 0 };
            await commit.ExecuteNonQueryAsync(CancellationToken.None).WaitAsync(tools.Options.CommitTimeout, tools.Time);
            return !warned;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or InvalidOperationException)
        {
            CommitUnknown(Describe(e));
            return false;
        }
        finally
        {
            connection.Notice -= Notice;
        }
    }

    /// <summary>Asks, until it is answered, whether the batch had committed: its row is there, or it can be inserted (which waits for a backend that is still at it).</summary>
    private async Task<bool> FindCommitAsync(LaneBatch batch, CancellationToken stoppingToken)
    {
        tools.Health.Report("the outcome of a commit is not known");
        while (true)
        {
            try
            {
                await using var connection = NewConnection();
                await connection.OpenAsync(stoppingToken);
                await using var transaction = await connection.BeginTransactionAsync(stoppingToken);
                await using var insert = new NpgsqlCommand(InsertBatch, connection);
                insert.Parameters.Add(new NpgsqlParameter<short> { TypedValue = batch.Lane });
                insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = batch.Id });
                var committed = await insert.ExecuteNonQueryAsync(stoppingToken) == 0;
                await transaction.RollbackAsync(stoppingToken);
                CommitFound(batch.Id, committed);
                return committed;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                DatabaseUnreachable(Describe(e));
                await Task.Delay(Pause, tools.Time, stoppingToken);
            }
        }
    }

    private async Task ReturnSkippedAsync(LaneQueue lane, LaneBatch batch, CancellationToken stoppingToken)
    {
        if (batch.Skipped.Count == 0)
            return;
        foreach (var posted in batch.Skipped)
            posted.TimesSkipped++;
        var waiting = batch.Skipped.Find(p => p.TimesSkipped >= SkipsBeforeWaiting);
        if (waiting is not null && batch.Skipped.Count == 1)
        {
            lane.Return(batch.Skipped);
            return;
        }
        await Task.Delay(TimeSpan.FromMilliseconds(5), tools.Time, stoppingToken);
        lane.Return(batch.Skipped);
    }

    /// <summary>Halves a batch that is known to have failed, so that one bad event does not sink its neighbours; alone, it is parked.</summary>
    private async Task<NpgsqlConnection> SplitAsync(
        NpgsqlConnection connection, LaneQueue lane, List<PostedEvent> events, Exception failure, CancellationToken stoppingToken)
    {
        if (events.Count == 1)
        {
            events[0].Complete(await parked.ParkAsync(lane.Lane, events[0], failure, stoppingToken) ? EventFate.Parked : EventFate.NotDecided);
            return connection;
        }
        BatchSplit(lane.Lane, events.Count, Describe(failure));
        var half = events.Count / 2;
        connection = await RunAsync(connection, lane, events[..half], [], stoppingToken);
        return await RunAsync(connection, lane, events[half..], [], stoppingToken);
    }

    /// <summary>The database is away or in the way: events that can still wait go back, the others are refused for now.</summary>
    private async Task HoldAsync(LaneQueue lane, List<PostedEvent> events, CancellationToken stoppingToken)
    {
        await Task.Delay(Pause, tools.Time, stoppingToken);
        var now = tools.Time.GetUtcNow();
        foreach (var late in events.Where(e => e.IsTooLate(now)))
            late.Complete(EventFate.NotDecided);
        lane.Return(events.Where(e => !e.IsTooLate(now)));
    }

    private static async Task DeleteSentAsync(NpgsqlConnection connection, short lane, List<long> sent, CancellationToken cancellationToken)
    {
        await using var delete = new NpgsqlCommand(DeleteOutbox, connection);
        delete.Parameters.Add(new NpgsqlParameter<short> { TypedValue = lane });
        delete.Parameters.Add(new NpgsqlParameter<List<long>> { TypedValue = sent });
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<NpgsqlConnection> OpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (connection.State == System.Data.ConnectionState.Open)
            return connection;
        connection = await RenewAsync(connection);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>A connection of the lanes' own: never pooled, and a statement is prepared when it comes for the second time.</summary>
    private NpgsqlConnection NewConnection() =>
        new(new NpgsqlConnectionStringBuilder(databases.LaneConnectionString(0)) { MaxAutoPrepare = 64, AutoPrepareMinUsages = 2 }.ConnectionString);

    /// <summary>A fresh connection object: closing the old one rolls back whatever it was at.</summary>
    private async Task<NpgsqlConnection> RenewAsync(NpgsqlConnection connection)
    {
        await connection.DisposeAsync();
        return NewConnection();
    }

    /// <summary>Whether the failure lies in the surroundings, so that the same batch may succeed later.</summary>
    private static bool IsPassing(Exception e) => e switch
    {
        PeriodMovedException or ClockOffException or TimeoutException or IOException => true,
        PostgresException p => p.IsTransient || p.SqlState is PostgresErrorCodes.LockNotAvailable or "25P03" or "57P01" or "57P02" or "57P03",
        NpgsqlException => true,
        _ => false,
    };

    // The type and the server's message: neither shows values of rows.
    private static string Describe(Exception e) => e is PostgresException p ? $"{p.SqlState} {p.MessageText}" : $"{e.GetType().Name}: {e.Message}";

    [LoggerMessage(EventIds.BatchFailed, LogLevel.Warning, "A batch of {Count} events in lane {Lane} failed and is tried again: {Problem}")]
    private partial void BatchFailed(short lane, int count, string problem);

    [LoggerMessage(EventIds.BatchSplit, LogLevel.Warning, "A batch of {Count} events in lane {Lane} failed and is split: {Problem}")]
    private partial void BatchSplit(short lane, int count, string problem);

    [LoggerMessage(EventIds.CommitUnknown, LogLevel.Warning, "The outcome of a commit is not known: {Problem}")]
    private partial void CommitUnknown(string problem);

    [LoggerMessage(EventIds.CommitFound, LogLevel.Information, "Batch {BatchId} was looked up; committed: {Committed}")]
    private partial void CommitFound(long batchId, bool committed);

    [LoggerMessage(EventIds.DatabaseUnreachable, LogLevel.Warning, "The database cannot be reached: {Problem}")]
    private partial void DatabaseUnreachable(string problem);
}
