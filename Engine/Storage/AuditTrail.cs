using System.Text.Json;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Storage;

/// <summary>Who did what to which object. Written in the transaction that did it, never changed.</summary>
/// <param name="Who">The user's name; <see cref="AuditTrail.Schedule"/> for what nobody asked for.</param>
/// <param name="Action">Past tense, as <c>settlement approved</c>.</param>
/// <param name="ObjectKind">As <c>settlement_batch</c>.</param>
/// <param name="Details">What else belongs to it, as JSON: reasons, amounts, before and after. No number of a phone, no code, no secret.</param>
public sealed record AuditEntry(long Id, DateTimeOffset At, string Who, string Action, string ObjectKind, string ObjectId, string Details);

/// <summary>Writes and reads the audit trail.</summary>
public static class AuditTrail
{
    /// <summary>The name of the timetable. No user can have it: names of users hold no parentheses.</summary>
    public const string Schedule = "(schedule)";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private const string Insert = """
        insert into audit (at, who, action, object_kind, object_id, details)
        values (@at, @who, @action, @objectKind, @objectId, @details::jsonb)
        """;

    private const string Select = """
        select id, at, who, action, object_kind, object_id, details::text as details from audit
        where id < @before and (@objectKind is null or object_kind = @objectKind) and (@objectId is null or object_id = @objectId)
          and (@who is null or who = @who)
        order by id desc limit @limit
        """;

    /// <param name="details">Written as JSON; property names become snake case.</param>
    public static Task WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset at, string who, string action, string objectKind, string objectId, object details,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            Insert, new { at, who, action, objectKind, objectId, details = JsonSerializer.Serialize(details, Json) }, transaction, cancellationToken: cancellationToken));

    /// <summary>A page, newest first.</summary>
    /// <param name="before">The id of the last entry of the page before; null for the first page.</param>
    /// <param name="limit">1 to 500.</param>
    public static async Task<IReadOnlyList<AuditEntry>> ListAsync(
        NpgsqlDataSource database, string? objectKind, string? objectId, string? who, long? before, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 500);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<AuditEntry>(new CommandDefinition(
            Select, new { before = before ?? long.MaxValue, objectKind, objectId, who, limit }, cancellationToken: cancellationToken))];
    }
}
