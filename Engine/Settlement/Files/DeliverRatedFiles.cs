using CarrierPay.Engine.Primitives;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>Puts files at their place that are not there yet, or that a person wants there again.</summary>
/// <remarks>
/// Safe to repeat. Whatever became of an earlier try, the same octets go out under the same name: they are compared with the hash of the file's row before the name appears.
/// Files go in their order; what cannot be delivered holds up those after it.
/// </remarks>
public sealed partial class DeliverRatedFiles(NpgsqlDataSource database, TimeProvider time, ILogger<DeliverRatedFiles> logger)
{
    private const int MostFiles = 100;

    private const string Due = $"""
        select {RatedFile.Columns} from rated_files where state = 1 or send_asked_at is not null order by sequence limit @MostFiles
        """;

    // Somebody may have asked again while it was on its way.
    private const string MarkDelivered = """
        update rated_files
        set state = case when state = 3 then 3 else 2 end, delivered_at = @now, deliveries = deliveries + 1, alarmed_at = null,
            send_asked_at = nullif(send_asked_at, @SendAskedAt)
        where sequence = @Sequence
        """;

    private const string MarkDiffers = "update rated_files set state = 4, send_asked_at = null where sequence = @Sequence";

    /// <returns>How many were delivered.</returns>
    /// <exception cref="IOException">The place cannot be reached or written to; so do the exceptions of SSH.NET say. Try again later.</exception>
    internal async Task<int> HandleAsync(IFileExchange exchange, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var delivered = 0;
        foreach (var file in await connection.QueryAsync<RatedFile>(new CommandDefinition(Due, new { MostFiles }, cancellationToken: cancellationToken)))
        {
            try
            {
                await exchange.PutAsync(file.Name, (output, stop) => WriteAsync(connection, file, output, stop), cancellationToken);
            }
            catch (RatedFileDiffersException)
            {
                await connection.ExecuteAsync(new CommandDefinition(MarkDiffers, new { file.Sequence }, cancellationToken: cancellationToken));
                LogDiffers(file.Name);
                continue;
            }
            await connection.ExecuteAsync(new CommandDefinition(
                MarkDelivered, new { file.Sequence, file.SendAskedAt, now = time.GetUtcNow() }, cancellationToken: cancellationToken));
            delivered++;
            LogDelivered(file.Name, file.Events, file.Deliveries + 1);
        }
        return delivered;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, RatedFile file, Stream output, CancellationToken cancellationToken)
    {
        var sums = await RatedFileText.WriteAsync(connection, new(file.Sequence, file.Period, file.MadeAt, file.FromAt, file.ToAt), output, cancellationToken);
        if (!sums.Sha256.AsSpan().SequenceEqual(file.Sha256))
            throw new RatedFileDiffersException(file.Name);
    }

    [LoggerMessage(EventIds.RatedFileDelivered, LogLevel.Information, "The file {RatedFile} with {Events} events was delivered, for the {Times}. time")]
    private partial void LogDelivered(string ratedFile, long events, int times);

    [LoggerMessage(EventIds.RatedFileDiffers, LogLevel.Error, "The rated events of {RatedFile} are not what they were when it was made. It was not sent: find out who changed them, then ask for it with rated resend")]
    private partial void LogDiffers(string ratedFile);
}

/// <summary>The octets are not those that were promised: they must not get their name.</summary>
internal sealed class RatedFileDiffersException(string name) : Exception($"{name} has another hash than when it was made.");
