using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>The commit of a batch, and the look-up of one whose answer was lost (lanes.md 4 and 5).</summary>
internal sealed partial class LaneCommit(LaneTools tools, Databases databases, ILogger<LaneCommit> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private const string InsertBatch =
        "insert into lane_batches (lane, batch_id, committed_at) values ($1, $2, clock_timestamp()) on conflict do nothing";

    /// <summary>Commits, and if the answer is lost, finds out. Returns only when it is known.</summary>
    /// <returns>Whether the batch is committed.</returns>
    /// <exception cref="PostgresException">The server refused to commit: nothing of the batch was done.</exception>
    public async Task<bool> RunAsync(LaneConnection own, NpgsqlConnection connection, LaneBatch batch, CancellationToken stoppingToken)
    {
        if (await TryAsync(connection))
            return true;
        tools.Metrics.Failure("looked_up");
        await own.CloseAsync();
        tools.Health.CommitUnknown();
        try
        {
            return await FindAsync(batch, stoppingToken);
        }
        finally
        {
            tools.Health.CommitKnown();
        }
    }

    /// <summary>True if the server said that it committed; false if that is not known.</summary>
    /// <remarks>No command timeout and no cancellation: a cancelled wait for a standby would be reported as success. A warning during COMMIT counts as unknown for the same reason.</remarks>
    private async Task<bool> TryAsync(NpgsqlConnection connection)
    {
        var warned = false;
        void Notice(object sender, NpgsqlNoticeEventArgs notice) => warned |= notice.Notice.Severity == "WARNING";
        connection.Notice += Notice;
        try
        {
            await using var commit = new NpgsqlCommand("commit", connection) { CommandTimeout = 0 };
            await commit.ExecuteNonQueryAsync(CancellationToken.None).WaitAsync(tools.Options.CommitTimeout, tools.Time);
            if (warned)
                CommitUnknown("the server warned while it committed");
            return !warned;
        }
        // An error (a deferred constraint, a full disk) rolls back and says so; the end of the connection says nothing.
        catch (PostgresException e) when (e.Severity == "ERROR")
        {
            throw;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or InvalidOperationException)
        {
            CommitUnknown(LaneFailure.Describe(e));
            return false;
        }
        finally
        {
            connection.Notice -= Notice;
        }
    }

    /// <summary>Asks, until it is answered, whether the batch had committed: its row is there, or it can be inserted (which waits for a backend that is still at it).</summary>
    private async Task<bool> FindAsync(LaneBatch batch, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(databases.LaneConnectionString(batch.Lane));
                await connection.OpenAsync(stoppingToken);
                await BeginAsync(connection, stoppingToken);
                var committed = !await InsertAsync(connection, batch.Lane, batch.Id, stoppingToken);
                // Seen is not yet safe: it may be committed here and not at the standby. What commits after it without a warning carries it along.
                var witness = (await tools.Ids.TakeAsync(1, stoppingToken)).Next();
                if (!committed || (await InsertAsync(connection, batch.Lane, witness, stoppingToken) && await TryAsync(connection)))
                {
                    CommitFound(batch.Id, committed);
                    return committed;
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                DatabaseUnreachable(LaneFailure.Describe(e));
            }
            await Task.Delay(Pause, tools.Time, stoppingToken);
        }
    }

    private static async Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var begin = new NpgsqlCommand("begin", connection);
        await begin.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>False if the row is there already.</summary>
    private static async Task<bool> InsertAsync(NpgsqlConnection connection, short lane, long batch, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(InsertBatch, connection);
        insert.Parameters.Add(new NpgsqlParameter<short> { TypedValue = lane });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = batch });
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    [LoggerMessage(EventIds.CommitUnknown, LogLevel.Warning, "The outcome of a commit is not known: {Problem}")]
    private partial void CommitUnknown(string problem);

    [LoggerMessage(EventIds.CommitFound, LogLevel.Information, "Batch {BatchId} was looked up; committed: {Committed}")]
    private partial void CommitFound(long batchId, bool committed);

    [LoggerMessage(EventIds.DatabaseUnreachable, LogLevel.Warning, "The database cannot be reached: {Problem}")]
    private partial void DatabaseUnreachable(string problem);
}
