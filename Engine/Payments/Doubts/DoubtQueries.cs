using CarrierPay.Engine.Subscribers;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Payments.Doubts;

/// <summary>Reads about requests that wait for people, for Admin.</summary>
public sealed class DoubtQueries(NpgsqlDataSource database)
{
    // The queue of requests is small: what waits is found by reading it. What came to people before it was written why and when waits since it was made.
    private const string WaitingCalls = """
        select c.lane, c.id, c.subscriber_id, c.payment_id, c.kind, c.bank, c.request, c.created_at, c.attempts, c.last_answer, c.waits_for,
               coalesce(c.waits_since, c.created_at) as waits_since, 0 as state
        from connector_calls c
        where c.next_attempt_at = 'infinity' and (@afterSince is null or (coalesce(c.waits_since, c.created_at), c.id) > (@afterSince, @afterId))
        order by coalesce(c.waits_since, c.created_at), c.id limit @limit
        """;

    private const string OneCall = """
        select c.lane, c.id, c.subscriber_id, c.payment_id, c.kind, c.bank, c.request, c.created_at, c.attempts, c.last_answer, c.waits_for, c.waits_since,
               case when c.next_attempt_at = 'infinity' then 0 else 1 end as state
        from connector_calls c where c.lane = @lane and c.id = @id and c.kind = any(@kinds)
        union all
        select c.lane, c.id, c.subscriber_id, c.payment_id, c.kind, '', c.request, c.called_at, 0, c.answer, null, null, 2
        from calls c where c.lane = @lane and c.id = @id and c.kind = any(@kinds)
        """;

    private const string Case = """
        select c.lane, c.id as call_id, c.kind, c.bank, l.tail as account_tail, c.subscriber_id, s.msisdn, c.payment_id, coalesce(o.number, p.number, 0) as number,
               coalesce(o.merchant_id, p.merchant_id, 0) as merchant, coalesce(m.name, '') as merchant_name, coalesce(m.keyword, '') as keyword, coalesce(o.source, p.source, 0)::smallint as source,
               coalesce(o.amount_minor, p.amount_minor, 0) as amount_minor, coalesce(o.currency, p.currency, s.currency) as currency_number,
               o.state as payment_state, p.outcome, c.state, c.created_at, c.attempts, c.last_answer, c.waits_for, c.waits_since, c.request
        from c
        join subscribers s on s.lane = c.lane and s.id = c.subscriber_id
        left join open_payments o on o.lane = c.lane and o.subscriber_id = c.subscriber_id and o.id = c.payment_id
        left join payments p on o.id is null and p.lane = c.lane and p.id = c.payment_id
        left join merchants m on m.id = coalesce(o.merchant_id, p.merchant_id)
        left join bank_links l on c.kind in (4, 5, 8) and l.lane = c.lane and l.subscriber_id = c.subscriber_id and l.id = (c.request::json ->> 'link')::bigint
        order by c.waits_since, c.id
        """;

    private const string Proposals = """
        select lane, id, call_id, payment_id, was_charged, state, proposed_by, proposed_at, reason, decided_by, decided_at, note, ended_at
        from doubt_proposals
        """;

    private const string Charging = """
        select o.lane, o.id, o.subscriber_id, o.number, s.msisdn, o.merchant_id as merchant, coalesce(m.name, '') as merchant_name, o.source, o.state, o.amount_minor, o.currency as currency_number,
               o.charging_at as since
        from open_payments o join subscribers s on s.lane = o.lane and s.id = o.subscriber_id left join merchants m on m.id = o.merchant_id
        where o.state >= 3 order by o.charging_at, o.id limit @limit
        """;

    private const string CountWaiting = "select count(*) from connector_calls where next_attempt_at = 'infinity'";

    private static readonly short[] AboutMoney =
    [
        (short)ConnectorKind.OcsDebit, (short)ConnectorKind.OcsRefund, (short)ConnectorKind.OcsCredit,
        (short)ConnectorKind.BankDebit, (short)ConnectorKind.BankReversal, (short)ConnectorKind.BankCredit,
    ];

    /// <summary>What waits for people, the oldest first.</summary>
    /// <param name="after">The last case of the page before; null for the first page.</param>
    /// <param name="limit">1 to 500.</param>
    public async Task<IReadOnlyList<DoubtCase>> ListAsync((DateTimeOffset Since, long CallId)? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(limit, Math.Clamp(limit, 1, 500));
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var cases = (await connection.QueryAsync<DoubtCase>(new CommandDefinition(
            $"with c as ({WaitingCalls}) {Case}", new { afterSince = after?.Since, afterId = after?.CallId, limit }, commandTimeout: 30, cancellationToken: cancellationToken))).AsList();
        var open = (await connection.QueryAsync<DoubtProposal>(new CommandDefinition(
            $"{Proposals} where state in (1, 2) and call_id = any(@calls)", new { calls = cases.ConvertAll(c => c.CallId) }, cancellationToken: cancellationToken)))
            .ToDictionary(p => (p.Lane, p.CallId));
        return cases.ConvertAll(c => c with { Open = open.GetValueOrDefault((c.Lane, c.CallId)) });
    }

    /// <summary>One case, waiting or not, with all that was ever proposed about it, newest first; null if there is no such request.</summary>
    public async Task<(DoubtCase Case, IReadOnlyList<DoubtProposal> Proposals)?> FindAsync(short lane, long callId, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = await connection.QueryFirstOrDefaultAsync<DoubtCase>(new CommandDefinition(
            $"with c as ({OneCall}) {Case}", new { lane, id = callId, kinds = AboutMoney }, commandTimeout: 30, cancellationToken: cancellationToken));
        if (found is null)
            return null;
        var proposals = (await connection.QueryAsync<DoubtProposal>(new CommandDefinition(
            $"{Proposals} where lane = @lane and call_id = @callId order by id desc limit 100", new { lane, callId }, cancellationToken: cancellationToken))).AsList();
        return (found with { Open = proposals.Find(p => p.State is ProposalState.Proposed or ProposalState.Approved) }, proposals);
    }

    /// <summary>Payments that are with the system that keeps the money, the oldest first.</summary>
    /// <param name="limit">1 to 500.</param>
    public async Task<IReadOnlyList<ChargingPayment>> ListChargingAsync(int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(limit, Math.Clamp(limit, 1, 500));
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ChargingPayment>(new CommandDefinition(Charging, new { limit }, commandTimeout: 30, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>How many wait.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(CountWaiting, commandTimeout: 5, cancellationToken: cancellationToken));
    }
}
