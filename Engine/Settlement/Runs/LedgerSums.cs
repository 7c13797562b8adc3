using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Settlement.Contracts;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>Adds up a closed period of the ledger, set-based: nothing is marked, and no merchant's row is touched.</summary>
internal static class LedgerSums
{
    /// <summary>Ten million payments take seconds; this is for a machine that has other troubles as well.</summary>
    public const int TimeoutSeconds = 1800;

    // Plain: no join and no contract that could drop a row. Whatever moved on merchants' accounts counts, but for what settlements wrote themselves.
    private const string Totals = """
        select currency, count(*) as payments,
               sum(case when credit_account = @payable then amount_minor else 0 end - case when debit_account = @payable then amount_minor else 0 end)::bigint as minor
        from transfers
        where period = @period and (credit_account = @payable or debit_account = @payable) and kind <> all(@ownKinds)
        group by currency order by currency
        """;

    // width_bucket says between which two changes of contracts a payment lies; a binary search in a short array instead of a join for every row.
    private const string Groups = """
        select credit_owner as merchant, debit_account as rail, count(*) as payments, sum(amount_minor)::bigint as gross_minor, min(created_at) as first_at
        from transfers
        where period = @period and currency = @currency and credit_account = @payable and kind = @payment
        group by credit_owner, debit_account, width_bucket(created_at, @cuts)
        """;

    public static async Task<IReadOnlyList<(short Currency, LedgerTotal Total)>> TotalsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int period, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            period,
            payable = (short)ChartAccount.MerchantPayable,
            ownKinds = new[] { (short)TransferKind.SettlementPayout, (short)TransferKind.SettlementRevenue },
        };
        var rows = await connection.QueryAsync<(short Currency, long Payments, long Minor)>(
            new CommandDefinition(Totals, parameters, transaction, TimeoutSeconds, cancellationToken: cancellationToken));
        return [.. rows.Select(r => (r.Currency, new LedgerTotal(r.Payments, r.Minor)))];
    }

    public static async Task<IReadOnlyCollection<LedgerGroup>> GroupsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int period, short currency, ContractBook contracts, BusinessCalendar calendar, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            period,
            currency,
            payable = (short)ChartAccount.MerchantPayable,
            payment = (short)TransferKind.Payment,
            cuts = contracts.Cuts.Select(day => calendar.BeginningOf(day).UtcDateTime).ToArray(),
        };
        var rows = await connection.QueryAsync<(long Merchant, short Rail, long Payments, long GrossMinor, DateTimeOffset FirstAt)>(
            new CommandDefinition(Groups, parameters, transaction, TimeoutSeconds, cancellationToken: cancellationToken));
        return [.. rows.Select(r => new LedgerGroup((int)r.Merchant, (ChartAccount)r.Rail, r.Payments, r.GrossMinor, calendar.DayOf(r.FirstAt)))];
    }
}
