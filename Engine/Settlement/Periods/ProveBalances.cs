using System.Diagnostics.Metrics;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Primitives;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Periods;

/// <summary>Proves that every stored prepaid balance is the sum of its transfers, notes the result, and raises an alarm if one is not.</summary>
/// <remarks>One statement, so one snapshot of the database: payments go on meanwhile. It reads all transfers there are, since no partition is dropped yet.</remarks>
public sealed partial class ProveBalances(NpgsqlDataSource database, TimeProvider time, LedgerMetrics metrics, ILogger<ProveBalances> logger)
{
    /// <param name="Accounts">How many were compared.</param>
    /// <param name="DifferenceMinor">Of all together, stored less derived; may be 0 although <paramref name="WrongAccounts"/> is not.</param>
    public sealed record Result(long Accounts, long WrongAccounts, decimal DifferenceMinor);

    private const int TimeoutSeconds = 3600;

    // A transfer of an account that does not exist is as wrong as a balance without its transfers: a full join finds both.
    private const string Compare = """
        with derived as (
          select lane, owner, sum(minor) as minor
          from (select lane, credit_owner as owner, amount_minor as minor from transfers where credit_account = @prepaid
                union all
                select lane, debit_owner, -amount_minor from transfers where debit_account = @prepaid) as sides
          group by lane, owner)
        select count(*) as accounts,
               count(*) filter (where coalesce(s.balance_minor, 0) <> coalesce(d.minor, 0) or s.id is null) as wrong_accounts,
               coalesce(sum(coalesce(s.balance_minor, 0) - coalesce(d.minor, 0)), 0) as difference_minor
        from subscribers s full join derived d on d.lane = s.lane and d.owner = s.id
        """;

    private const string Insert = """
        insert into balance_proofs (proved_at, accounts, wrong_accounts, difference_minor) values (@now, @Accounts, @WrongAccounts, @DifferenceMinor)
        """;

    public async Task<Result> HandleAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var result = await connection.QuerySingleAsync<Result>(
            new CommandDefinition(Compare, new { prepaid = (short)ChartAccount.Prepaid }, commandTimeout: TimeoutSeconds, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(
            Insert, new { now = time.GetUtcNow(), result.Accounts, result.WrongAccounts, result.DifferenceMinor }, cancellationToken: cancellationToken));
        metrics.Proved(result.WrongAccounts);
        if (result.WrongAccounts == 0)
            LogProved(result.Accounts);
        else
            LogWrong(result.WrongAccounts, result.Accounts, result.DifferenceMinor);
        return result;
    }

    [LoggerMessage(EventIds.BalancesProved, LogLevel.Information, "The balances of {Accounts} accounts are the sums of their transfers")]
    private partial void LogProved(long accounts);

    [LoggerMessage(EventIds.BalancesWrong, LogLevel.Error, "{WrongAccounts} of {Accounts} stored balances are not the sums of their transfers; together they differ by {DifferenceMinor} minor units. Stop payouts and find out why")]
    private partial void LogWrong(long wrongAccounts, long accounts, decimal differenceMinor);
}

/// <summary>What the last proof of this process found: always 0.</summary>
public sealed class LedgerMetrics : IDisposable
{
    private readonly Meter _meter = new("CarrierPay.Ledger");
    private long _wrong;

    public LedgerMetrics() =>
        _meter.CreateObservableGauge("carrierpay.ledger.wrong_accounts", () => Volatile.Read(ref _wrong), "{account}", "Stored balances that were not the sums of their transfers at the last proof");

    public void Dispose() => _meter.Dispose();

    internal void Proved(long wrongAccounts) => Volatile.Write(ref _wrong, wrongAccounts);
}
