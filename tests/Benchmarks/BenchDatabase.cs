using CarrierPay.Engine.Storage;
using Npgsql;

namespace CarrierPay.Benchmarks;

/// <summary>The database that a part of the bench has for itself: made anew, read for its WAL, and counted at the end.</summary>
internal sealed class BenchDatabase(string connectionString, TextWriter output)
{
    private const string CountRows =
        """
        select (select count(*) from payments where outcome = 1), (select count(*) from payments), (select count(*) from transfers where kind = 2),
               (select count(*) from payments where consent is not null), (select count(*) from messages), (select count(*) from open_payments),
               (select sum(balance_minor) from subscribers),
               (select sum(case when credit_account = 2 then amount_minor else 0 end) - sum(case when debit_account = 2 then amount_minor else 0 end) from transfers)
        """;

    /// <summary>Drops the database and makes it again, with the schema of this build and nothing in it.</summary>
    public async Task RecreateAsync()
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        await using (var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres" }))
        {
            await using var drop = server.CreateCommand($"drop database if exists \"{builder.Database}\" with (force)");
            await drop.ExecuteNonQueryAsync();
        }
        NpgsqlConnection.ClearAllPools();
        await Migrations.OfThisBuild.MigrateAsync(connectionString, new InstallationOptions());
    }

    /// <summary>After filling: statistics and checkpoint, so that neither comes while something is measured.</summary>
    public async Task SettleAsync()
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var vacuum = database.CreateCommand("vacuum analyze");
        await vacuum.ExecuteNonQueryAsync();
        await using var checkpoint = database.CreateCommand("checkpoint");
        await checkpoint.ExecuteNonQueryAsync();
    }

    /// <summary>Octets of WAL written so far; meaningful as a difference.</summary>
    public async Task<long> WalAsync()
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand("select (pg_current_wal_insert_lsn() - '0/0')::bigint");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The bench writes what real traffic writes: per payment two questions with their answers, one payment, one transfer, one consent; and the books balance.</summary>
    /// <param name="receipts">Payments whose receipt was seen.</param>
    /// <param name="other">Answers that were neither prompt nor receipt.</param>
    /// <exception cref="InvalidOperationException">A count or the books are wrong.</exception>
    public async Task CheckRowsAsync(long receipts, long other)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(CountRows);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        var (paid, ended, transfers, consents, messages, open) =
            (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5));
        var (balances, books) = (row.GetDecimal(6), row.GetDecimal(7));
        await output.WriteLineAsync(
            $"  rows: {paid} payments, {transfers} transfers, {consents} consents, {messages} messages, {open} open; {receipts} receipts, {other} other answers");
        if (paid != transfers || paid != consents || messages < (2 * paid) + open || messages > (2 * ended) + open + other)
            throw new InvalidOperationException("The rows per payment are not those of real traffic.");
        if (balances != books)
            throw new InvalidOperationException($"The books do not balance: accounts hold {balances}, transfers say {books}.");
    }
}
