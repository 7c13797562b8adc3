using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Storage;

/// <summary>How everybody who writes transfers learns the open period, and keeps it open until its transaction ends.</summary>
/// <remarks>
/// Two statements, each with a snapshot of its own: the first locks the period that it sees, the second proves that it is still the open one.
/// A closer raises the period and commits, then takes the exclusive lock on (<see cref="Class"/>, old period) to wait for those who still write into it.
/// </remarks>
public static class PeriodLock
{
    /// <summary>First key of the advisory locks; the second is the period.</summary>
    public const int Class = 7230002;

    /// <summary>S1: locks, shared, the period that is seen.</summary>
    public const string LockSql = "select id, pg_advisory_xact_lock_shared(7230002, id) from open_period";

    /// <summary>S2: the open period as it is now that the lock is held.</summary>
    public const string CheckSql = "select id from open_period";

    /// <summary>Takes the lock within this transaction, read committed. Call it before any row lock.</summary>
    /// <returns>The open period; null if it was closed in between: roll back and start again.</returns>
    public static async Task<int?> TryTakeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var seen = await connection.ExecuteScalarAsync<int>(new CommandDefinition(LockSql, transaction: transaction, cancellationToken: cancellationToken));
        var open = await connection.ExecuteScalarAsync<int>(new CommandDefinition(CheckSql, transaction: transaction, cancellationToken: cancellationToken));
        return seen == open ? open : null;
    }
}
