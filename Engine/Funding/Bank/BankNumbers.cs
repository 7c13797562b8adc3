using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Funding.Bank;

/// <summary>The numbers that banks have in the books, by code.</summary>
public sealed record BankNumbers(IReadOnlyDictionary<string, int> ByCode)
{
    // Only what is not there: a row that conflicts would use up a number all the same, one for each start of an engine, and there are 32,767.
    private const string Ensure =
        """
        insert into banks (code)
        select n.code from unnest(@codes) as n (code)
        where not exists (select from banks b where b.code = n.code)
        on conflict do nothing
        """;

    private const string Read = "select code, number from banks";

    /// <summary>Reads them; a bank that is new gets the next.</summary>
    public static async Task<BankNumbers> ReadAsync(NpgsqlConnection connection, IEnumerable<string> codes, CancellationToken cancellationToken = default)
    {
        await connection.ExecuteAsync(new CommandDefinition(Ensure, new { codes = codes.ToArray() }, cancellationToken: cancellationToken));
        var rows = await connection.QueryAsync<(string Code, short Number)>(new CommandDefinition(Read, cancellationToken: cancellationToken));
        return new(rows.ToDictionary(r => r.Code, r => (int)r.Number, StringComparer.Ordinal));
    }
}

/// <summary>STANs that are reserved for whoever took them.</summary>
/// <param name="Day">On which they were reserved, UTC, by the database's clock: they may be used on that day and the next.</param>
public sealed record TraceBlock(DateOnly Day, IReadOnlyList<int> Stans);

/// <summary>Reserves STANs in the database, a block at a time: what was reserved comes again only when all numbers have come round, two days later at the earliest.</summary>
/// <remarks>The day is the database's. An engine's clock that is wrong must not decide for all engines when the day's numbers are used up.</remarks>
public static class TraceBlocks
{
    /// <summary>Less than half of the 999,999: what is used on a day was reserved on that day or the day before, and no number may be in both.</summary>
    public const int MostPerDay = 490_000;
    private const int LargestStan = 999_999;

    // Tomorrow's row may be met by who asked before midnight and waited for it. A day further ahead is the mark of a clock that was wrong, and does not count.
    private const string Take = """
        insert into bank_terminals as t (bank, terminal, day, used, last)
        values (@bank, @terminal, (clock_timestamp() at time zone 'UTC')::date, @count, @count)
        on conflict (bank, terminal) do update
        set day = case when t.day = excluded.day + 1 then t.day else excluded.day end,
            used = case when t.day in (excluded.day, excluded.day + 1) then t.used else 0 end + excluded.used,
            last = (t.last + excluded.used) % @largest
        where case when t.day in (excluded.day, excluded.day + 1) then t.used else 0 end + excluded.used <= @most
        returning t.day - date '0001-01-01' as day, t.last
        """;

    /// <summary>The next numbers of a terminal; null if the day's are used up: then the bank needs another terminal.</summary>
    /// <param name="count">1 to 10,000.</param>
    public static async Task<TraceBlock?> TakeAsync(NpgsqlConnection connection, string bank, string terminal, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(count, Math.Clamp(count, 1, 10_000));
        var parameters = new { bank, terminal, count, largest = LargestStan, most = MostPerDay };
        if (await connection.QuerySingleOrDefaultAsync<(int Day, int Last)?>(new CommandDefinition(Take, parameters, cancellationToken: cancellationToken)) is not var (day, last))
            return null;
        return new(DateOnly.FromDayNumber(day), [.. Enumerable.Range(0, count).Select(i => (((last - count + i) % LargestStan + LargestStan) % LargestStan) + 1)]);
    }
}
