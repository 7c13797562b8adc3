using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Periods;

/// <summary>Closes the open period of the ledger, for a cut-off or because a person asked. Needs the role engine.</summary>
/// <remarks>
/// In this order: the open period is raised and that is committed, so that no new batch uses the old one; then the exclusive lock on the old one is waited for,
/// which nobody new asks for, so nobody waits behind it. Safe to repeat, and from several processes at once: a period is closed once.
/// </remarks>
public sealed partial class ClosePeriod(NpgsqlDataSource database, TimeProvider time, ILogger<ClosePeriod> logger)
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { NotAsked, NotDue, AlreadyClosed, Closed }

    /// <param name="Period">Which one was or is to be calculated; 0 for <see cref="Outcome.NotAsked"/>.</param>
    public readonly record struct Result(Outcome Outcome, int Period);

    private const string ReadOpen = "select p.id, p.opened_at from periods p join open_period o on o.id = p.id";
    private const string ReadRequest = "select period, requested_by from closing_requests where operation_id = @operationId";

    // A new partition locks its parent for a moment: rather later than in front of everybody behind a long transaction. Usually it is there already.
    private const string MakePartition = """
        set local lock_timeout = '2s';
        select case when to_regclass('transfers_' || @next) is null then make_period_partitions(@next, 8) end;
        """;

    private const string Close = "select close_period(@period, @now, @who, @cutOff)";

    // The longest writer is a lane's batch or an approval, and the server cuts off lanes that hang. Who waits longer lets the next minute's job wait instead.
    private const string Drain = """
        set local lock_timeout = '30s';
        select drain_period(@period, @now);
        """;

    /// <summary>Closes the open period if it was opened before <paramref name="cutOff"/>.</summary>
    /// <param name="cutOff">Not in the future.</param>
    public async Task<Result> AtCutOffAsync(DateTimeOffset cutOff, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (open, openedAt) = await connection.QuerySingleAsync<(int Id, DateTimeOffset OpenedAt)>(new CommandDefinition(ReadOpen, cancellationToken: cancellationToken));
        return openedAt >= cutOff
            ? new(Outcome.NotDue, open - 1)
            : await CloseAsync(connection, open, AuditTrail.Schedule, cutOff, cancellationToken);
    }

    /// <summary>Serves a <see cref="AskForClosing"/>: closes the period that was open when the person asked.</summary>
    public async Task<Result> AsAskedAsync(Guid operationId, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var asked = await connection.QuerySingleOrDefaultAsync<(int Period, string RequestedBy)>(
            new CommandDefinition(ReadRequest, new { operationId }, cancellationToken: cancellationToken));
        return asked.RequestedBy is null
            ? new(Outcome.NotAsked, 0)
            : await CloseAsync(connection, asked.Period, asked.RequestedBy, null, cancellationToken);
    }

    /// <summary>Waits for those who still write into a closed period, at most 30 s. Afterwards its sums are final. Safe to repeat; does nothing to an open one.</summary>
    /// <exception cref="PostgresException">Somebody still writes (55P03): drain it again later.</exception>
    public async Task DrainAsync(int period, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await DrainAsync(connection, period, cancellationToken);
    }

    private async Task<Result> CloseAsync(NpgsqlConnection connection, int period, string who, DateTimeOffset? cutOff, CancellationToken cancellationToken)
    {
        await using (var partition = await connection.BeginTransactionAsync(cancellationToken))
        {
            await connection.ExecuteAsync(new CommandDefinition(MakePartition, new { next = period + 1 }, partition, cancellationToken: cancellationToken));
            await partition.CommitAsync(CancellationToken.None);
        }
        bool closed;
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            var now = time.GetUtcNow();
            closed = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Close, new { period, now, who, cutOff }, transaction, cancellationToken: cancellationToken));
            if (closed)
                await AuditTrail.WriteAsync(connection, transaction, now, who, "period closed", "period", $"{period}", new { cutOff }, cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
        }
        if (closed)
            LogClosed(period, who);
        await DrainAsync(connection, period, cancellationToken);
        return new(closed ? Outcome.Closed : Outcome.AlreadyClosed, period);
    }

    private async Task DrainAsync(NpgsqlConnection connection, int period, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Drain, new { period, now = time.GetUtcNow() }, transaction, commandTimeout: 60, cancellationToken: cancellationToken));
        await transaction.CommitAsync(CancellationToken.None);
    }

    [LoggerMessage(EventIds.PeriodClosed, LogLevel.Information, "Period {Period} was closed for {Who}")]
    private partial void LogClosed(int period, string who);
}
