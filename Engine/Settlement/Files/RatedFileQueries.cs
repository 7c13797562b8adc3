using System.Globalization;
using CarrierPay.Engine.Storage;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>An answer that could not be taken in.</summary>
public sealed record SetAsideAnswer(string Name, string Problem, DateTimeOffset At);

/// <summary>What people see of the files, and their wish to have one sent again.</summary>
public static class RatedFileQueries
{
    public const string ObjectKind = "rated_file";

    private const string List = $"select {RatedFile.Columns} from rated_files where sequence < @before order by sequence desc limit @limit";
    private const string ListSetAside = "select name, problem, at from rated_answers where problem is not null order by id desc limit @limit";

    // A later wish than the one that is being served must not be mistaken for it.
    private const string Ask = "update rated_files set send_asked_at = greatest(@now, send_asked_at + interval '1 microsecond') where sequence = @sequence";

    public static string ObjectId(int sequence) => sequence.ToString(CultureInfo.InvariantCulture);

    /// <summary>Newest first.</summary>
    /// <param name="before">The last sequence of the page before; null for the first page.</param>
    /// <param name="limit">1 to 1000.</param>
    public static async Task<IReadOnlyList<RatedFile>> ListAsync(NpgsqlDataSource database, int? before, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(limit, Math.Clamp(limit, 1, 1000));
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<RatedFile>(new CommandDefinition(List, new { before = before ?? int.MaxValue, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Newest first.</summary>
    /// <param name="limit">1 to 1000.</param>
    public static async Task<IReadOnlyList<SetAsideAnswer>> ListSetAsideAsync(NpgsqlDataSource database, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(limit, Math.Clamp(limit, 1, 1000));
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<SetAsideAnswer>(new CommandDefinition(ListSetAside, new { limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>A running engine delivers the same file again, the same octets under the same name, at its next look. Safe to repeat.</summary>
    /// <returns>False if there is no such file.</returns>
    public static async Task<bool> AskResendAsync(NpgsqlDataSource database, int sequence, string user, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ExecuteAsync(new CommandDefinition(Ask, new { sequence, now }, transaction, cancellationToken: cancellationToken)) == 0)
            return false;
        await AuditTrail.WriteAsync(connection, transaction, now, user, "rated file asked for again", ObjectKind, ObjectId(sequence), new { }, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }
}
