using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Storage;

/// <summary>What a person does once with one form. The form's hidden id makes a double click, a reload or a second try find the first answer instead of acting again.</summary>
/// <param name="Id">Made by whoever shows the form, before the first try.</param>
/// <param name="Kind">The use case.</param>
/// <param name="Who">The user's name.</param>
/// <param name="Subject">What it acts on, with everything that must be the same when it is repeated.</param>
public sealed record Operation(Guid Id, string Kind, string Who, string Subject);

/// <summary>The id was used before, by somebody else or for something else: nothing was done.</summary>
public sealed class OperationIdTakenException(Guid id) : Exception($"The operation {id} was used for something else.");

/// <summary>Claims and records operations, in the transaction that does them.</summary>
internal static class Operations
{
    private const string Claim = """
        insert into operations (id, kind, who, subject, at) values (@Id, @Kind, @Who, @Subject, @at)
        on conflict (id) do nothing
        """;

    private const string Read = "select kind, who, subject, outcome from operations where id = @Id";
    private const string Record = "update operations set outcome = @outcome where id = @id";

    /// <summary>Claims the id. Whoever comes second waits for the first one's transaction.</summary>
    /// <returns>Null if it is new; else what was answered the first time.</returns>
    /// <exception cref="OperationIdTakenException">The id belongs to another operation.</exception>
    public static async Task<TOutcome?> ClaimAsync<TOutcome>(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Operation operation, DateTimeOffset at, CancellationToken cancellationToken)
        where TOutcome : struct, Enum
    {
        var parameters = new { operation.Id, operation.Kind, operation.Who, operation.Subject, at };
        if (await connection.ExecuteAsync(new CommandDefinition(Claim, parameters, transaction, cancellationToken: cancellationToken)) == 1)
            return null;
        var first = await connection.QuerySingleAsync<(string Kind, string Who, string Subject, string Outcome)>(
            new CommandDefinition(Read, parameters, transaction, cancellationToken: cancellationToken));
        return (first.Kind, first.Who, first.Subject) == (operation.Kind, operation.Who, operation.Subject)
            ? Enum.Parse<TOutcome>(first.Outcome)
            : throw new OperationIdTakenException(operation.Id);
    }

    /// <summary>Notes the answer, in the same transaction.</summary>
    public static Task RecordAsync<TOutcome>(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, TOutcome outcome, CancellationToken cancellationToken)
        where TOutcome : struct, Enum =>
        connection.ExecuteAsync(new CommandDefinition(Record, new { id, outcome = outcome.ToString() }, transaction, cancellationToken: cancellationToken));
}
