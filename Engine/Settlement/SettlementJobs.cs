using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Settlement.Periods;
using CarrierPay.Engine.Settlement.Runs;
using CarrierPay.Engine.Storage;
using Dapper;
using Hangfire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Settlement;

/// <summary>What Hangfire runs. Every job finds its work by query, does what is not done yet, and may run twice, late, or in two processes at once.</summary>
public sealed partial class SettlementJobs(
    NpgsqlDataSource database, ClosePeriod close, CalculateSettlement calculate, ProveBalances prove, IOptions<SettlementOptions> options, TimeProvider time,
    ILogger<SettlementJobs> logger)
{
    private const string ReadUnserved = """
        select r.operation_id from closing_requests r join periods p on p.id = r.period
        where p.closed_at is null order by r.requested_at limit 100
        """;

    private const string ReadUncalculated = "select id from periods where closed_at is not null and calculated_at is null order by id limit 100";

    /// <summary>Every minute: closes what is due or asked for, then calculates what is closed.</summary>
    [AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Fail)] // the next minute's is the retry
    [JobDisplayName("Close and calculate what is due")]
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        await close.AtCutOffAsync(await LatestCutOffAsync(cancellationToken), cancellationToken);
        foreach (var operationId in await ReadAsync<Guid>(ReadUnserved, cancellationToken))
            await close.AsAskedAsync(operationId, cancellationToken);
        foreach (var period in await ReadAsync<int>(ReadUncalculated, cancellationToken))
            await CalculateAsync(period, cancellationToken);
    }

    /// <summary>At once after a person asked.</summary>
    [JobDisplayName("Close as asked and calculate")]
    public async Task CloseAsAskedAsync(Guid operationId, CancellationToken cancellationToken)
    {
        var (outcome, period) = await close.AsAskedAsync(operationId, cancellationToken);
        if (outcome != ClosePeriod.Outcome.NotAsked)
            await CalculateAsync(period, cancellationToken);
    }

    /// <summary>Once a day.</summary>
    [JobDisplayName("Prove the stored balances")]
    public Task ProveBalancesAsync(CancellationToken cancellationToken) => prove.HandleAsync(cancellationToken);

    private async Task CalculateAsync(int period, CancellationToken cancellationToken)
    {
        // Whoever closed it may have died before it was drained.
        await close.DrainAsync(period, cancellationToken);
        var outcome = await calculate.HandleAsync(period, cancellationToken);
        LogCalculated(period, outcome);
    }

    private async Task<DateTimeOffset> LatestCutOffAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var installation = await Installation.ReadAsync(connection, cancellationToken);
        return new BusinessCalendar(installation.TimeZone).LatestCutOff(options.Value.CutOff, time.GetUtcNow());
    }

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, cancellationToken: cancellationToken))).AsList();
    }

    [LoggerMessage(EventIds.SettlementCalculated, LogLevel.Information, "The settlement of period {Period} ended as {Outcome}")]
    private partial void LogCalculated(int period, CalculateSettlement.Outcome outcome);
}
