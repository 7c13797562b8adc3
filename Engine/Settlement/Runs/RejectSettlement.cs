using CarrierPay.Engine.Storage;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>Refuses a batch, with a reason. Its maker may do so, too. What comes next is a re-run.</summary>
/// <remarks>One transaction. The same operation id brings the same answer again.</remarks>
public sealed class RejectSettlement(NpgsqlDataSource database, TimeProvider time)
{
    /// <param name="Version">Of the batch, as the user saw it.</param>
    /// <param name="Reason">For the next maker; not blank.</param>
    /// <param name="OperationId">Of the form: a double click carries the same.</param>
    public sealed record Request(long BatchId, int Version, string User, string Reason, Guid OperationId);

    /// <summary>Every expected answer. When several apply, the one listed first is given. Only <see cref="Rejected"/> changes anything.</summary>
    public enum Outcome { ReasonMissing, NotFound, OtherVersion, Superseded, AlreadyApproved, AlreadyRejected, Blocked, Rejected }

    /// <exception cref="OperationIdTakenException">The operation id belongs to something else: nothing was done.</exception>
    public async Task<Outcome> HandleAsync(Request request, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Outcome.ReasonMissing;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var operation = new Operation(request.OperationId, nameof(RejectSettlement), request.User, $"batch {request.BatchId} version {request.Version}");
        if (await Operations.ClaimAsync<Outcome>(connection, transaction, operation, now, cancellationToken) is { } first)
            return first;

        var batch = await BatchRow.LockAsync(connection, transaction, request.BatchId, cancellationToken);
        var outcome = Judge(batch, request);
        if (outcome == Outcome.Rejected)
        {
            await batch!.DecideAsync(connection, transaction, SettlementState.Rejected, request.User, now, request.Reason.Trim(), cancellationToken);
            await AuditTrail.WriteAsync(
                connection, transaction, now, request.User, "settlement rejected", BatchRow.ObjectKind, BatchRow.ObjectId(batch.Id),
                new { batch.Period, batch.Version, batch.PayableMinor, made_by = batch.MadeBy, reason = request.Reason.Trim(), request.OperationId }, cancellationToken);
        }
        await Operations.RecordAsync(connection, transaction, request.OperationId, outcome, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
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
        _ => Outcome.Rejected,
    };
}
