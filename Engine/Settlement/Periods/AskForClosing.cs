using CarrierPay.Engine.Storage;
using Dapper;
using Hangfire;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Periods;

/// <summary>A person asks that the open period be closed now and settled; a job of the engine does it. Who asks is the maker of what comes out, and may not approve it.</summary>
/// <remarks>
/// The row is what counts; the job that is enqueued after it only makes it quick, and a job of every minute finds a row whose own was lost.
/// The same operation id is the same request.
/// </remarks>
public sealed class AskForClosing(NpgsqlDataSource database, IBackgroundJobClient jobs, TimeProvider time)
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { AlreadyAsked, PeriodClosed, Asked }

    /// <param name="Period">The period that is, or was, to be closed; for <see cref="Outcome.PeriodClosed"/> the one that was shown.</param>
    public readonly record struct Result(Outcome Outcome, int Period);

    private const string Insert = """
        insert into closing_requests (operation_id, period, requested_by, requested_at)
        select @operationId, id, @user, @now from open_period where id = @period
        on conflict (operation_id) do nothing
        """;

    private const string Read = "select period, requested_by from closing_requests where operation_id = @operationId";

    /// <param name="period">The open period that the person was shown: no other is closed in its place.</param>
    /// <exception cref="OperationIdTakenException">The operation id is another person's: nothing was done.</exception>
    public async Task<Result> HandleAsync(string user, int period, Guid operationId, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var isNew = await connection.ExecuteAsync(new CommandDefinition(Insert, new { operationId, period, user, now }, transaction, cancellationToken: cancellationToken)) == 1;
        var (asked, requestedBy) = await connection.QuerySingleOrDefaultAsync<(int Period, string? RequestedBy)>(
            new CommandDefinition(Read, new { operationId }, transaction, cancellationToken: cancellationToken));
        if (requestedBy is null)
            return new(Outcome.PeriodClosed, period);
        if (requestedBy != user)
            throw new OperationIdTakenException(operationId);
        if (isNew)
            await AuditTrail.WriteAsync(connection, transaction, now, user, "closing asked for", "period", $"{asked}", new { operationId }, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        jobs.Enqueue<SettlementJobs>(job => job.CloseAsAskedAsync(operationId, CancellationToken.None));
        return new(isNew ? Outcome.Asked : Outcome.AlreadyAsked, asked);
    }
}
