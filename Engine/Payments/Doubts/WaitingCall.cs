using CarrierPay.Engine.Subscribers;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Payments.Doubts;

/// <summary>The row of a request, locked so that no two people do different things with it at once.</summary>
internal sealed record WaitingCall(long SubscriberId, long PaymentId, ConnectorKind Kind, DateTimeOffset CreatedAt, bool IsWaiting)
{
    private const string Lock = """
        select subscriber_id, payment_id, kind, created_at, next_attempt_at = 'infinity' as is_waiting
        from connector_calls where lane = @lane and id = @id for no key update
        """;

    /// <summary>Null if it is not there any more: it has its answer.</summary>
    public static Task<WaitingCall?> LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, short lane, long id, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<WaitingCall>(new CommandDefinition(Lock, new { lane, id }, transaction, cancellationToken: cancellationToken));
}
