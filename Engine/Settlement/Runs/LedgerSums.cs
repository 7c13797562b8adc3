using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Settlement.Contracts;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>What the plain aggregate says of one currency of a period.</summary>
/// <param name="FirstAt">When the first of it was written.</param>
internal sealed record CurrencyTotal(short Currency, LedgerTotal Total, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>Adds up a closed period of the ledger, set-based: nothing is marked, and no merchant's row is touched.</summary>
internal static class LedgerSums
{
    /// <summary>Ten million payments take seconds; this is for a machine that has other troubles as well.</summary>
    public const int TimeoutSeconds = 1800;

    // Plain: no join and no contract that could drop a row. Whatever moved on merchants' accounts counts, but for what settlements wrote themselves.
    private const string Totals = """
        select currency, count(*) as payments,
               sum(case when credit_account = @payable then amount_minor else 0 end - case when debit_account = @payable then amount_minor else 0 end)::bigint as minor,
               min(created_at) as first_at, max(created_at) as last_at
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

    public static async Task<IReadOnlyList<CurrencyTotal>> TotalsAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, int period, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            period,
            payable = (short)ChartAccount.MerchantPayable,
            ownKinds = new[] { (short)TransferKind.SettlementPayout, (short)TransferKind.SettlementRevenue },
        };
        var rows = await connection.QueryAsync<(short Currency, long Payments, long Minor, DateTimeOffset FirstAt, DateTimeOffset LastAt)>(
            new CommandDefinition(Totals, parameters, transaction, TimeoutSeconds, cancellationToken: cancellationToken));
        return [.. rows.Select(r => new CurrencyTotal(r.Currency, new(r.Payments, r.Minor), r.FirstAt, r.LastAt))];
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
        return groups;
    }
}
