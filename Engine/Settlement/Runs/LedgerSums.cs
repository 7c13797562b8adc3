using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Settlement.Contracts;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>What the plain aggregate says of one currency of a period.</summary>
/// <param name="TakenBack">How many of the movements took money from a merchant.</param>
/// <param name="FirstAt">When the first of it was written.</param>
internal sealed record CurrencyTotal(short Currency, LedgerTotal Total, long TakenBack, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>Adds up a closed period of the ledger, set-based: nothing is marked, and no merchant's row is touched.</summary>
internal static class LedgerSums
{
    /// <summary>Ten million payments take seconds; this is for a machine that has other troubles as well.</summary>
    public const int TimeoutSeconds = 1800;

    // Plain: no join and no contract that could drop a row. Whatever moved on merchants' accounts counts, but for what settlements wrote themselves.
    private const string Totals = """
        select currency, count(*) as payments,
               sum(case when credit_account = @payable then amount_minor else 0 end - case when debit_account = @payable then amount_minor else 0 end)::bigint as minor,
               count(*) filter (where debit_account = @payable) as taken_back, min(created_at) as first_at, max(created_at) as last_at
        from transfers
        where period = @period and (credit_account = @payable or debit_account = @payable) and kind <> all(@ownKinds)
        group by currency order by currency
        """;

    // One stretch of days in which no contract begins or ends. Grouped by columns alone: the planner knows how few groups there are, and may work in parallel.
    private const string Groups = """
        select credit_owner as merchant, debit_account as rail, count(*) as payments, sum(amount_minor)::bigint as gross_minor, min(created_at) as first_at
        from transfers
        where period = @period and currency = @currency and credit_account = @payable and kind = @payment
          and created_at >= @fromAt and created_at < @untilAt
        group by credit_owner, debit_account
        """;

    // By the contract of the day on which it was charged. Few rows, and asked only if there are any: each finds its payment by key, whatever its day.
    private const string RejectedCharges = """
        select t.debit_owner as merchant, t.credit_account as rail, count(*) as payments, (-sum(t.amount_minor))::bigint as gross_minor,
               (coalesce(p.ended_at, t.created_at) at time zone i.time_zone)::date as day
        from transfers t cross join installation i
        left join lateral (select ended_at from payments where lane = t.lane and id = t.reference limit 1) p on true
        where t.period = @period and t.currency = @currency and t.debit_account = @payable and t.kind = @rejected
        group by t.debit_owner, t.credit_account, 5
        """;

    public static async Task<IReadOnlyList<CurrencyTotal>> TotalsAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, int period, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            period,
            payable = (short)ChartAccount.MerchantPayable,
            ownKinds = new[] { (short)TransferKind.SettlementPayout, (short)TransferKind.SettlementRevenue },
        };
        var rows = await connection.QueryAsync<(short Currency, long Payments, long Minor, long TakenBack, DateTimeOffset FirstAt, DateTimeOffset LastAt)>(
            new CommandDefinition(Totals, parameters, transaction, TimeoutSeconds, cancellationToken: cancellationToken));
        return [.. rows.Select(r => new CurrencyTotal(r.Currency, new(r.Payments, r.Minor), r.TakenBack, r.FirstAt, r.LastAt))];
    }

    public static async Task<IReadOnlyCollection<LedgerGroup>> GroupsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int period, CurrencyTotal total, ContractBook contracts, BusinessCalendar calendar, CancellationToken cancellationToken)
    {
        // Usually a period is one stretch: contracts change at midnight, and so do periods.
        var cuts = contracts.Cuts.Select(calendar.BeginningOf).Where(at => total.FirstAt < at && at <= total.LastAt);
        List<LedgerGroup> groups = [];
        var fromAt = total.FirstAt;
        foreach (var untilAt in cuts.Append(DateTimeOffset.MaxValue))
        {
            var parameters = new
            {
                period,
                total.Currency,
                payable = (short)ChartAccount.MerchantPayable,
                payment = (short)TransferKind.Payment,
                fromAt,
                untilAt,
            };
            var rows = await connection.QueryAsync<(long Merchant, short Rail, long Payments, long GrossMinor, DateTimeOffset FirstAt)>(
                new CommandDefinition(Groups, parameters, transaction, TimeoutSeconds, cancellationToken: cancellationToken));
            groups.AddRange(rows.Select(r => new LedgerGroup((int)r.Merchant, (ChartAccount)r.Rail, r.Payments, r.GrossMinor, calendar.DayOf(r.FirstAt))));
            fromAt = untilAt;
        }
        if (total.TakenBack > 0)
            groups.AddRange(await RejectedChargesAsync(connection, transaction, period, total.Currency, cancellationToken));
        return groups;
    }

    private static async Task<IEnumerable<LedgerGroup>> RejectedChargesAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int period, short currency, CancellationToken cancellationToken)
    {
        var parameters = new { period, currency, payable = (short)ChartAccount.MerchantPayable, rejected = (short)TransferKind.RejectedCharge };
        var rows = await connection.QueryAsync<(long Merchant, short Rail, long Payments, long GrossMinor, DateOnly Day)>(
            new CommandDefinition(RejectedCharges, parameters, transaction, TimeoutSeconds, cancellationToken: cancellationToken));
        return rows.Select(r => new LedgerGroup((int)r.Merchant, (ChartAccount)r.Rail, r.Payments, r.GrossMinor, r.Day, TransferKind.RejectedCharge));
    }
}
