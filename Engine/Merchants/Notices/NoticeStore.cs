using System.Text;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>The rows of the notices: bundles what the lanes have queued, hands out what is to be sent, notes how it went. Each row is in the hands of one engine at a time.</summary>
public sealed class NoticeStore(
    NpgsqlDataSource database, IdAllocator ids, ConfirmationCodes codes, PublicPaymentIds publicIds, SecretKeys keys, TimeProvider time, IOptions<NoticesOptions> options)
{
    /// <summary>The most rows that are handed out at a time.</summary>
    public const int Handful = 100;

    private const int QueuedRowsPerLane = 100;

    /// <summary>Longer than anybody works on a handful.</summary>
    private static readonly TimeSpan InHand = TimeSpan.FromMinutes(5);

    private const string FindLanes = "select distinct lane from notice_queue where created_at <= @until";

    // A left join: a payment that is not there stops it, rather than that its merchant never hears of it.
    private const string TakeQueued =
        """
        with taken as (
          delete from notice_queue q
          using (select batch_id, merchant_id from notice_queue where lane = $1 and created_at <= $2 order by batch_id limit $3 for update skip locked) f
          where q.lane = $1 and q.batch_id = f.batch_id and q.merchant_id = f.merchant_id
          returning q.merchant_id, q.created_at, q.payments)
        select t.merchant_id, u.id, p.subscriber_id, p.number, p.source, p.amount_minor, p.currency, p.ended_at, p.item, p.quote_id
        from taken t
        cross join unnest(t.payments) as u (id)
        left join payments p on p.lane = $1 and p.id = u.id and p.day = t.created_at::date
        order by u.id
        """;

    private const string InsertNotices =
        """
        insert into notices (day, created_at, id, merchant_id, payments, body)
        select $1, $2, n.* from unnest($3::bigint[], $4::integer[], $5::integer[], $6::text[]) as n
        """;

    private const string InsertOpen =
        """
        insert into open_notices (day, state, owner, attempts, next_attempt_at, give_up_at, id, merchant_id)
        select $1, 1, $2, 0, $3, $4, n.* from unnest($5::bigint[], $6::integer[]) as n
        """;

    // What an engine lost track of, after an error of its own, is as free as a dead engine's.
    private const string TakeFresh =
        """
        with free as (
          select o.id from open_notices o
          where o.state = 1 and not o.id = any(@underWay)
            and (o.owner = 0 or o.owner = @owner or not exists (select from engines e where e.id = o.owner))
          order by o.id
          limit @limit
          for update skip locked)
        update open_notices o set owner = @owner
        from free f, notices n
        where o.id = f.id and n.id = o.id and n.day = o.day
        returning o.id, o.merchant_id, o.attempts, o.give_up_at, n.body
        """;

    private const string FindDueMerchants = "select distinct merchant_id from open_notices where state = 2 and next_attempt_at <= @now";

    // The next attempt is put off while somebody is at it: what he loses track of is due again when that time has come.
    private const string TakeDue =
        """
        with free as (
          select o.id from open_notices o
          where o.merchant_id = @merchant and o.state = 2 and o.next_attempt_at <= @now
            and (o.owner = 0 or o.owner = @owner or not exists (select from engines e where e.id = o.owner))
          order by o.next_attempt_at, o.id
          limit @limit
          for update skip locked)
        update open_notices o set owner = @owner, next_attempt_at = @until
        from free f, notices n
        where o.id = f.id and n.id = o.id and n.day = o.day
        returning o.id, o.merchant_id, o.attempts, o.give_up_at, n.body
        """;

    private const string FindAddress = "select notice_url, secret from merchants where id = @merchant and notice_url is not null and secret is not null";

    private const string NoteAttempt =
        """
        insert into notice_attempts (day, notice_id, merchant_id, at, took_ms, status, delivered, problem)
        values (@day, @id, @merchant, @at, @tookMs, @status, @delivered, @problem)
        """;

    // Whoever it belonged to meanwhile: it is delivered.
    private const string Deliver = "delete from open_notices where id = @id";

    private const string PutOff =
        """
        update open_notices set owner = 0, attempts = @attempts, state = @state, next_attempt_at = @next
        where id = @id and owner = @owner
        """;

    private const string Postpone = "update open_notices set owner = 0, state = 2, next_attempt_at = @next where id = any(@ids) and owner = @owner";

    /// <summary>Makes notices of the payments that wait, a handful of batches of each lane, in one transaction. They belong to the engine that made them.</summary>
    /// <param name="until">What was charged later is left for the next turn: else a steady stream would be cut into notices of a few payments each.</param>
    /// <returns>The notices; whether more may be waiting.</returns>
    public async Task<(IReadOnlyList<Notice> Made, bool IsMore)> BundleAsync(int owner, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        short[] lanes = [.. await connection.QueryAsync<short>(new CommandDefinition(FindLanes, new { until = until.UtcDateTime }, cancellationToken: cancellationToken))];
        if (lanes.Length == 0)
            return ([], false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var payments = await TakeQueuedAsync(connection, transaction, lanes, until, cancellationToken);
        var now = time.GetUtcNow();
        var giveUpAt = now + options.Value.GiveUpAfter;
        var bundles = payments.SelectMany(m => m.Value.Chunk(options.Value.PaymentsPerNotice).Select(chunk => (Merchant: m.Key, Payments: chunk))).ToList();
        if (bundles.Count > 0)
        {
            var block = await ids.TakeAsync(bundles.Count, cancellationToken);
            List<Notice> made = [.. bundles.Select(b => new Notice(block.Next(), b.Merchant, owner, 0, giveUpAt, NoticeBody.Of(now, b.Payments)))];
            await InsertAsync(connection, transaction, made, [.. bundles.Select(b => b.Payments.Length)], now, cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
            return (made, true);
        }
        return ([], false); // another engine was faster
    }

    /// <summary>Takes notices that are to be sent at once and are in nobody's hands: replayed ones, and those of an engine that died.</summary>
    /// <param name="underWay">What this engine holds.</param>
    public Task<IReadOnlyList<Notice>> TakeFreshAsync(int owner, long[] underWay, CancellationToken cancellationToken) =>
        TakeAsync(TakeFresh, new { owner, underWay, limit = Handful }, owner, cancellationToken);

    /// <summary>The merchants that have notices whose next attempt has come.</summary>
    public async Task<IReadOnlyList<MerchantId>> FindDueMerchantsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var merchants = await connection.QueryAsync<int>(new CommandDefinition(FindDueMerchants, new { now = time.GetUtcNow().UtcDateTime }, cancellationToken: cancellationToken));
        return [.. merchants.Select(m => new MerchantId(m))];
    }

    /// <summary>Takes notices of one merchant whose next attempt has come, the longest overdue first.</summary>
    public Task<IReadOnlyList<Notice>> TakeDueAsync(int owner, MerchantId merchant, CancellationToken cancellationToken) =>
        TakeAsync(
            TakeDue, new { owner, merchant = merchant.Value, now = time.GetUtcNow().UtcDateTime, until = (time.GetUtcNow() + InHand).UtcDateTime, limit = Handful },
            owner, cancellationToken);

    /// <summary>Where the merchant wants its notices now; null = nowhere.</summary>
    public async Task<NoticeAddress?> FindAddressAsync(MerchantId merchant, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<(string Url, byte[] Secret)>(new CommandDefinition(FindAddress, new { merchant = merchant.Value }, cancellationToken: cancellationToken));
        return row.Url is null
            ? null
            : new(new Uri(row.Url), WebhookSecret.Parse(Encoding.UTF8.GetString(keys.Protector(SecretPurpose.MerchantSecrets).Unprotect(row.Secret))));
    }

    /// <summary>Notes an attempt, and what follows from it.</summary>
    /// <param name="next">Of the next attempt; null = it is delivered, or dead.</param>
    public async Task RecordAsync(Notice notice, NoticeAnswer answer, DateTimeOffset at, TimeSpan took, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(NoteAttempt, new
        {
            day = at.UtcDateTime.Date,
            id = notice.Id,
            merchant = notice.Merchant.Value,
            at = at.UtcDateTime,
            tookMs = (int)took.TotalMilliseconds,
            status = (short?)answer.Status,
            delivered = answer.IsDelivered,
            problem = answer.Problem,
        });
        if (answer.IsDelivered)
            await RunAsync(Deliver, new { id = notice.Id });
        else
        {
            var state = next is null ? NoticeState.Dead : NoticeState.Retrying;
            await RunAsync(PutOff, new { id = notice.Id, owner = notice.Owner, attempts = notice.Attempts + 1, state = (short)state, next = (next ?? at).UtcDateTime });
        }
        await transaction.CommitAsync(CancellationToken.None);

        Task RunAsync(string sql, object parameters) => connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Leaves notices that were not tried to the schedule.</summary>
    public async Task PostponeAsync(int owner, IEnumerable<Notice> notices, DateTimeOffset next, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Postpone, new { ids = notices.Select(n => n.Id).ToArray(), owner, next = next.UtcDateTime }, cancellationToken: cancellationToken));
    }

    private async Task<IReadOnlyList<Notice>> TakeAsync(string sql, object parameters, int owner, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(long Id, int Merchant, int Attempts, DateTime GiveUpAt, string Body)>(
            new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
        return [.. rows.OrderBy(r => r.Id).Select(r => new Notice(r.Id, new(r.Merchant), owner, r.Attempts, new(r.GiveUpAt, TimeSpan.Zero), r.Body))];
    }

    private async Task<Dictionary<MerchantId, List<ChargedPayment>>> TakeQueuedAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, short[] lanes, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var lane in lanes)
        {
            batch.BatchCommands.Add(new(TakeQueued)
            {
                Parameters = { new NpgsqlParameter<short> { TypedValue = lane }, Time(until), new NpgsqlParameter<int> { TypedValue = QueuedRowsPerLane } },
            });
        }
        await batch.PrepareAsync(cancellationToken);
        await using var row = await batch.ExecuteReaderAsync(cancellationToken);
        var payments = new Dictionary<MerchantId, List<ChargedPayment>>();
        foreach (var lane in lanes)
        {
            while (await row.ReadAsync(cancellationToken))
            {
                var merchant = new MerchantId(row.GetInt32(0));
                if (!payments.TryGetValue(merchant, out var list))
                    payments.Add(merchant, list = []);
                list.Add(Read(row, lane, merchant));
            }
            await row.NextResultAsync(cancellationToken);
        }
        return payments;
    }

    private ChargedPayment Read(NpgsqlDataReader row, short lane, MerchantId merchant)
    {
        var id = new PaymentId(row.GetInt64(1));
        if (row.IsDBNull(2))
            throw new InvalidOperationException($"{id} was to be told to {merchant} and is not among the payments.");
        var subscriber = new SubscriberId(row.GetInt64(2));
        return new(
            publicIds.Of(lane, subscriber, id), PaymentReference.Of(subscriber, row.GetInt32(3)), codes.TokenOf(subscriber, merchant),
            row.IsDBNull(8) ? null : row.GetString(8), row.IsDBNull(9) ? null : row.GetString(9), row.GetInt64(5), Currency.Of(row.GetInt16(6)).Code,
            NameOf((FundingKind)row.GetInt16(4)), new(row.GetDateTime(7), TimeSpan.Zero));
    }

    private static string NameOf(FundingKind source) => source switch
    {
        FundingKind.Prepaid => "prepaid",
        FundingKind.PhoneBill => "phone_bill",
        FundingKind.Airtime => "airtime",
        FundingKind.Bank => "bank",
        _ => throw new System.Diagnostics.UnreachableException($"There is no name for the source {source}."),
    };

    private static async Task InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, List<Notice> made, List<int> payments, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var day = new NpgsqlParameter<DateOnly> { TypedValue = DateOnly.FromDateTime(now.UtcDateTime) };
        var merchants = made.ConvertAll(n => n.Merchant.Value);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new(InsertNotices)
                {
                    Parameters =
                    {
                        day, Time(now), new NpgsqlParameter<List<long>> { TypedValue = made.ConvertAll(n => n.Id) }, new NpgsqlParameter<List<int>> { TypedValue = merchants },
                        new NpgsqlParameter<List<int>> { TypedValue = payments }, new NpgsqlParameter<List<string>> { TypedValue = made.ConvertAll(n => n.Body) },
                    },
                },
                new(InsertOpen)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<DateOnly> { TypedValue = day.TypedValue }, new NpgsqlParameter<int> { TypedValue = made[0].Owner }, Time(now), Time(made[0].GiveUpAt),
                        new NpgsqlParameter<List<long>> { TypedValue = made.ConvertAll(n => n.Id) }, new NpgsqlParameter<List<int>> { TypedValue = merchants },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter<DateTime> Time(DateTimeOffset time) => new() { TypedValue = time.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
