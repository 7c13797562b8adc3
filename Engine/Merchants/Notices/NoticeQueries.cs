using CarrierPay.Engine.Primitives;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>A notice in a list.</summary>
/// <param name="Payments">How many it tells of.</param>
/// <param name="State">Null = delivered.</param>
/// <param name="Attempts">Since it was made or last replayed; null if it is delivered.</param>
/// <param name="NextAttemptAt">Null if it is delivered; without meaning if it is dead.</param>
public sealed record ListedNotice(
    long Id, int MerchantId, string Keyword, DateTimeOffset CreatedAt, int Payments, NoticeState? State, int? Attempts, DateTimeOffset? NextAttemptAt);

/// <param name="TookMs">Milliseconds to the answer, or to giving up on one.</param>
/// <param name="Status">Of the HTTP answer; null = there was none.</param>
public sealed record NoticeAttempt(DateTimeOffset At, int TookMs, short? Status, bool Delivered, string? Problem);

/// <param name="Body">As it is sent.</param>
/// <param name="Attempts">All there were, the first one first.</param>
public sealed record NoticeDetail(ListedNotice Notice, string WebhookId, string Body, IReadOnlyList<NoticeAttempt> Attempts);

/// <summary>Reads about notices, for Admin. Lists are pages by key, newest first.</summary>
public sealed class NoticeQueries(NpgsqlDataSource database)
{
    /// <summary>The most rows of a page.</summary>
    public const int MostRows = 500;

    private const string Columns = """
        select n.id, n.merchant_id, m.keyword, n.created_at, n.payments, o.state, o.attempts, o.next_attempt_at
        """;

    private const string List = Columns + """

        from notices n join merchants m on m.id = n.merchant_id left join open_notices o on o.id = n.id
        where n.id < @before and (@merchant is null or n.merchant_id = @merchant)
        order by n.id desc limit @limit
        """;

    private const string ListOpen = Columns + """

        from open_notices o join notices n on n.id = o.id and n.day = o.day join merchants m on m.id = n.merchant_id
        where o.id < @before and (@merchant is null or o.merchant_id = @merchant) and (@state is null or o.state = @state)
        order by o.id desc limit @limit
        """;

    private const string One = Columns + """
        , n.body
        from notices n join merchants m on m.id = n.merchant_id left join open_notices o on o.id = n.id
        where n.id = @id
        """;

    private const string Attempts = "select at, took_ms, status, delivered, problem from notice_attempts where notice_id = @id order by at, id limit @limit";

    /// <summary>All notices.</summary>
    /// <param name="merchant">Only this one's; null = all.</param>
    /// <param name="before">The id of the last notice of the page before; null for the first page.</param>
    /// <param name="limit">1 to <see cref="MostRows"/>.</param>
    public Task<IReadOnlyList<ListedNotice>> ListAsync(MerchantId? merchant, long? before, int limit, CancellationToken cancellationToken = default) =>
        QueryAsync<ListedNotice>(List, new { merchant = merchant?.Value, before = before ?? long.MaxValue, limit = Checked(limit) }, cancellationToken);

    /// <summary>Those that are not delivered.</summary>
    /// <param name="state">Only these; null = all.</param>
    /// <inheritdoc cref="ListAsync"/>
    public Task<IReadOnlyList<ListedNotice>> ListOpenAsync(MerchantId? merchant, NoticeState? state, long? before, int limit, CancellationToken cancellationToken = default) =>
        QueryAsync<ListedNotice>(
            ListOpen, new { merchant = merchant?.Value, state = (short?)state, before = before ?? long.MaxValue, limit = Checked(limit) }, cancellationToken);

    /// <summary>One with its body and its attempts; null if there is none.</summary>
    public async Task<NoticeDetail?> FindAsync(long id, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = (await connection.QueryAsync<ListedNotice, string, (ListedNotice Notice, string Body)>(
            new CommandDefinition(One, new { id }, cancellationToken: cancellationToken), (notice, body) => (notice, body), splitOn: "body")).AsList();
        if (found.Count == 0)
            return null;
        var attempts = await QueryAsync<NoticeAttempt>(Attempts, new { id, limit = MostRows }, cancellationToken);
        return new(found[0].Notice, Notice.WebhookIdOf(id), found[0].Body, attempts);
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
    }

    private static int Checked(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostRows);
        return limit;
    }
}
