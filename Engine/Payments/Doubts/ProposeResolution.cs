using CarrierPay.Engine.Storage;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Payments.Doubts;

/// <summary>A person who has looked into the records of the charging system or the bank proposes what is true about a request that waits. Nothing is booked yet.</summary>
/// <remarks>One transaction with its audit row. Of two proposals at once one is taken. The same operation id brings the same answer again.</remarks>
public sealed class ProposeResolution(NpgsqlDataSource database, TimeProvider time)
{
    /// <param name="WasCharged">True: exactly the price was taken. False: nothing was taken, or it was given back outside.</param>
    /// <param name="Reason">What the records say; not blank.</param>
    /// <param name="OperationId">Of the form: a double click carries the same.</param>
    public sealed record Request(short Lane, long CallId, bool WasCharged, string User, string Reason, Guid OperationId);

    /// <summary>Every expected answer. When several apply, the one listed first is given. Only <see cref="Proposed"/> changes anything.</summary>
    public enum Outcome { ReasonMissing, NotWaiting, AlreadyProposed, PaymentHasEnded, OtherRequestOpen, Proposed }

    private const string HasEnded = "select not exists (select from open_payments where lane = @Lane and subscriber_id = @SubscriberId and id = @PaymentId)";

    private const string IsAskedElse = """
        select exists (select from connector_calls where lane = @Lane and subscriber_id = @SubscriberId and payment_id = @PaymentId and id <> @CallId)
        """;

    private const string IsProposed = "select exists (select from doubt_proposals where lane = @Lane and call_id = @CallId and state in (1, 2))";

    private const string Insert = """
        insert into doubt_proposals (lane, id, subscriber_id, payment_id, call_id, was_charged, state, proposed_by, proposed_at, reason)
        values (@Lane, nextval('id_blocks'), @SubscriberId, @PaymentId, @CallId, @WasCharged, 1, @User, @now, @reason)
        """;

    /// <exception cref="OperationIdTakenException">The operation id belongs to something else: nothing was done.</exception>
    public async Task<Outcome> HandleAsync(Request request, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Outcome.ReasonMissing;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var operation = new Operation(
            request.OperationId, nameof(ProposeResolution), request.User, $"request {request.Lane}/{request.CallId} {(request.WasCharged ? "charged" : "not charged")}");
        if (await Operations.ClaimAsync<Outcome>(connection, transaction, operation, now, cancellationToken) is { } first)
            return first;

        var call = await WaitingCall.LockAsync(connection, transaction, request.Lane, request.CallId, cancellationToken);
        var outcome = await JudgeAsync(connection, transaction, call, request, cancellationToken);
        if (outcome == Outcome.Proposed)
        {
            var reason = request.Reason.Trim();
            await connection.ExecuteAsync(new CommandDefinition(
                Insert, new { request.Lane, call!.SubscriberId, call.PaymentId, request.CallId, request.WasCharged, request.User, now, reason }, transaction, cancellationToken: cancellationToken));
            await AuditTrail.WriteAsync(
                connection, transaction, now, request.User, "doubt resolution proposed", DoubtProposal.ObjectKind, DoubtProposal.ObjectId(request.Lane, request.CallId),
                new { call.PaymentId, request.WasCharged, reason, request.OperationId }, cancellationToken);
        }
        await Operations.RecordAsync(connection, transaction, request.OperationId, outcome, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return outcome;
    }

    private static async Task<Outcome> JudgeAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, WaitingCall? call, Request request, CancellationToken cancellationToken)
    {
        if (call is not { IsWaiting: true })
            return Outcome.NotWaiting;
        if (await AskAsync(IsProposed))
            return Outcome.AlreadyProposed;
        // What has ended keeps its outcome: then it can only be said that nothing is left to give back.
        if (request.WasCharged && await AskAsync(HasEnded))
            return Outcome.PaymentHasEnded;
        // What may still undo it must be done with first.
        return request.WasCharged && await AskAsync(IsAskedElse) ? Outcome.OtherRequestOpen : Outcome.Proposed;

        Task<bool> AskAsync(string sql) => connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            sql, new { request.Lane, request.CallId, call.SubscriberId, call.PaymentId }, transaction, cancellationToken: cancellationToken));
    }
}
