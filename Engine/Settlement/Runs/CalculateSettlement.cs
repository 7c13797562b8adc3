using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>Calculates the first version of a closed period's settlements, one batch for each currency in it.</summary>
/// <remarks>
/// Safe to repeat, and from several processes at once: a period that was calculated stays so. The maker is who closed the period, and may not approve what comes out.
/// </remarks>
public sealed class CalculateSettlement(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Every expected answer. When several apply, the one listed first is given; with several currencies, that of the worst batch.</summary>
    public enum Outcome { BeingCalculated, NotClosed, NotDrained, AlreadyCalculated, NothingToSettle, Blocked, Calculated }

    // Two keys: settlement, period. Whoever comes second goes away: a job of every minute that waited would take a worker from all other jobs.
    private const string TakeTurn = "select pg_try_advisory_xact_lock(7230004, @period)";
    private const string ReadPeriod = "select closed_by, drained_at, calculated_at from periods where id = @period";
    private const string MarkCalculated = "update periods set calculated_at = @now where id = @period";

    public async Task<Outcome> HandleAsync(int period, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(TakeTurn, new { period }, transaction, cancellationToken: cancellationToken)))
            return Outcome.BeingCalculated;
        var state = await connection.QuerySingleOrDefaultAsync<(string? ClosedBy, DateTimeOffset? DrainedAt, DateTimeOffset? CalculatedAt)>(
            new CommandDefinition(ReadPeriod, new { period }, transaction, cancellationToken: cancellationToken));
        if (state.ClosedBy is not { } maker)
            return Outcome.NotClosed;
        if (state.DrainedAt is null)
            return Outcome.NotDrained;
        if (state.CalculatedAt is not null)
            return Outcome.AlreadyCalculated;

        var now = time.GetUtcNow();
        var worst = Outcome.NothingToSettle;
        foreach (var total in await LedgerSums.TotalsAsync(connection, transaction, period, cancellationToken))
        {
            var made = await SettlementRun.WriteAsync(connection, transaction, period, total, version: 1, maker, now, cancellationToken);
            worst = worst == Outcome.Blocked || made == SettlementState.Blocked ? Outcome.Blocked : Outcome.Calculated;
        }
        await connection.ExecuteAsync(new CommandDefinition(MarkCalculated, new { period, now }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(CancellationToken.None);
        return worst;
    }
}
