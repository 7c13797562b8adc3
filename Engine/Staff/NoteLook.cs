using CarrierPay.Engine.Storage;
using Npgsql;

namespace CarrierPay.Engine.Staff;

/// <summary>Notes in the audit log that somebody looks at what is masked for everybody else. To be called before it is shown.</summary>
public sealed class NoteLook(NpgsqlDataSource admin, TimeProvider time)
{
    /// <param name="objectKind">What the masked thing belongs to, as <c>payment</c>.</param>
    public async Task HandleAsync(StaffMember member, string objectKind, string objectId, CancellationToken cancellationToken)
    {
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AuditTrail.WriteAsync(connection, transaction, time.GetUtcNow(), member.Name, "number shown", objectKind, objectId, new { }, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
    }
}
