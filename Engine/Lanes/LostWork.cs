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
          from unnest($1) as l (lane)
          cross join lateral (
            select o.lane, o.id
            from outbox o
            where o.lane = l.lane and (o.owner = 0 or not exists (select from engines e where e.id = o.owner))
            order by o.id
            limit 16
            for update skip locked) o),
        taken as (
          update outbox o
          set owner = $2
          from free f
          where o.lane = f.lane and o.id = f.id
          returning o.lane, o.id, o.created_at, o.messages, o.codes)
        select t.lane, t.id, m.id, m.subscriber_id, s.msisdn, m.template, m.language, m.parameters, p.code, m.reply_path, o.due_at
        from taken t
        cross join unnest(t.messages, t.codes) as p (message_id, code)
        join messages m on m.lane = t.lane and m.id = p.message_id and m.day = t.created_at::date
        join subscribers s on s.lane = t.lane and s.id = m.subscriber_id
        left join open_payments o on p.code <> '' and o.lane = t.lane and o.subscriber_id = m.subscriber_id and o.id = m.payment_id
        order by m.id
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

    private readonly short[] _lanes = [.. door.Lanes.Select(lane => lane.Lane)];

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
        List<OutboundMessage> taken = [];
        Dictionary<(short, long), Parcel> parcels = [];
        await using (var command = Command(connection, TakeOver, new NpgsqlParameter<short[]> { TypedValue = _lanes }, Int(lease.Id)))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var (lane, id) = (reader.GetInt16(0), reader.GetInt64(1));
                if (!parcels.TryGetValue((lane, id), out var parcel))
                    parcels.Add((lane, id), parcel = new(lane, id));
                var (logged, code) = (reader.GetString(7), reader.GetString(8));
                parcel.Add(reader.GetInt64(2));
                taken.Add(new(
                    parcel, reader.GetInt64(2), new(reader.GetInt64(3)), new(reader.GetInt64(4)), (TextTemplate)reader.GetInt16(5), (Language)reader.GetInt16(6),
                    code.Length == 0 ? logged : ParameterList.Unmask(logged, code), code, UssdAnswer.ShortCodeOf(reader.GetString(9)))
                {
                    Until = code.Length == 0 ? null : reader.IsDBNull(10) ? DateTimeOffset.MinValue : new(reader.GetDateTime(10), TimeSpan.Zero),
                });
            }
        }
        // Only now: a parcel is complete before the first of its messages can be sent.
        foreach (var message in taken)
            outgoing.Add(message);
        if (taken.Count > 0)
            TakenUp(taken.Count);
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
}
