using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Storage;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Payments.Doubts;

/// <summary>Has a request that waits go out once more, the same and marked as a repeat: the other side may be well again.</summary>
/// <remarks>
/// One transaction with its audit row. The charging system must still know repeats (<see cref="OcsOptions.ResendFor"/>), or it would charge twice; a bank knows a
/// reversal by its numbers. The same operation id brings the same answer again.
/// </remarks>
public sealed class AskAgain(NpgsqlDataSource database, TimeProvider time, IOptions<OcsOptions> options)
{
    /// <param name="OperationId">Of the form: a double click carries the same.</param>
    public sealed record Request(short Lane, long CallId, string User, Guid OperationId);

    /// <summary>Every expected answer. When several apply, the one listed first is given. Only <see cref="Asked"/> changes anything.</summary>
    public enum Outcome { NotWaiting, AlreadyProposed, TooLate, Asked }

    private const string IsProposed = "select exists (select from doubt_proposals where lane = @Lane and call_id = @CallId and state in (1, 2))";

    private const string Ask = "update connector_calls set next_attempt_at = @now where lane = @Lane and id = @CallId";

    /// <exception cref="OperationIdTakenException">The operation id belongs to something else: nothing was done.</exception>
    public async Task<Outcome> HandleAsync(Request request, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var operation = new Operation(request.OperationId, nameof(AskAgain), request.User, $"request {request.Lane}/{request.CallId}");
        if (await Operations.ClaimAsync<Outcome>(connection, transaction, operation, now, cancellationToken) is { } first)
            return first;

        var call = await WaitingCall.LockAsync(connection, transaction, request.Lane, request.CallId, cancellationToken);
        var outcome = call is not { IsWaiting: true } ? Outcome.NotWaiting
            : await connection.ExecuteScalarAsync<bool>(new CommandDefinition(IsProposed, request, transaction, cancellationToken: cancellationToken)) ? Outcome.AlreadyProposed
            : DoubtCase.MayBeForgotten(call.Kind) && now - call.CreatedAt >= options.Value.ResendFor ? Outcome.TooLate
            : Outcome.Asked;
        if (outcome == Outcome.Asked)
        {
            await connection.ExecuteAsync(new CommandDefinition(Ask, new { request.Lane, request.CallId, now }, transaction, cancellationToken: cancellationToken));
            await AuditTrail.WriteAsync(
                connection, transaction, now, request.User, "doubt asked again", DoubtProposal.ObjectKind, DoubtProposal.ObjectId(request.Lane, request.CallId),
                new { call!.PaymentId, request.OperationId }, cancellationToken);
        }
        await Operations.RecordAsync(connection, transaction, request.OperationId, outcome, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return outcome;
    }
}
