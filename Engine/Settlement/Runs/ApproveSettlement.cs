using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>A second person approves a batch: its transfers are written into the period that is open now, named by the lines that they settle.</summary>
/// <remarks>
/// State, transfers and audit row are one transaction. Of two approvers at once one wins and the other is told. The same operation id brings the same answer again.
/// An approved batch is final: what was wrong in it is corrected by later transfers, never by a re-run.
/// </remarks>
public sealed partial class ApproveSettlement(NpgsqlDataSource database, TimeProvider time, ILogger<ApproveSettlement> logger)
{
    /// <param name="Version">Of the batch, as the user saw it.</param>
    /// <param name="AmountShownMinor">The payable sum that the user was shown and confirms, minor units.</param>
    /// <param name="Note">Kept with the batch; may be null.</param>
    /// <param name="OperationId">Of the form: a double click carries the same.</param>
    public sealed record Request(long BatchId, int Version, string User, long AmountShownMinor, string? Note, Guid OperationId);

    /// <summary>Every expected answer. When several apply, the one listed first is given. Only <see cref="Approved"/> changes anything.</summary>
    public enum Outcome { NotFound, OtherVersion, Superseded, AlreadyApproved, AlreadyRejected, Blocked, OwnWork, AmountDiffers, Approved }

    private const string ReadLines = "select id, merchant_id, payable_minor, operator_minor from settlement_lines where batch_id = @id order by id";

    private const string InsertTransfers = """
        insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
        select n.lane, @period, n.id, n.debit_account, n.credit_account, n.kind, @currency, n.debit_owner, n.credit_owner, n.amount, n.line, @now
        from unnest(@lanes, @ids, @debits, @credits, @kinds, @debitOwners, @creditOwners, @amounts, @lines)
             as n (lane, id, debit_account, credit_account, kind, debit_owner, credit_owner, amount, line)
        """;

    /// <exception cref="OperationIdTakenException">The operation id belongs to something else: nothing was done.</exception>
    public async Task<Outcome> HandleAsync(Request request, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        Outcome? outcome;
        while ((outcome = await TryAsync(connection, request, cancellationToken)) is null)
        {
            // The period was closed just then: the next one is open.
        }
        return outcome.Value;
    }

    /// <summary>Null if the period was closed meanwhile.</summary>
    private async Task<Outcome?> TryAsync(NpgsqlConnection connection, Request request, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await PeriodLock.TryTakeAsync(connection, transaction, cancellationToken) is not { } period)
            return null;
        var now = time.GetUtcNow();
        var operation = new Operation(
            request.OperationId, nameof(ApproveSettlement), request.User, $"batch {request.BatchId} version {request.Version} amount {request.AmountShownMinor}");
        if (await Operations.ClaimAsync<Outcome>(connection, transaction, operation, now, cancellationToken) is { } first)
            return first;

        var batch = await BatchRow.LockAsync(connection, transaction, request.BatchId, cancellationToken);
        var outcome = Judge(batch, request);
        if (outcome == Outcome.Approved)
        {
            await WriteTransfersAsync(connection, transaction, batch!, period, now, cancellationToken);
            await batch!.DecideAsync(connection, transaction, SettlementState.Approved, request.User, now, request.Note, cancellationToken);
            await AuditTrail.WriteAsync(
                connection, transaction, now, request.User, "settlement approved", BatchRow.ObjectKind, BatchRow.ObjectId(batch.Id),
                new { batch.Period, batch.Version, currency = Currency.Of(batch.Currency).Code, batch.PayableMinor, made_by = batch.MadeBy, booked_in_period = period, request.Note, request.OperationId },
                cancellationToken);
        }
        await Operations.RecordAsync(connection, transaction, request.OperationId, outcome, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        if (outcome == Outcome.Approved)
            LogApproved(request.BatchId, batch!.Period, batch.Version, batch.PayableMinor, Currency.Of(batch.Currency).Code);
        return outcome;
    }

    private static Outcome Judge(BatchRow? batch, Request request) => batch switch
    {
        null => Outcome.NotFound,
        _ when batch.Version != request.Version => Outcome.OtherVersion,
        { State: SettlementState.Superseded } => Outcome.Superseded,
        { State: SettlementState.Approved } => Outcome.AlreadyApproved,
        { State: SettlementState.Rejected } => Outcome.AlreadyRejected,
        { State: SettlementState.Blocked } => Outcome.Blocked,
        _ when batch.MadeBy == request.User => Outcome.OwnWork,
        _ when batch.PayableMinor != request.AmountShownMinor => Outcome.AmountDiffers,
        _ => Outcome.Approved,
    };

    private static async Task WriteTransfersAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, BatchRow batch, int period, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var installation = await Installation.ReadAsync(connection, cancellationToken);
        var lines = await connection.QueryAsync<(long Id, int Merchant, long PayableMinor, long OperatorMinor)>(
            new CommandDefinition(ReadLines, new { batch.Id }, transaction, cancellationToken: cancellationToken));
        List<(long Line, int Merchant, ChartAccount Account, long Owner, TransferKind Kind, long Minor)> parts = [];
        foreach (var line in lines)
        {
            parts.Add((line.Id, line.Merchant, ChartAccount.MerchantPayout, line.Merchant, TransferKind.SettlementPayout, line.PayableMinor));
            parts.Add((line.Id, line.Merchant, ChartAccount.OperatorRevenue, 0, TransferKind.SettlementRevenue, line.OperatorMinor));
        }
        parts.RemoveAll(p => p.Minor == 0);
        if (parts.Sum(p => p.Minor) != batch.GrossMinor)
            throw new InvalidOperationException($"The transfers of settlement batch {batch.Id} do not sum up to its gross amount.");

        var written = await connection.ExecuteAsync(new CommandDefinition(
            InsertTransfers,
            new
            {
                period,
                now,
                currency = batch.Currency,
                lanes = parts.Select(p => (short)(p.Merchant % installation.Lanes)).ToArray(),
                ids = await RowIds.TakeAsync(connection, transaction, parts.Count, cancellationToken),
                // What a merchant gives back goes the other way.
                debits = parts.Select(p => (short)(p.Minor > 0 ? ChartAccount.MerchantPayable : p.Account)).ToArray(),
                credits = parts.Select(p => (short)(p.Minor > 0 ? p.Account : ChartAccount.MerchantPayable)).ToArray(),
                kinds = parts.Select(p => (short)p.Kind).ToArray(),
                debitOwners = parts.Select(p => p.Minor > 0 ? p.Merchant : p.Owner).ToArray(),
                creditOwners = parts.Select(p => p.Minor > 0 ? p.Owner : p.Merchant).ToArray(),
                amounts = parts.Select(p => Math.Abs(p.Minor)).ToArray(),
                lines = parts.Select(p => p.Line).ToArray(),
            },
            transaction, cancellationToken: cancellationToken));
        if (written != parts.Count)
            throw new InvalidOperationException($"{written} transfers were written for settlement batch {batch.Id} instead of {parts.Count}.");
    }

    [LoggerMessage(EventIds.SettlementApproved, LogLevel.Information, "Settlement batch {BatchId} (period {Period}, version {Version}) was approved: {PayableMinor} {Currency} minor units are payable")]
    private partial void LogApproved(long batchId, int period, int version, long payableMinor, string currency);
}
