using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Logging;
using Npgsql;
using static CarrierPay.Engine.Lanes.LaneSql;

namespace CarrierPay.Engine.Lanes;

/// <summary>Work whose engine is gone, and what the links could not send: found again in the database and taken up by an engine that can.</summary>
/// <remarks>Everything here may happen on several engines at once, and a message may be sent twice: sent at least once is the promise.</remarks>
internal sealed partial class LostWork(
    LaneDoor door, EngineLease lease, OutgoingMessages outgoing, OutgoingCalls calls, Permits permits, IdAllocator ids, TimeProvider time, ILogger<LostWork> logger, Rails? rails = null)
{
    /// <summary>An older call is not made any more: whoever waited for its answer has decided by then.</summary>
    public static readonly TimeSpan CallLife = TimeSpan.FromMinutes(1);

    /// <summary>A call about money that was not decided by then is taken up again, whoever has it: longer than any connector waits for an answer.</summary>
    public static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(2);

    /// <summary>A call that is overdue by so much has no engine that could make it.</summary>
    public static readonly TimeSpan OverdueAfter = TimeSpan.FromHours(1);

    // A frozen engine holds its lock and does not beat; a killed one neither.
    private const string RemoveDead =
        """
        delete from engines
        where id <> $1
          and (heartbeat_at < clock_timestamp() - $2 or pg_try_advisory_xact_lock($3, id))
        """;

    // A code is of use as long as its payment is open: without one there is no time left to bring it.
    private const string TakeOver =
        """
        with free as (
          select o.lane, o.id
          from outbox o
          where o.lane = $1 and (o.owner = 0 or not exists (select from engines e where e.id = o.owner))
          order by o.id
          limit 16
          for update skip locked),
        taken as (
          update outbox o
          set owner = $2
          from free f
          where o.lane = $1 and o.id = f.id
          returning o.id, o.created_at, o.messages, o.codes)
        select t.id, m.id, m.subscriber_id, s.msisdn, m.template, m.language, m.parameters, p.code, m.reply_path, o.due_at
        from taken t
        cross join unnest(t.messages, t.codes) as p (message_id, code)
        join messages m on m.lane = $1 and m.id = p.message_id and m.day = t.created_at::date
        join subscribers s on s.lane = $1 and s.id = m.subscriber_id
        left join open_payments o on p.code <> '' and o.lane = $1 and o.subscriber_id = m.subscriber_id and o.id = m.payment_id
        order by m.id
        """;

    // The payment says at which merchant the call needs room. One without an open payment is of no use to anybody.
    private const string TakeOverCalls =
        """
        with free as (
          select c.id
          from connector_calls c
          where c.lane = $1 and c.kind = $4 and c.created_at > $3 and not exists (select from engines e where e.id = c.owner)
          order by c.id
          limit 64
          for update skip locked)
        update connector_calls c
        set owner = $2
        from free f, open_payments o
        where c.lane = $1 and c.id = f.id and o.lane = $1 and o.subscriber_id = c.subscriber_id and o.id = c.payment_id
        returning c.id, c.subscriber_id, c.payment_id, c.kind, c.request, c.created_at, o.merchant_id
        """;

    // What falls due, and what had an engine that is gone, at a system that this engine has, but for what waits for a person: also for one who looks at an answer that
    // could not be decided. From now on it may have been sent.
    private const string TakeUpMoneyCalls =
        """
        with due as (
          select c.id
          from connector_calls c
          where c.lane = $1 and c.kind = any($3) and (c.bank = '' or c.bank = any($6)) and c.next_attempt_at < 'infinity'
            and (c.next_attempt_at <= $4 or (c.owner <> 0 and not exists (select from engines e where e.id = c.owner)))
            and not exists (select from parked_events p where p.lane = $1 and p.subscriber_id = c.subscriber_id and p.kind = any($7))
          order by c.next_attempt_at
          limit 64
          for update skip locked)
        update connector_calls c
        set owner = $2, attempts = c.attempts + 1, next_attempt_at = $5
        from due d
        where c.lane = $1 and c.id = d.id
        returning c.id, c.subscriber_id, c.payment_id, c.kind, c.request, c.created_at, c.attempts, c.bank
        """;

    // Its system is in nobody's settings any more: people may put it back and have it asked again, or decide.
    private const string LeaveToPeople =
        """
        update connector_calls
        set owner = 0, next_attempt_at = 'infinity', waits_for = $4, waits_since = $1
        where next_attempt_at < $1 - $2::interval and kind <> all($3) and not (kind = any($5) and (bank = '' or bank = any($6)))
        """;

    // What one parcel gives back becomes a parcel of its own; its first one goes when the rest is sent.
    private const string GiveBack =
        """
        insert into outbox (lane, id, owner, created_at, messages, codes)
        select o.lane, $2, 0, o.created_at, array_agg(p.message_id), array_agg(p.code)
        from outbox o
        cross join unnest(o.messages, o.codes) as p (message_id, code)
        where o.lane = $1 and o.id = $3 and o.owner = $4 and p.message_id = any($5)
        group by o.lane, o.created_at
        """;

    private const string NoteRefusal =
        """
        insert into message_failures (lane, message_id, failed_at, reason)
        values ($1, $2, clock_timestamp(), $3)
        on conflict do nothing
        """;

    private readonly string[] _banks = [.. (rails ?? Rails.None).Banks.Keys];

    /// <summary>Takes up what has no living owner: calls always, messages if this engine can send.</summary>
    public async Task TakeOverAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (var remove = Command(connection, RemoveDead, Int(lease.Id), Interval(EngineLease.DeadAfter), Int(EngineLease.LockClass)))
            await remove.ExecuteNonQueryAsync(cancellationToken);
        try
        {
            if (outgoing.CanSend)
                await TakeOverMessagesAsync(connection, cancellationToken);
            await TakeOverQuotesAsync(connection, cancellationToken);
            await TakeUpMoneyCallsAsync(connection, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // It may have become ours without our hearing of it, and then nobody else would ever look at it.
            lease.StartAnew();
            throw;
        }
    }

    /// <summary>Notes what was refused for good, and frees what could not be sent now.</summary>
    public async Task SettleAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await SettleRefusedAsync(connection, cancellationToken);
        await ReturnGivenBackAsync(connection, cancellationToken);
    }

    private async Task TakeOverMessagesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var lane in door.Lanes)
        {
            List<OutboundMessage> taken = [];
            Dictionary<long, Parcel> parcels = [];
            await using var command = Command(connection, TakeOver, Small(lane.Lane), Int(lease.Id));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var id = reader.GetInt64(0);
                if (!parcels.TryGetValue(id, out var parcel))
                    parcels.Add(id, parcel = new(lane.Lane, id));
                var (logged, code) = (reader.GetString(6), reader.GetString(7));
                parcel.Add(reader.GetInt64(1));
                taken.Add(new(
                    parcel, reader.GetInt64(1), new(reader.GetInt64(2)), new(reader.GetInt64(3)), (TextTemplate)reader.GetInt16(4), (Language)reader.GetInt16(5),
                    code.Length == 0 ? logged : ParameterList.Unmask(logged, code), code, UssdAnswer.ShortCodeOf(reader.GetString(8)))
                {
                    Until = code.Length == 0 ? null : reader.IsDBNull(9) ? DateTimeOffset.MinValue : new(reader.GetDateTime(9), TimeSpan.Zero),
                });
            }
            // Only now: a parcel is complete before the first of its messages can be sent.
            foreach (var message in taken)
                outgoing.Add(message);
            count += taken.Count;
        }
        if (count > 0)
            TakenUp(count);
    }

    private async Task TakeUpMoneyCallsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var kinds = ServedKinds();
        if (kinds.Length == 0)
            return;
        var (now, owner) = (time.GetUtcNow(), lease.Id);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var lane in door.Lanes)
        {
            Add(batch, TakeUpMoneyCalls, Small(lane.Lane), Int(owner), new NpgsqlParameter<short[]> { TypedValue = kinds }, Timestamp(now.UtcDateTime),
                Timestamp((now + LookAgainAfter).UtcDateTime), Texts(_banks), Texts(ParkedEvents.AnswersAboutMoney));
        }
        List<ConnectorCall> taken = [];
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            short number = 0;
            do
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    taken.Add(new(
                        reader.GetInt64(0), new(reader.GetInt64(1)), number, new(reader.GetInt64(2)), default, (ConnectorKind)reader.GetInt16(3), reader.GetString(4),
                        new(reader.GetDateTime(5), TimeSpan.Zero))
                    {
                        Attempts = reader.GetInt32(6),
                        Bank = reader.GetString(7),
                        Owner = owner,
                    });
                }
                number++;
            }
            while (await reader.NextResultAsync(cancellationToken));
        }
        foreach (var call in taken)
            calls.Add(call);
    }

    /// <summary>Calls about money that no engine can make any more wait for people.</summary>
    public async Task LeaveToPeopleAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection, LeaveToPeople, Timestamp(time.GetUtcNow().UtcDateTime), Interval(OverdueAfter),
            new NpgsqlParameter<short[]> { TypedValue = [(short)ConnectorKind.Quote, (short)ConnectorKind.BankLinking] }, Small((short)WaitsFor.NoConnector),
            new NpgsqlParameter<short[]> { TypedValue = ServedKinds() }, Texts(_banks));
        if (await command.ExecuteNonQueryAsync(cancellationToken) is > 0 and var count)
            CallsWithoutConnector(count);
    }

    private short[] ServedKinds() => [.. calls.Served.Where(kind => kind != ConnectorKind.Quote).Select(kind => (short)kind)];

    private static NpgsqlParameter<string[]> Texts(string[] values) => new() { TypedValue = values };

    private async Task TakeOverQuotesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (taken, owner) = (0, lease.Id);
        foreach (var lane in door.Lanes)
        {
            await using var command = Command(connection, TakeOverCalls, Small(lane.Lane), Int(owner), Timestamp((time.GetUtcNow() - CallLife).UtcDateTime),
                Small((short)ConnectorKind.Quote));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var merchant = new MerchantId(reader.GetInt32(6));
                // Without room at the merchant it is not asked again: the payment's due time resolves it.
                if (!permits.TryTake(merchant))
                    continue;
                calls.Add(new(
                    reader.GetInt64(0), new(reader.GetInt64(1)), lane.Lane, new(reader.GetInt64(2)), merchant, (ConnectorKind)reader.GetInt16(3), reader.GetString(4),
                    new(reader.GetDateTime(5), TimeSpan.Zero))
                {
                    Owner = owner,
                });
                taken++;
            }
        }
        if (taken > 0)
            CallsTakenUp(taken);
    }

    private async Task ReturnGivenBackAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var parcels = new Queue<IGrouping<Parcel, OutboundMessage>>(door.TakeGivenBack().GroupBy(m => m.Parcel));
        try
        {
            while (parcels.TryPeek(out var parcel))
            {
                var id = (await ids.TakeAsync(1, cancellationToken)).Next();
                await using var command = Command(connection, GiveBack, Small(parcel.Key.Lane), Long(id), Long(parcel.Key.Id), Int(lease.Id),
                    new NpgsqlParameter<long[]> { TypedValue = [.. parcel.Select(m => m.Id)] });
                // None: it was taken over meanwhile, and its new owner sends it.
                var isOurs = await command.ExecuteNonQueryAsync(cancellationToken) > 0;
                parcels.Dequeue();
                if (isOurs)
                    SendNoMore(parcel);
            }
        }
        catch
        {
            foreach (var message in parcels.SelectMany(parcel => parcel))
                door.GiveBack(message);
            throw;
        }
    }

    private async Task SettleRefusedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var refused = door.TakeRefused();
        if (refused.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (message, reason) in refused)
            Add(batch, NoteRefusal, Small(message.Parcel.Lane), Long(message.Id), Text(reason));
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch
        {
            foreach (var (message, reason) in refused)
                door.Refused(message, reason);
            throw;
        }
        SendNoMore(refused.Select(r => r.Message));
    }

    private void SendNoMore(IEnumerable<OutboundMessage> messages)
    {
        foreach (var message in messages)
            door.Sent(message);
    }

    [LoggerMessage(EventIds.WorkTakenUp, LogLevel.Information, "{Count} messages without a living owner were taken up")]
    private partial void TakenUp(int count);

    [LoggerMessage(EventIds.CallsWithoutConnector, LogLevel.Error, "ALARM: {Count} calls to a charging system or bank that is in no engine's settings wait for people: put it back and have them asked again, or decide")]
    private partial void CallsWithoutConnector(int count);

    [LoggerMessage(EventIds.CallsTakenUp, LogLevel.Information, "{Count} calls without a living owner were taken up")]
    private partial void CallsTakenUp(int count);
}
