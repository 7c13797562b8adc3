using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>Makes the file of each closed period that has rated events: its name, sums and hash, in one row. The octets are written when it is delivered.</summary>
/// <remarks>
/// Safe to repeat, and from several processes at once. Periods are taken in their order, each once; one without events gets no file and no number.
/// The period is drained: nothing in it changes any more, so the same octets can be written again from it at any time, and nothing but the row need be kept.
/// </remarks>
public sealed partial class MakeRatedFiles(NpgsqlDataSource database, IOptions<RatedFilesOptions> options, TimeProvider time, ILogger<MakeRatedFiles> logger)
{
    private const string FindPeriod = "select min(id) from periods where closed_at is not null and rated_at is null";

    // Whoever comes second waits here, and finds it done.
    private const string LockPeriod = """
        select opened_at, closed_at from periods where id = @period and drained_at is not null and rated_at is null for no key update
        """;

    private const string HasEvents = "select exists (select from rated_events where period = @period)";
    private const string NextSequence = "select coalesce(max(sequence), 0) + 1 from rated_files";

    private const string Insert = """
        insert into rated_files (sequence, period, name, made_at, from_at, to_at, events, debit_minor, credit_minor, sha256, state)
        values (@Sequence, @Period, @name, @MadeAt, @FromAt, @ToAt, @Events, @DebitMinor, @CreditMinor, @Sha256, @state)
        """;

    private const string MarkRated = "update periods set rated_at = @now where id = @period";

    /// <returns>How many files were made.</returns>
    public async Task<int> HandleAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var made = 0;
        while (await connection.ExecuteScalarAsync<int?>(new CommandDefinition(FindPeriod, cancellationToken: cancellationToken)) is { } period)
        {
            if (await TryMakeAsync(connection, period, cancellationToken) is not { } file)
                break; // still written into, or another engine was first: the next look goes on
            made += file;
        }
        return made;
    }

    /// <summary>How many files it made; null if the period is not ready.</summary>
    private async Task<int?> TryMakeAsync(NpgsqlConnection connection, int period, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var bounds = await connection.QuerySingleOrDefaultAsync<(DateTimeOffset OpenedAt, DateTimeOffset ClosedAt)>(Command(LockPeriod, new { period }));
        if (bounds == default)
            return null;
        var now = time.GetUtcNow();
        (string Name, long Events)? made = null;
        if (await connection.ExecuteScalarAsync<bool>(Command(HasEvents, new { period })))
        {
            var head = new RatedFileHead(await connection.ExecuteScalarAsync<int>(Command(NextSequence, null)), period, now, bounds.OpenedAt, bounds.ClosedAt);
            var sums = await RatedFileText.WriteAsync(connection, head, Stream.Null, cancellationToken);
            var name = RatedFileName.Of(options.Value.Operator, now, head.Sequence);
            await connection.ExecuteAsync(Command(Insert, new
            {
                head.Sequence,
                head.Period,
                name,
                head.MadeAt,
                head.FromAt,
                head.ToAt,
                sums.Events,
                sums.DebitMinor,
                sums.CreditMinor,
                sums.Sha256,
                state = (short)RatedFileState.Made,
            }));
            await AuditTrail.WriteAsync(
                connection, transaction, now, AuditTrail.Schedule, "rated file made", RatedFileQueries.ObjectKind, RatedFileQueries.ObjectId(head.Sequence),
                new { period, name, sums.Events }, cancellationToken);
            made = (name, sums.Events);
        }
        await connection.ExecuteAsync(Command(MarkRated, new { period, now }));
        await transaction.CommitAsync(CancellationToken.None);
        if (made is not { } file)
            return 0;
        LogMade(file.Name, period, file.Events);
        return 1;

        CommandDefinition Command(string sql, object? parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
    }

    [LoggerMessage(EventIds.RatedFileMade, LogLevel.Information, "The file {RatedFile} was made of the {Events} rated events of period {Period}")]
    private partial void LogMade(string ratedFile, int period, long events);
}
