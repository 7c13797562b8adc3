using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace CarrierPay.Engine.Lanes;

/// <summary>Once a second: brings due payments to their lanes, takes up what has no living owner, and settles what the links gave back.</summary>
/// <remarks>Everything here may happen twice or on several engines at once: events are decided by the state, messages are sent at least once.</remarks>
internal sealed partial class LaneSweeper(
    LaneDoor door, EngineLease lease, OutgoingMessages outgoing, IdAllocator ids, NpgsqlDataSource database, TimeProvider time, IOptions<LanesOptions> options,
    ILogger<LaneSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan CallLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BatchRowLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan TidyInterval = TimeSpan.FromMinutes(10);

    private const string FindDue = "select subscriber_id, id from open_payments where lane = $1 and due_at <= $2 limit 256";

    // A frozen engine holds its lock and does not beat; a killed one neither.
    private const string RemoveDead =
        """
        delete from engines
        where id <> $1
          and (heartbeat_at < clock_timestamp() - $2 or pg_try_advisory_xact_lock($3, id))
        """;

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
        select t.id, m.id, m.subscriber_id, s.msisdn, m.template, m.language, m.parameters, p.code, m.reply_path
        from taken t
        cross join unnest(t.messages, t.codes) as p (message_id, code)
        join messages m on m.lane = $1 and m.id = p.message_id and m.day = t.created_at::date
        join subscribers s on s.lane = $1 and s.id = m.subscriber_id
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

    private const string EndOldCalls =
        """
        with gone as (delete from connector_calls where lane = $1 and created_at < $2 returning *)
        insert into calls (lane, day, id, subscriber_id, payment_id, kind, called_at, ended_at, request, answer)
        select lane, $3, id, subscriber_id, payment_id, kind, created_at, clock_timestamp(), request, 'no answer was recorded'
        from gone
        """;

    private const string TidyBatches = "delete from lane_batches where lane = $1 and committed_at < $2";

    private long _tidiedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lease.Registered.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException)
                {
                    SweepFailed(e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (!lease.IsHeld)
            return;
        foreach (var lane in door.Lanes)
        {
            if (lane.FlushSent())
                door.GiveTurn(lane);
        }
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await SettleRefusedAsync(connection, cancellationToken);
        await BringDueAsync(connection, cancellationToken);
        await using (var remove = Command(connection, RemoveDead, Int(lease.Id), Interval(EngineLease.DeadAfter), Int(EngineLease.LockClass)))
            await remove.ExecuteNonQueryAsync(cancellationToken);
        if (outgoing.CanSend)
            await TakeOverAsync(connection, cancellationToken);
        await ReturnGivenBackAsync(connection, cancellationToken);
        if (time.GetElapsedTime(_tidiedAt) > TidyInterval || _tidiedAt == 0)
            await TidyAsync(connection, cancellationToken);
    }

    private async Task BringDueAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var batch = new NpgsqlBatch(connection);
        foreach (var lane in door.Lanes)
            Add(batch, FindDue, Small(lane.Lane), Timestamp(now));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        short number = 0;
        do
        {
            while (await reader.ReadAsync(cancellationToken))
                _ = door.PostAsync(new(new(reader.GetInt64(0)), number), new PaymentDue(new(reader.GetInt64(1))));
            number++;
        }
        while (await reader.NextResultAsync(cancellationToken));
    }

    private async Task TakeOverAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<OutboundMessage> taken = [];
        foreach (var lane in door.Lanes)
        {
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
                    code.Length == 0 ? logged : ParameterList.Unmask(logged, code), code, reader.GetString(8)));
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
        foreach (var parcel in door.TakeGivenBack().GroupBy(m => m.Parcel))
        {
            var id = (await ids.TakeAsync(1, cancellationToken)).Next();
            await using var command = Command(connection, GiveBack, Small(parcel.Key.Lane), Long(id), Long(parcel.Key.Id), Int(lease.Id),
                new NpgsqlParameter<long[]> { TypedValue = [.. parcel.Select(m => m.Id)] });
            // None: it was taken over meanwhile, and its new owner sends it.
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
                continue;
            foreach (var message in parcel)
                door.Sent(message);
        }
    }

    private async Task SettleRefusedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var refused = door.TakeRefused();
        if (refused.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (message, reason) in refused)
            Add(batch, NoteRefusal, Small(message.Parcel.Lane), Long(message.Id), new NpgsqlParameter<string> { TypedValue = reason });
        await batch.ExecuteNonQueryAsync(cancellationToken);
        foreach (var (message, _) in refused)
            door.Sent(message);
    }

    private async Task TidyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var batch = new NpgsqlBatch(connection);
        foreach (var lane in door.Lanes)
        {
            Add(batch, EndOldCalls, Small(lane.Lane), Timestamp((now - CallLife).UtcDateTime),
                new NpgsqlParameter<DateOnly> { TypedValue = DateOnly.FromDateTime(now.UtcDateTime) });
            Add(batch, TidyBatches, Small(lane.Lane), Timestamp((now - BatchRowLife).UtcDateTime));
        }
        await batch.ExecuteNonQueryAsync(cancellationToken);
        _tidiedAt = time.GetTimestamp();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<short> Small(short value) => new() { TypedValue = value };
    private static NpgsqlParameter<int> Int(int value) => new() { TypedValue = value };
    private static NpgsqlParameter<long> Long(long value) => new() { TypedValue = value };
    private static NpgsqlParameter<TimeSpan> Interval(TimeSpan value) => new() { TypedValue = value };
    private static NpgsqlParameter<DateTime> Timestamp(DateTime value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    [LoggerMessage(EventIds.WorkTakenUp, LogLevel.Information, "{Count} messages without a living owner were taken up")]
    private partial void TakenUp(int count);

    [LoggerMessage(EventIds.SweepFailed, LogLevel.Warning, "A sweep failed and comes again: {Problem}")]
    private partial void SweepFailed(string problem);
}
