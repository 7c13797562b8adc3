using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Npgsql;
using static CarrierPay.Engine.Lanes.LaneSql;

namespace CarrierPay.Engine.Lanes;

/// <summary>Keeps an event that always fails, encrypted, for a person to look at, and brings it again when the person asks for it.</summary>
/// <remarks>The row goes in the transaction that decides the event at last, so a retry is decided once, however often it is asked for.</remarks>
internal sealed partial class ParkedEvents(NpgsqlDataSource database, IdAllocator ids, IDataProtectionProvider protection, ILogger<ParkedEvents> logger)
{
    private const string Insert =
        """
        insert into parked_events (lane, id, subscriber_id, kind, event, error, parked_at)
        values ($1, $2, $3, $4, $5, $6, clock_timestamp())
        """;

    private const string Update = "update parked_events set error = $3, parked_at = clock_timestamp() where lane = $1 and id = $2";

    // The wish is cleared as it is taken: an engine that dies with it leaves the event parked, for another wish.
    private const string TakeRetries =
        """
        update parked_events
        set retry_asked_at = null
        where retry_asked_at is not null
        returning lane, id, subscriber_id, kind, event
        """;

    private static readonly FrozenDictionary<string, Type> Kinds = typeof(SubscriberEvent).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(SubscriberEvent)) && !type.IsAbstract).ToFrozenDictionary(type => type.Name);

    /// <summary>The kinds of events whose call is not made again while a person looks at one.</summary>
    public static readonly string[] AnswersAboutMoney = [.. Kinds.Values.Where(type => type.IsAssignableTo(typeof(IAnswerAboutMoney))).Select(type => type.Name)];

    private readonly IDataProtector _protector = protection.CreateProtector(SecretPurpose.ParkedEvents);

    /// <summary>False if parking itself failed: then the event was not taken.</summary>
    public async Task<bool> ParkAsync(short lane, PostedEvent posted, Exception failure, CancellationToken cancellationToken)
    {
        try
        {
            var type = posted.Event.GetType();
            var id = posted.ParkedId;
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            if (id != 0)
            {
                await using var again = Command(connection, Update, Small(lane), Long(id), Text(failure.GetType().Name));
                await again.ExecuteNonQueryAsync(cancellationToken);
            }
            else
            {
                id = (await ids.TakeAsync(1, cancellationToken)).Next();
                var octets = _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(posted.Event, type));
                await using var insert = Command(
                    connection, Insert, Small(lane), Long(id), Long(posted.Route.Subscriber.Value), Text(type.Name),
                    new NpgsqlParameter<byte[]> { TypedValue = octets }, Text(failure.GetType().Name));
                await insert.ExecuteNonQueryAsync(cancellationToken);
            }
            Parked(id, lane, type.Name, failure);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or NotSupportedException or CryptographicException)
        {
            ParkFailed(lane, e.Message);
            return false;
        }
    }

    /// <summary>The events that a person wants tried again. Each is given to one engine, once for each wish.</summary>
    public async Task<List<PostedEvent>> TakeRetriesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<PostedEvent> retries = [];
        await using var command = Command(connection, TakeRetries);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (lane, id) = (reader.GetInt16(0), reader.GetInt64(1));
            if (Read(reader.GetString(3), reader.GetFieldValue<byte[]>(4)) is { } parked)
                // Its deadline was that of whoever brought it; now a person waits.
                retries.Add(new(new(new(reader.GetInt64(2)), lane), parked with { DecideBefore = null }) { ParkedId = id });
            else
                Unreadable(id, lane);
        }
        return retries;
    }

    /// <summary>Null if this build has no such event, or the keys are others.</summary>
    private SubscriberEvent? Read(string kind, byte[] octets)
    {
        try
        {
            return Kinds.TryGetValue(kind, out var type) ? (SubscriberEvent?)JsonSerializer.Deserialize(_protector.Unprotect(octets), type) : null;
        }
        catch (Exception e) when (e is JsonException or CryptographicException or NotSupportedException)
        {
            return null;
        }
    }

    [LoggerMessage(EventIds.EventParked, LogLevel.Error, "Event {ParkedId} ({Kind}) of lane {Lane} always fails and was parked: somebody must look at it")]
    private partial void Parked(long parkedId, short lane, string kind, Exception failure);

    [LoggerMessage(EventIds.ParkFailed, LogLevel.Error, "An event of lane {Lane} could not be parked and was refused: {Problem}")]
    private partial void ParkFailed(short lane, string problem);

    [LoggerMessage(EventIds.RetryUnreadable, LogLevel.Error, "Parked event {ParkedId} of lane {Lane} cannot be read by this build or with these keys, and stays parked")]
    private partial void Unreadable(long parkedId, short lane);
}
