using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>Reads about settlements, for Admin. Lists are pages by key: a page begins after the last row of the one before.</summary>
public sealed class SettlementQueries(NpgsqlDataSource database)
{
    /// <summary>The most rows of a page.</summary>
    public const int MostRows = 500;

    private const string BatchColumns = """
        select b.id, b.period, b.currency as currency_number, b.version, b.state, b.made_by, b.made_at, b.payments, b.gross_minor, b.share_minor, b.operator_minor, b.payable_minor,
               b.ledger_payments, b.ledger_minor, b.decided_by, b.decided_at, b.reason, p.opened_at as period_opened_at, p.closed_at as period_closed_at,
               (select count(distinct l.merchant_id)::integer from settlement_lines l where l.batch_id = b.id) as merchants,
               (select max(v.version) from settlement_batches v where v.period = b.period and v.currency = b.currency) as latest_version
        from settlement_batches b join periods p on p.id = b.period
        """;

    private const string List = BatchColumns + """

        where b.id < @before and (@state is null or b.state = @state) and (@withSuperseded or b.state <> 5)
        order by b.id desc limit @limit
        """;

    private const string Versions = BatchColumns + """

        where (b.period, b.currency) = (select period, currency from settlement_batches where id = @batchId)
        order by b.version
        """;

    private const string Lines = """
        select l.id, l.merchant_id, m.keyword, m.name as merchant_name, l.contract_from, l.contract_until, l.rail, l.kind, l.payments, l.gross_minor, l.share_basis_points,
               l.share_minor, l.operator_minor, l.payable_minor
        from settlement_lines l join merchants m on m.id = l.merchant_id
        where l.batch_id = @batchId order by m.keyword, l.contract_from, l.rail, l.kind
        """;

    private const string Problems = """
        select p.kind, p.merchant_id, m.keyword, p.payments, p.gross_minor, p.on_day
        from settlement_problems p left join merchants m on m.id = p.merchant_id
        where p.batch_id = @batchId order by p.number
        """;

    private const string Line = """
        select b.period, b.currency, l.merchant_id, l.rail, l.kind, l.contract_from, l.contract_until
        from settlement_lines l join settlement_batches b on b.id = l.batch_id
        where l.batch_id = @batchId and l.id = @lineId
        """;

    // The line's period is one partition; there is no index by merchant on it, because each payment would pay for it.
    private const string Payments = """
        select t.lane, t.reference as payment_id, t.id as transfer_id, t.amount_minor, t.created_at as paid_at, t.debit_owner as subscriber_id, s.msisdn, p.number
        from (select lane, id, reference, amount_minor, created_at, debit_owner from transfers
              where period = @period and currency = @currency and credit_account = @payable and credit_owner = @merchant and debit_account = @rail and kind = @payment
                and created_at >= @fromAt and created_at < @untilAt and id > @after
              order by id limit @limit) as t
        left join payments p on p.lane = t.lane and p.id = t.reference
        left join subscribers s on s.lane = t.lane and s.id = t.debit_owner
        order by t.id
        """;

    // Days are those on which they were charged, as the contract was found by.
    private const string RejectedCharges = """
        select t.lane, t.reference as payment_id, t.id as transfer_id, -t.amount_minor as amount_minor, t.created_at as paid_at, t.credit_owner as subscriber_id, s.msisdn, p.number
        from transfers t
        left join lateral (select number, ended_at from payments where lane = t.lane and id = t.reference limit 1) p on true
        left join subscribers s on s.lane = t.lane and s.id = t.credit_owner
        where t.period = @period and t.currency = @currency and t.debit_account = @payable and t.debit_owner = @merchant and t.credit_account = @rail and t.kind = @kind
          and coalesce(p.ended_at, t.created_at) >= @fromAt and coalesce(p.ended_at, t.created_at) < @untilAt and t.id > @after
        order by t.id limit @limit
        """;

    private const string Periods = """
        select p.id, p.opened_at, p.closed_at, p.closed_by, p.cut_off, p.drained_at, p.calculated_at,
               (select min(r.requested_by) from closing_requests r where r.period = p.id) as asked_by
        from periods p where p.id < @before order by p.id desc limit @limit
        """;

    /// <summary>Batches, newest first.</summary>
    /// <param name="before">The id of the last batch of the page before; null for the first page.</param>
    /// <param name="state">Only these; null = all, but superseded ones only if <paramref name="withSuperseded"/>.</param>
    /// <param name="limit">1 to <see cref="MostRows"/>.</param>
    public async Task<IReadOnlyList<SettlementBatch>> ListAsync(
        long? before, int limit, SettlementState? state = null, bool withSuperseded = false, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return await QueryAsync<SettlementBatch>(
            List, new { before = before ?? long.MaxValue, limit, state = (short?)state, withSuperseded = withSuperseded || state == SettlementState.Superseded }, cancellationToken);
    }

    /// <summary>A batch with its lines, problems and versions; null if there is no such batch.</summary>
    public async Task<SettlementBatchDetail?> FindAsync(long batchId, CancellationToken cancellationToken = default)
    {
        var versions = await QueryAsync<SettlementBatch>(Versions, new { batchId }, cancellationToken);
        return versions.FirstOrDefault(v => v.Id == batchId) is not { } batch
            ? null
            : new(
                batch,
                await QueryAsync<SettlementLine>(Lines, new { batchId }, cancellationToken),
                await QueryAsync<SettlementProblem>(Problems, new { batchId }, cancellationToken),
                versions);
    }

    /// <summary>The payments behind a line, oldest first; null if the batch has no such line. All pages together sum up to the line's gross amount.</summary>
    /// <param name="after">The transfer id of the last payment of the page before; null for the first page.</param>
    /// <param name="limit">1 to <see cref="MostRows"/>.</param>
    public async Task<IReadOnlyList<SettledPayment>?> PaymentsAsync(long batchId, long lineId, long? after, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        var lines = await QueryAsync<(int Period, short Currency, int Merchant, short Rail, short Kind, DateOnly From, DateOnly? Until)>(Line, new { batchId, lineId }, cancellationToken);
        if (lines is not [var line])
            return null;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var calendar = new BusinessCalendar((await Installation.ReadAsync(connection, cancellationToken)).TimeZone);
        return await QueryAsync<SettledPayment>(
            line.Kind == (short)TransferKind.RejectedCharge ? RejectedCharges : Payments,
            new
            {
                line.Period,
                line.Currency,
                line.Merchant,
                line.Rail,
                payable = (short)ChartAccount.MerchantPayable,
                payment = (short)TransferKind.Payment,
                line.Kind,
                fromAt = calendar.BeginningOf(line.From),
                untilAt = line.Until is { } until ? calendar.BeginningOf(until) : DateTimeOffset.MaxValue,
                after = after ?? 0,
                limit,
            },
            cancellationToken);
    }

    /// <summary>Periods of the ledger, newest first; the first of all is the open one.</summary>
    /// <param name="before">The id of the last period of the page before; null for the first page.</param>
    /// <param name="limit">1 to <see cref="MostRows"/>.</param>
    public async Task<IReadOnlyList<LedgerPeriod>> PeriodsAsync(int? before, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return await QueryAsync<LedgerPeriod>(Periods, new { before = before ?? int.MaxValue, limit }, cancellationToken);
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, commandTimeout: 120, cancellationToken: cancellationToken))).AsList();
    }

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostRows);
    }
}
