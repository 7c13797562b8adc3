using System.Globalization;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>A batch under its row lock: what deciding about it needs.</summary>
internal sealed record BatchRow(long Id, int Period, short Currency, int Version, SettlementState State, string MadeBy, long GrossMinor, long PayableMinor)
{
    public const string ObjectKind = "settlement_batch";

    private const string Lock = """
        select id, period, currency, version, state, made_by, gross_minor, payable_minor from settlement_batches where id = @id for no key update
        """;

    private const string Change = "update settlement_batches set state = @state, decided_by = @who, decided_at = @now, reason = @reason where id = @id";
    private const string Replace = "update settlement_batches set state = @state where id = @id";

    public static string ObjectId(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Waits for whoever decides about it just now, and sees what became of it. Null if there is no such batch.</summary>
    public static Task<BatchRow?> LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, long id, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<BatchRow>(new CommandDefinition(Lock, new { id }, transaction, cancellationToken: cancellationToken));

    public Task DecideAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, SettlementState state, string who, DateTimeOffset now, string? reason, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(Change, new { Id, state = (short)state, who, now, reason }, transaction, cancellationToken: cancellationToken));

    public Task SupersedeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(Replace, new { Id, state = (short)SettlementState.Superseded }, transaction, cancellationToken: cancellationToken));
}
