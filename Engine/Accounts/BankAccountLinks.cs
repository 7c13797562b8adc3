using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Accounts;

/// <summary>Bank accounts that are to be linked: stored, encrypted, with the question to the bank, which an engine takes up. Safe to repeat.</summary>
internal static class BankAccountLinks
{
    private const string TakeIds = "select nextval('id_blocks')";

    // An account that is linked or asked for stays as it is; any other link of the subscriber is replaced.
    private const string Replace = """
        update bank_links l set state = @replaced
        from unnest(@lanes, @subscribers, @fingerprints) as n (lane, subscriber_id, fingerprint)
        where l.lane = n.lane and l.subscriber_id = n.subscriber_id and l.state in (@asked, @linked) and l.fingerprint is distinct from n.fingerprint
        """;

    private const string Insert = """
        with made as (
          insert into bank_links (lane, subscriber_id, id, bank, state, account, fingerprint, tail, made_at)
          select n.lane, n.subscriber_id, n.id, n.bank, @asked, n.account, n.fingerprint, n.tail, @now
          from unnest(@lanes, @subscribers, @ids, @banks, @accounts, @fingerprints, @tails) as n (lane, subscriber_id, id, bank, account, fingerprint, tail)
          where n.fingerprint is not null and not exists (
            select from bank_links l
            where l.lane = n.lane and l.subscriber_id = n.subscriber_id and l.state in (@asked, @linked) and l.fingerprint = n.fingerprint)
          returning lane, subscriber_id, id, bank)
        insert into connector_calls (lane, id, subscriber_id, payment_id, kind, owner, bank, request, created_at, next_attempt_at)
        select m.lane, q.call, m.subscriber_id, 0, @kind, 0, m.bank, q.request, @now, @now
        from made m join unnest(@ids, @calls, @requests) as q (id, call, request) on q.id = m.id
        """;

    /// <param name="entries">With the lane and id that each has.</param>
    /// <returns>How many banks are asked for an account.</returns>
    public static async Task<int> RunAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, BankAccounts vault, IReadOnlyList<(SubscriberEntry Entry, short Lane, long Id)> entries, short currency,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return 0;
        var first = await connection.ExecuteScalarAsync<long>(new CommandDefinition(TakeIds, transaction: transaction, cancellationToken: cancellationToken));
        var ids = Enumerable.Range(0, entries.Count).Select(i => first + i).ToArray();
        var accounts = entries.Select(e => e.Entry.BankAccount).ToArray();
        var parameters = new
        {
            lanes = entries.Select(e => e.Lane).ToArray(),
            subscribers = entries.Select(e => e.Id).ToArray(),
            ids,
            calls = ids.Select(id => id + entries.Count).ToArray(),
            requests = ids.Select(id => new BankLinkRequest(id, currency).ToJson()).ToArray(),
            banks = accounts.Select(a => a?.Bank).ToArray(),
            accounts = accounts.Select(a => a is null ? null : vault.Protect(a.Account)).ToArray(),
            fingerprints = accounts.Select(a => a is null ? null : vault.Fingerprint(a.Bank, a.Account)).ToArray(),
            tails = accounts.Select(a => a is null ? null : BankAccounts.Tail(a.Account)).ToArray(),
            asked = (short)BankLinkState.Asked,
            linked = (short)BankLinkState.Linked,
            replaced = (short)BankLinkState.Replaced,
            kind = (short)ConnectorKind.BankLinking,
            now,
        };
        await connection.ExecuteAsync(new CommandDefinition(Replace, parameters, transaction, cancellationToken: cancellationToken));
        return await connection.ExecuteAsync(new CommandDefinition(Insert, parameters, transaction, cancellationToken: cancellationToken));
    }
}
