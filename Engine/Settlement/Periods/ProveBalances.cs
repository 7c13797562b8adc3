using System.Diagnostics.Metrics;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Periods;

/// <summary>Proves that every stored prepaid balance and every month's phone bill is the sum of its transfers, and that in suspense stands what is being charged; notes the result, and raises an alarm if one is not.</summary>
/// <remarks>One statement, so one snapshot of the database: payments go on meanwhile. It reads all transfers there are, since no partition is dropped yet.</remarks>
public sealed partial class ProveBalances(NpgsqlDataSource database, TimeProvider time, LedgerMetrics metrics, ILogger<ProveBalances> logger)
{
    /// <param name="Accounts">How many were compared.</param>
    /// <param name="DifferenceMinor">Of all together, stored less derived; may be 0 although <paramref name="WrongAccounts"/> is not.</param>
    public sealed record Result(long Accounts, long WrongAccounts, decimal DifferenceMinor);

    private const int TimeoutSeconds = 3600;

    // A transfer of an account that does not exist is as wrong as a balance without its transfers: a full join finds both.
    // Of a phone bill the month in which it was last charged is stored; earlier months are billed and gone. A charge that was undone counts in the month
    // in which it was made, whenever it was undone: few are, and they find their charge by the reference.
    private const string Compare = """
        with stored as (
          select lane, id as owner, @prepaid::smallint as account, null::integer as month, balance_minor as minor from subscribers
          union all
          select lane, id, @bill, bill_month, bill_minor from subscribers where bill_minor is not null
          union all
          select lane, subscriber_id, @suspense, null, sum(amount_minor) from open_payments where state = any(@charging) group by lane, subscriber_id),
        derived as (
          select lane, owner, @prepaid::smallint as account, null::integer as month, sum(minor) as minor
          from (select lane, credit_owner as owner, amount_minor as minor from transfers where credit_account = @prepaid
                union all
                select lane, debit_owner, -amount_minor from transfers where debit_account = @prepaid) as sides
          group by lane, owner
          union all
          select lane, owner, @suspense, null, sum(minor) as minor
          from (select lane, credit_owner as owner, amount_minor as minor from transfers where credit_account = any(@suspenses)
                union all
                select lane, debit_owner, -amount_minor from transfers where debit_account = any(@suspenses)) as sides
          group by lane, owner
          having sum(minor) <> 0
          union all
          (select distinct on (lane, owner) lane, owner, @bill, month, minor
           from (select t.lane, t.owner, m.month, sum(t.minor) as minor
                 from (select lane, debit_owner as owner, amount_minor as minor, created_at from transfers where debit_account = @bill
                       union all
                       select u.lane, u.credit_owner, -u.amount_minor, c.created_at
                       from transfers u join transfers c on c.lane = u.lane and c.reference = u.reference and c.debit_account = @bill
                       where u.credit_account = @bill) as t
                 cross join installation i
                 cross join lateral (select t.created_at at time zone i.time_zone as at) as local
                 cross join lateral (select (extract(year from local.at) * 12 + extract(month from local.at) - 1)::integer as month) as m
                 group by t.lane, t.owner, m.month) as months
           order by lane, owner, month desc))
        select count(*) as accounts,
               count(*) filter (where coalesce(s.minor, 0) <> coalesce(d.minor, 0) or s.month is distinct from d.month or s.owner is null) as wrong_accounts,
               coalesce(sum(coalesce(s.minor, 0) - coalesce(d.minor, 0)), 0) as difference_minor
        from stored s full join derived d on d.lane = s.lane and d.owner = s.owner and d.account = s.account
        """;

    private static readonly object Parameters = new
    {
        prepaid = (short)ChartAccount.Prepaid,
        bill = (short)ChartAccount.PhoneBillReceivable,
        suspense = (short)ChartAccount.AirtimeSuspense, // one for all sources, so that a subscriber is compared once
        suspenses = new[] { (short)ChartAccount.AirtimeSuspense, (short)ChartAccount.BankSuspense, (short)ChartAccount.PhoneBillSuspense },
        charging = new[] { (short)PaymentState.Charging, (short)PaymentState.InDoubt, (short)PaymentState.Reversing },
    };

    private const string Insert = """
        insert into balance_proofs (proved_at, accounts, wrong_accounts, difference_minor) values (@now, @Accounts, @WrongAccounts, @DifferenceMinor)
        """;

    public async Task<Result> HandleAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var result = await connection.QuerySingleAsync<Result>(
            new CommandDefinition(Compare, Parameters, commandTimeout: TimeoutSeconds, cancellationToken: cancellationToken));
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
