using CarrierPay.Engine.Primitives;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>An event that always failed. What it says stays encrypted.</summary>
/// <param name="Kind">The event's type.</param>
/// <param name="Error">The type of the exception; the log has the rest, under the id.</param>
public sealed record ParkedEventRow(long Id, short Lane, SubscriberId Subscriber, string Kind, string Error, DateTime ParkedAt, DateTime? RetryAskedAt);

/// <summary>What people see of the parked events, and their wish to have one tried again.</summary>
public static class ParkedEventQueries
{
    private const string ListSql =
        """
        select id, lane, subscriber_id, kind, error, parked_at, retry_asked_at
        from parked_events
        where id > @after
        order by id
        limit @limit
        """;

    private const string AskSql = "update parked_events set retry_asked_at = clock_timestamp() where id = @id";

    /// <summary>Oldest first.</summary>
    /// <param name="after">The last id of the page before; 0 for the first page.</param>
    /// <param name="limit">1 to 1000.</param>
    public static async Task<IReadOnlyList<ParkedEventRow>> ListAsync(NpgsqlDataSource database, long after = 0, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(limit, Math.Clamp(limit, 1, 1000));
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(long Id, short Lane, long Subscriber, string Kind, string Error, DateTime ParkedAt, DateTime? RetryAskedAt)>(
            new CommandDefinition(ListSql, new { after, limit }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => new ParkedEventRow(r.Id, r.Lane, new(r.Subscriber), r.Kind, r.Error, r.ParkedAt, r.RetryAskedAt))];
    }

    /// <summary>A running engine brings the event to its lane again, within a second or two. Safe to repeat.</summary>
    /// <returns>False if there is no such parked event: it was decided meanwhile, or never was.</returns>
    public static async Task<bool> AskRetryAsync(NpgsqlDataSource database, long id, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(AskSql, new { id }, cancellationToken: cancellationToken)) > 0;
    }
}
