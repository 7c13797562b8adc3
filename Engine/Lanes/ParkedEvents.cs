using System.Text.Json;
using CarrierPay.Engine.Primitives;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>Keeps an event that always fails, encrypted, for a person to look at.</summary>
public sealed partial class ParkedEvents(NpgsqlDataSource database, IdAllocator ids, IDataProtectionProvider protection, ILogger<ParkedEvents> logger)
{
    private const string Insert =
        """
        insert into parked_events (lane, id, subscriber_id, kind, event, error, parked_at)
        values ($1, $2, $3, $4, $5, $6, clock_timestamp())
        """;

    private readonly IDataProtector _protector = protection.CreateProtector("parked events");

    /// <summary>False if parking itself failed: then the event was not taken.</summary>
    internal async Task<bool> ParkAsync(short lane, PostedEvent posted, Exception failure, CancellationToken cancellationToken)
    {
        try
        {
            var id = (await ids.TakeAsync(1, cancellationToken)).Next();
            var type = posted.Event.GetType();
            var octets = _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(posted.Event, type));
            await using var command = database.CreateCommand(Insert);
            command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = lane });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = posted.Route.Subscriber.Value });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type.Name });
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = octets });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = failure.GetType().Name });
            await command.ExecuteNonQueryAsync(cancellationToken);
            Parked(id, lane, type.Name, failure);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or NotSupportedException)
        {
            ParkFailed(lane, e.Message);
            return false;
        }
    }

    [LoggerMessage(EventIds.EventParked, LogLevel.Error, "Event {ParkedId} ({Kind}) of lane {Lane} always fails and was parked: somebody must look at it")]
    private partial void Parked(long parkedId, short lane, string kind, Exception failure);

    [LoggerMessage(EventIds.ParkFailed, LogLevel.Error, "An event of lane {Lane} could not be parked and was refused: {Problem}")]
    private partial void ParkFailed(short lane, string problem);
}
