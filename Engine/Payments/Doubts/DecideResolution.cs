using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Payments.Doubts;

/// <summary>A second person approves what was proposed about a request that waits, or rejects it. What is approved an engine books within a second or two.</summary>
/// <remarks>
/// One transaction with its audit row. Of two at once one wins and the other is told. The same operation id brings the same answer again. Nobody approves a
/// proposal of their own; taking it back is a rejection, and allowed.
/// </remarks>
public sealed class DecideResolution(NpgsqlDataSource database, TimeProvider time)
{
    /// <param name="Approve">False rejects.</param>
    /// <param name="Note">Why; not blank.</param>
    /// <param name="OperationId">Of the form: a double click carries the same.</param>
    public sealed record Request(short Lane, long ProposalId, bool Approve, string User, string Note, Guid OperationId);

    /// <summary>Every expected answer. When several apply, the one listed first is given. Only <see cref="Approved"/> and <see cref="Rejected"/> change anything.</summary>
    public enum Outcome { NoteMissing, NotFound, AlreadyApproved, AlreadyRejected, NotWaiting, OwnWork, Approved, Rejected }

    private const string Lock = """
        select p.call_id, p.payment_id, p.was_charged, p.state, p.proposed_by,
               exists (select from connector_calls c where c.lane = p.lane and c.id = p.call_id and c.next_attempt_at = 'infinity') as is_waiting
        from doubt_proposals p where p.lane = @Lane and p.id = @ProposalId for no key update
        """;

    private const string Decide = """
        update doubt_proposals set state = @state, decided_by = @User, decided_at = @now, note = @note
        where lane = @Lane and id = @ProposalId and state = 1
        """;

    /// <exception cref="OperationIdTakenException">The operation id belongs to something else: nothing was done.</exception>
    public async Task<Outcome> HandleAsync(Request request, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(request.Note))
            return Outcome.NoteMissing;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var operation = new Operation(
            request.OperationId, nameof(DecideResolution), request.User, $"proposal {request.Lane}/{request.ProposalId} {(request.Approve ? "approve" : "reject")}");
        if (await Operations.ClaimAsync<Outcome>(connection, transaction, operation, now, cancellationToken) is { } first)
            return first;

        var proposal = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(Lock, request, transaction, cancellationToken: cancellationToken));
        var outcome = Judge(proposal, request);
        if (outcome is Outcome.Approved or Outcome.Rejected)
        {
            var note = request.Note.Trim();
            var state = outcome == Outcome.Approved ? ProposalState.Approved : ProposalState.Rejected;
            var written = await connection.ExecuteAsync(new CommandDefinition(
                Decide, new { request.Lane, request.ProposalId, state = (short)state, request.User, now, note }, transaction, cancellationToken: cancellationToken));
            if (written != 1)
                throw new InvalidOperationException($"Proposal {request.ProposalId} was locked and is not there to be decided.");
            await AuditTrail.WriteAsync(
                connection, transaction, now, request.User, outcome == Outcome.Approved ? "doubt resolution approved" : "doubt resolution rejected",
                DoubtProposal.ObjectKind, DoubtProposal.ObjectId(request.Lane, proposal!.CallId),
                new { proposal.PaymentId, proposal.WasCharged, made_by = proposal.ProposedBy, note, request.OperationId }, cancellationToken);
        }
        await Operations.RecordAsync(connection, transaction, request.OperationId, outcome, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return outcome;
    }

    private static Outcome Judge(Row? proposal, Request request) => proposal switch
    {
        null => Outcome.NotFound,
        { State: ProposalState.Approved or ProposalState.Booked or ProposalState.Overtaken } => Outcome.AlreadyApproved,
        { State: ProposalState.Rejected } => Outcome.AlreadyRejected,
        _ when !request.Approve => Outcome.Rejected,
        { IsWaiting: false } => Outcome.NotWaiting,
        _ when proposal.ProposedBy == request.User => Outcome.OwnWork,
        _ => Outcome.Approved,
    };

    private sealed record Row(long CallId, long PaymentId, bool WasCharged, ProposalState State, string ProposedBy, bool IsWaiting);
}
