using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace CarrierPay.Engine.Accounts;

/// <summary>Loads a provision file. Safe to repeat: a number that is known keeps its account and balance.</summary>
public static class Provision
{
    /// <param name="OpeningMinor">All opening balances together, minor units.</param>
    public sealed record Outcome(int Added, int Updated, int Unchanged, int Merchants, long OpeningMinor);

    /// <summary>Two ids for each new subscriber, account and opening balance, come from one block of 16384.</summary>
    private const int Chunk = 5000;

    private const string TakeTurn = "select pg_advisory_xact_lock(7230003)";
    private const string TakeIds = "select nextval('id_blocks')";
    private const string ReadKnown = "select msisdn, lane, subscriber_id from numbers where valid_until is null and msisdn = any(@msisdns)";

    // In id order, as everybody locks subscribers.
    private const string LockKnown = """
        select s.id from subscribers s join unnest(@lanes, @ids) as k (lane, id) on s.lane = k.lane and s.id = k.id
        order by s.lane, s.id for no key update of s
        """;

    private const string Update = """
        update subscribers s set language = k.language, kyc_tier = k.kyc_tier, sources = k.sources, default_source = k.default_source,
          status = coalesce(k.status, s.status), bill_limit_minor = k.bill_limit,
          sim = coalesce(k.sim, s.sim), sim_changed_at = case when k.sim <> s.sim then @now else s.sim_changed_at end
        from unnest(@lanes, @ids, @languages, @tiers, @sources, @defaults, @statuses, @billLimits, @sims)
          as k (lane, id, language, kyc_tier, sources, default_source, status, bill_limit, sim)
        where s.lane = k.lane and s.id = k.id
          and (s.language, s.kyc_tier, s.sources, s.default_source, s.status, s.bill_limit_minor, s.sim)
            is distinct from (k.language, k.kyc_tier, k.sources, k.default_source, coalesce(k.status, s.status), k.bill_limit, coalesce(k.sim, s.sim))
        """;

    private const string AddSubscribers = """
        insert into subscribers (lane, id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor, bill_limit_minor, sim)
        select k.lane, k.id, k.msisdn, coalesce(k.status, 1), k.language, k.kyc_tier, k.sources, k.default_source, @currency, k.balance, k.bill_limit, k.sim
        from unnest(@lanes, @ids, @languages, @tiers, @sources, @defaults, @statuses, @billLimits, @sims, @msisdns, @balances)
          as k (lane, id, language, kyc_tier, sources, default_source, status, bill_limit, sim, msisdn, balance)
        """;

    private const string AddNumbers = """
        insert into numbers (msisdn, subscriber_id, lane, valid_from)
        select k.msisdn, k.id, k.lane, @now from unnest(@msisdns, @ids, @lanes) as k (msisdn, id, lane)
        """;

    private const string AddOpenings = """
        insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
        select k.lane, @period, k.transfer, @debit, @credit, @kind, @currency, 0, k.id, k.balance, k.id, @now
        from unnest(@lanes, @ids, @transfers, @balances) as k (lane, id, transfer, balance) where k.balance > 0
        """;

