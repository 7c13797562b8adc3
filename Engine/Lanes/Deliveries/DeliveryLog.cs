using CarrierPay.Engine.Messaging.Deliveries;
using CarrierPay.Engine.Storage;
using Npgsql;
using NpgsqlTypes;

namespace CarrierPay.Engine.Lanes.Deliveries;

/// <summary>Writes what SMSCs say of messages: the names of accepted parts, and receipts. Append-only, in batches, beside the lanes: no subscriber is locked.</summary>
/// <remarks>Safe to repeat: the same fact twice is one row, or two that read as one.</remarks>
public sealed class DeliveryLog
{
    private const string InsertParts =
        """
        insert into message_parts (lane, day, subscriber_id, message_id, part, parts, smsc, smsc_id, accepted_at)
        select n.lane, (n.accepted_at at time zone 'UTC')::date, n.subscriber_id, n.message_id, n.part, n.parts, n.smsc, n.smsc_id, n.accepted_at
        from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::smallint[], $6::text[], $7::text[], $8::timestamptz[])
             as n (lane, subscriber_id, message_id, part, parts, smsc, smsc_id, accepted_at)
        on conflict do nothing
        """;

    private const string InsertReports =
        """
        insert into delivery_receipts (lane, day, subscriber_id, smsc, smsc_id, received_at, state, error, done_at)
        select n.lane, (n.received_at at time zone 'UTC')::date, n.subscriber_id, n.smsc, n.smsc_id, n.received_at, n.state, n.error, n.done_at
        from unnest($1::smallint[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::smallint[], $7::text[], $8::timestamp[])
             as n (lane, subscriber_id, smsc, smsc_id, received_at, state, error, done_at)
        on conflict do nothing
        """;

    private readonly NpgsqlDataSource _database;
    private readonly GatheredWrites<SentPart, bool> _parts;
    private readonly GatheredWrites<DeliveryReport, bool> _reports;

    public DeliveryLog(NpgsqlDataSource database)
    {
        _database = database;
        _parts = new(InsertAsync);
        _reports = new(InsertAsync);
    }

    /// <summary>Completed when the part's name is committed.</summary>
    /// <exception cref="NpgsqlException">The database did not take it.</exception>
    public Task AcceptedAsync(SentPart part) => _parts.WriteAsync(part);

    /// <summary>Completed when the receipt is committed: only then may its SMSC be told that it was taken.</summary>
    /// <exception cref="NpgsqlException">The database did not take it.</exception>
    public Task ReceivedAsync(DeliveryReport report) => _reports.WriteAsync(report);

    private Task<IReadOnlyList<bool>> InsertAsync(IReadOnlyList<SentPart> parts) => RunAsync(
        InsertParts, parts.Count,
        Array(parts, p => p.Lane), Array(parts, p => p.Subscriber.Value), Array(parts, p => p.MessageId), Array(parts, p => p.Part), Array(parts, p => p.Parts),
        Array(parts, p => p.Smsc), Array(parts, p => p.SmscId), Array(parts, p => p.AcceptedAt.UtcDateTime, NpgsqlDbType.TimestampTz));

    private Task<IReadOnlyList<bool>> InsertAsync(IReadOnlyList<DeliveryReport> reports) => RunAsync(
        InsertReports, reports.Count,
        Array(reports, r => r.Lane), Array(reports, r => r.Subscriber.Value), Array(reports, r => r.Smsc), Array(reports, r => r.SmscId),
        Array(reports, r => r.ReceivedAt.UtcDateTime, NpgsqlDbType.TimestampTz), Array(reports, r => (short)r.State), Array(reports, r => r.Error),
        Array(reports, r => r.DoneAt, NpgsqlDbType.Timestamp));

    private async Task<IReadOnlyList<bool>> RunAsync(string sql, int rows, params NpgsqlParameter[] parameters)
    {
        await using var command = _database.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync();
        return new bool[rows];
    }

    private static NpgsqlParameter<T[]> Array<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> column) => new() { TypedValue = [.. rows.Select(column)] };

    private static NpgsqlParameter<T[]> Array<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> column, NpgsqlDbType type) =>
        new() { TypedValue = [.. rows.Select(column)], NpgsqlDbType = NpgsqlDbType.Array | type };
}
