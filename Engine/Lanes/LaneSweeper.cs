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
    LaneDoor door, EngineLease lease, OutgoingMessages outgoing, NpgsqlDataSource database, TimeProvider time, IOptions<LanesOptions> options,
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
          limit 256
          for update skip locked)
        update outbox o
        set owner = $2
        from free f, subscribers s
        where o.lane = $1 and o.id = f.id and s.lane = $1 and s.id = o.subscriber_id
        returning o.id, o.subscriber_id, s.msisdn, o.template, o.language, o.parameters, o.reply_path
        """;

    private const string GiveBack = "update outbox set owner = 0 where lane = $1 and id = $2 and owner = $3";

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
        var taken = 0;
        foreach (var lane in door.Lanes)
        {
            await using var command = Command(connection, TakeOver, Small(lane.Lane), Int(lease.Id));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                outgoing.Add(new(
                    lane.Lane, reader.GetInt64(0), new(reader.GetInt64(1)), new(reader.GetInt64(2)), (TextTemplate)reader.GetInt16(3),
                    (Language)reader.GetInt16(4), reader.GetString(5), reader.GetString(6)));
                taken++;
            }
        }
        if (taken > 0)
            TakenUp(taken);
    }

    private async Task ReturnGivenBackAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var messages = door.TakeGivenBack();
        if (messages.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection);
        foreach (var message in messages)
            Add(batch, GiveBack, Small(message.Lane), Long(message.Id), Int(lease.Id));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task SettleRefusedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var refused = door.TakeRefused();
        if (refused.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (message, reason) in refused)
            Add(batch, NoteRefusal, Small(message.Lane), Long(message.Id), new NpgsqlParameter<string> { TypedValue = reason });
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