    /// <param name="admin">Connections with the role <see cref="DatabaseRole.Admin"/>.</param>
    public static async Task<Outcome> RunAsync(NpgsqlDataSource admin, ProvisionFile file, SecretKeys keys, TimeProvider time, CancellationToken cancellationToken = default)
    {
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        var installation = await Installation.ReadAsync(connection, cancellationToken);
        if (file.Merchants.Count > 0)
        {
            var today = new BusinessCalendar(installation.TimeZone).DayOf(time.GetUtcNow());
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            foreach (var merchant in file.Merchants)
                await RegisterMerchant.RunAsync(connection, transaction, merchant, keys, today, cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
        }

        var outcome = new Outcome(0, 0, 0, file.Merchants.Count, 0);
        foreach (var chunk in file.Subscribers.Chunk(Chunk))
        {
            (int Added, int Updated, long OpeningMinor)? done;
            while ((done = await TryLoadAsync(connection, chunk, installation, keys, time.GetUtcNow(), cancellationToken)) is null)
            {
                // The period was closed just then: the next one is open.
            }
            var (added, updated, opening) = done.Value;
            outcome = outcome with
            {
                Added = outcome.Added + added,
                Updated = outcome.Updated + updated,
                Unchanged = outcome.Unchanged + chunk.Length - added - updated,
                OpeningMinor = outcome.OpeningMinor + opening,
            };
        }
        return outcome;
    }

    /// <summary>One chunk in one transaction; null if the period was closed meanwhile.</summary>
    private static async Task<(int Added, int Updated, long OpeningMinor)?> TryLoadAsync(
        NpgsqlConnection connection, SubscriberEntry[] entries, Installation installation, SecretKeys keys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Two loads of one number at a time would both find it new.
        await connection.ExecuteAsync(new CommandDefinition(TakeTurn, transaction: transaction, commandTimeout: 0, cancellationToken: cancellationToken));
        if (await PeriodLock.TryTakeAsync(connection, transaction, cancellationToken) is not { } period)
            return null;

        var known = (await connection.QueryAsync<(long Msisdn, short Lane, long Id)>(new CommandDefinition(
            ReadKnown, new { msisdns = entries.Select(e => e.Msisdn.Value).ToArray() }, transaction, cancellationToken: cancellationToken)))
            .ToDictionary(row => row.Msisdn, row => (row.Lane, row.Id));
        var updated = await UpdateAsync(connection, transaction, [.. entries.Where(e => known.ContainsKey(e.Msisdn.Value))], known, keys, now, cancellationToken);
        var added = entries.Where(e => !known.ContainsKey(e.Msisdn.Value)).ToArray();
        if (added.Length > 0)
            AddTo(known, added, await AddAsync(connection, transaction, added, installation, period, keys, now, cancellationToken));
        // Of a subscriber who was known, also the one whose account the file no longer has.
        await BankAccountLinks.RunAsync(
            connection, transaction, new BankAccounts(keys), [.. entries.Select(e => (e, known[e.Msisdn.Value].Lane, known[e.Msisdn.Value].Id))], installation.Currency.Numeric, now, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (added.Length, updated, added.Sum(e => e.OpeningMinor));
    }

    private static async Task<int> UpdateAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, SubscriberEntry[] entries, Dictionary<long, (short Lane, long Id)> known, SecretKeys keys, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (entries.Length == 0)
            return 0;
        var lanes = entries.Select(e => known[e.Msisdn.Value].Lane).ToArray();
        var ids = entries.Select(e => known[e.Msisdn.Value].Id).ToArray();
        await connection.ExecuteAsync(new CommandDefinition(LockKnown, new { lanes, ids }, transaction, cancellationToken: cancellationToken));
        await using var update = new NpgsqlCommand(Update, connection, transaction);
        AddProfile(update, entries, lanes, ids, keys);
        update.Parameters.AddWithValue("now", now);
        return await update.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddTo(Dictionary<long, (short Lane, long Id)> known, SubscriberEntry[] added, (short[] Lanes, long[] Ids) made)
    {
        for (var i = 0; i < added.Length; i++)
            known.Add(added[i].Msisdn.Value, (made.Lanes[i], made.Ids[i]));
    }

    private static async Task<(short[] Lanes, long[] Ids)> AddAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, SubscriberEntry[] entries, Installation installation, int period, SecretKeys keys, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var first = await connection.ExecuteScalarAsync<long>(new CommandDefinition(TakeIds, transaction: transaction, cancellationToken: cancellationToken));
        var ids = Enumerable.Range(0, entries.Length).Select(i => first + i).ToArray();
        var transfers = ids.Select(id => id + entries.Length).ToArray();
        var lanes = ids.Select(id => (short)(id % installation.Lanes)).ToArray();
        var msisdns = entries.Select(e => e.Msisdn.Value).ToArray();
        var balances = entries.Select(e => e.OpeningMinor).ToArray();
        var currency = installation.Currency.Numeric;

        await using (var subscribers = new NpgsqlCommand(AddSubscribers, connection, transaction))
        {
            AddProfile(subscribers, entries, lanes, ids, keys);
            subscribers.Parameters.AddWithValue("msisdns", msisdns);
            subscribers.Parameters.AddWithValue("balances", balances);
            subscribers.Parameters.AddWithValue("currency", currency);
            await subscribers.ExecuteNonQueryAsync(cancellationToken);
        }
        await connection.ExecuteAsync(new CommandDefinition(AddNumbers, new { msisdns, ids, lanes, now }, transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(
            AddOpenings,
            new
            {
                lanes,
                ids,
                transfers,
                balances,
                currency,
                period,
                now,
                debit = (short)ChartAccount.OperatorFloat,
                credit = (short)ChartAccount.Prepaid,
                kind = (short)TransferKind.OpeningBalance,
            },
            transaction, cancellationToken: cancellationToken));
        return (lanes, ids);
    }

    private static void AddProfile(NpgsqlCommand command, SubscriberEntry[] entries, short[] lanes, long[] ids, SecretKeys keys)
    {
        command.Parameters.AddWithValue("lanes", lanes);
        command.Parameters.AddWithValue("ids", ids);
        command.Parameters.AddWithValue("languages", entries.Select(e => (short)e.Language).ToArray());
        command.Parameters.AddWithValue("tiers", entries.Select(e => (short)e.KycTier).ToArray());
        command.Parameters.AddWithValue("sources", entries.Select(e => e.Sources).ToArray());
        command.Parameters.AddWithValue("defaults", entries.Select(e => (short)e.DefaultSource).ToArray());
        command.Parameters.AddWithValue("statuses", NpgsqlDbType.Array | NpgsqlDbType.Smallint, entries.Select(e => (short?)e.Status).ToArray());
        command.Parameters.AddWithValue("billLimits", NpgsqlDbType.Array | NpgsqlDbType.Bigint, entries.Select(e => e.BillLimitMinor).ToArray());
        command.Parameters.AddWithValue("sims", NpgsqlDbType.Array | NpgsqlDbType.Bytea, entries.Select(e => e.Sim?.Fingerprint(keys)).ToArray());
    }
}
