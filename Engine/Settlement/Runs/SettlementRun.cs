using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Settlement.Contracts;
using CarrierPay.Engine.Storage;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>Calculates one version of one settlement and writes it: what the first run and a re-run have in common.</summary>
internal static class SettlementRun
{
    private const string InsertBatch = """
        insert into settlement_batches (period, currency, version, state, made_by, made_at, payments, gross_minor, share_minor, operator_minor, payable_minor, ledger_payments, ledger_minor)
        values (@period, @currency, @version, @state, @maker, @now, @payments, @gross, @share, @operatorPart, @payable, @ledgerPayments, @ledgerMinor)
        returning id
        """;

    private const string InsertLines = """
        insert into settlement_lines (batch_id, id, merchant_id, contract_from, contract_until, rail, kind, payments, gross_minor, share_basis_points, share_minor, operator_minor, payable_minor)
        select @batch, n.* from unnest(@ids, @merchants, @froms, @untils, @rails, @kinds, @payments, @gross, @points, @shares, @operatorParts, @payables) as n
        """;

    private const string InsertProblems = """
        insert into settlement_problems (batch_id, number, kind, merchant_id, payments, gross_minor, on_day)
        select @batch, n.number, n.kind, n.merchant_id, n.payments, n.gross_minor, n.on_day
        from unnest(@kinds, @merchants, @payments, @gross, @days) with ordinality as n (kind, merchant_id, payments, gross_minor, on_day, number)
        """;

    /// <summary>All of it in the caller's transaction, read committed. The period is drained, so that what is read here cannot change.</summary>
    /// <returns>Whether the batch can be approved.</returns>
    public static async Task<SettlementState> WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int period, CurrencyTotal total, int version, string maker, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var (currency, ledger, _, _, _) = total;
        var installation = await Installation.ReadAsync(connection, cancellationToken);
        var contracts = await ContractRows.ReadAsync(connection, transaction, cancellationToken);
        var groups = await LedgerSums.GroupsAsync(connection, transaction, period, total, contracts, new BusinessCalendar(installation.TimeZone), cancellationToken);
        var (lines, problems) = SettlementCalculation.Of(groups, contracts, ledger);
        var state = problems.Count == 0 ? SettlementState.Calculated : SettlementState.Blocked;

        var batch = await connection.ExecuteScalarAsync<long>(Command(InsertBatch, new
        {
            period,
            currency,
            version,
            state = (short)state,
            maker,
            now,
            payments = lines.Sum(l => l.Payments),
            gross = lines.Sum(l => l.GrossMinor),
            share = lines.Sum(l => l.ShareMinor),
            operatorPart = lines.Sum(l => l.OperatorMinor),
            payable = lines.Sum(l => l.PayableMinor),
            ledgerPayments = ledger.Payments,
            ledgerMinor = ledger.Minor,
        }));
        await connection.ExecuteAsync(Command(InsertLines, new
        {
            batch,
            ids = await RowIds.TakeAsync(connection, transaction, lines.Count, cancellationToken),
            merchants = lines.Select(l => l.Contract.MerchantId).ToArray(),
            froms = lines.Select(l => l.Contract.ValidFrom).ToArray(),
            untils = lines.Select(l => l.Contract.ValidUntil).ToArray(),
            rails = lines.Select(l => (short)l.Rail).ToArray(),
            kinds = lines.Select(l => (short)l.Kind).ToArray(),
            payments = lines.Select(l => l.Payments).ToArray(),
            gross = lines.Select(l => l.GrossMinor).ToArray(),
            points = lines.Select(l => l.Contract.ShareBasisPoints).ToArray(),
            shares = lines.Select(l => l.ShareMinor).ToArray(),
            operatorParts = lines.Select(l => l.OperatorMinor).ToArray(),
            payables = lines.Select(l => l.PayableMinor).ToArray(),
        }));
        await connection.ExecuteAsync(Command(InsertProblems, new
        {
            batch,
            kinds = problems.Select(p => (short)p.Kind).ToArray(),
            merchants = problems.Select(p => p.MerchantId).ToArray(),
            payments = problems.Select(p => p.Payments).ToArray(),
            gross = problems.Select(p => p.GrossMinor).ToArray(),
            days = problems.Select(p => p.OnDay).ToArray(),
        }));
        await AuditTrail.WriteAsync(
            connection, transaction, now, maker, state == SettlementState.Calculated ? "settlement calculated" : "settlement blocked", BatchRow.ObjectKind, BatchRow.ObjectId(batch),
            new { period, currency, version, gross_minor = lines.Sum(l => l.GrossMinor), payable_minor = lines.Sum(l => l.PayableMinor), problems = problems.Count }, cancellationToken);
        return state;

        CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
    }
}
