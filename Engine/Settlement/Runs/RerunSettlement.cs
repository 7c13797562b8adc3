using CarrierPay.Engine.Storage;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>Calculates a batch again, with the contracts as they are now: a new version, made by who asks. The old one stays readable, as superseded.</summary>
/// <remarks>
/// One transaction. An approved batch is not calculated again: its transfers stand in the ledger. The same operation id brings the same answer again.
/// </remarks>
public sealed class RerunSettlement(NpgsqlDataSource database, TimeProvider time)
{
    /// <param name="Version">Of the batch, as the user saw it.</param>
    /// <param name="Reason">Why; not blank.</param>
    /// <param name="OperationId">Of the form: a double click carries the same.</param>
    public sealed record Request(long BatchId, int Version, string User, string Reason, Guid OperationId);

    /// <summary>Every expected answer. When several apply, the one listed first is given. Only the last two make a new version.</summary>
    public enum Outcome { ReasonMissing, NotFound, OtherVersion, Superseded, AlreadyApproved, Blocked, Calculated }

    /// <exception cref="OperationIdTakenException">The operation id belongs to something else: nothing was done.</exception>
    public async Task<Outcome> HandleAsync(Request request, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Outcome.ReasonMissing;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var operation = new Operation(request.OperationId, nameof(RerunSettlement), request.User, $"batch {request.BatchId} version {request.Version}");
        if (await Operations.ClaimAsync<Outcome>(connection, transaction, operation, now, cancellationToken) is { } first)
            return first;

        var batch = await BatchRow.LockAsync(connection, transaction, request.BatchId, cancellationToken);
        var outcome = Refusal(batch, request) ?? await RerunAsync(connection, transaction, batch!, request, now, cancellationToken);
        await Operations.RecordAsync(connection, transaction, request.OperationId, outcome, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return outcome;
    }

    private static Outcome? Refusal(BatchRow? batch, Request request) => batch switch
    {
        null => Outcome.NotFound,
        _ when batch.Version != request.Version => Outcome.OtherVersion,
        { State: SettlementState.Superseded } => Outcome.Superseded,
        { State: SettlementState.Approved } => Outcome.AlreadyApproved,
        _ => null,
    };

    private static async Task<Outcome> RerunAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, BatchRow batch, Request request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await AuditTrail.WriteAsync(
            connection, transaction, now, request.User, "settlement superseded", BatchRow.ObjectKind, BatchRow.ObjectId(batch.Id),
            new { batch.Period, batch.Version, reason = request.Reason.Trim(), request.OperationId }, cancellationToken);
        await batch.SupersedeAsync(connection, transaction, cancellationToken);
        var total = (await LedgerSums.TotalsAsync(connection, transaction, batch.Period, cancellationToken)).Single(t => t.Currency == batch.Currency);
        var state = await SettlementRun.WriteAsync(
            connection, transaction, batch.Period, total, batch.Version + 1, request.User, now, cancellationToken);
        return state == SettlementState.Calculated ? Outcome.Calculated : Outcome.Blocked;
    }
}
