using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Funding.Bank;

/// <summary>The numbers that banks have in the books, by code.</summary>
public sealed record BankNumbers(IReadOnlyDictionary<string, int> ByCode)
{
    private const string Ensure = "insert into banks (code) select n.code from unnest(@codes) as n (code) on conflict do nothing";
    private const string Read = "select code, number from banks";

    /// <summary>Reads them; a bank that is new gets the next.</summary>
    public static async Task<BankNumbers> ReadAsync(NpgsqlConnection connection, IEnumerable<string> codes, CancellationToken cancellationToken = default)
    {
        await connection.ExecuteAsync(new CommandDefinition(Ensure, new { codes = codes.ToArray() }, cancellationToken: cancellationToken));
        var rows = await connection.QueryAsync<(string Code, short Number)>(new CommandDefinition(Read, cancellationToken: cancellationToken));
        return new(rows.ToDictionary(r => r.Code, r => (int)r.Number, StringComparer.Ordinal));
    }
}

/// <summary>Reserves STANs in the database, a block at a time: what was reserved is never given again, whoever uses it.</summary>
public static class TraceBlocks
{
    /// <summary>Fewer than the day's 999,999: a block that was reserved before midnight may be used after it.</summary>
    private const int MostPerDay = 990_000;
    private const int LargestStan = 999_999;

    private const string Take = """
        insert into bank_terminals as t (bank, terminal, day, used, last)
        values (@bank, @terminal, @day, @count, @count)
        on conflict (bank, terminal) do update
        set day = greatest(t.day, excluded.day),
            used = case when t.day >= excluded.day then t.used else 0 end + excluded.used,
            last = (t.last + excluded.used) % @largest
        where case when t.day >= excluded.day then t.used else 0 end + excluded.used <= @most
        returning last
        """;

    /// <summary>The next numbers of a terminal; empty if the day's are used up: then the bank needs another terminal.</summary>
    /// <param name="count">1 to 10,000.</param>
    public static async Task<IReadOnlyList<int>> TakeAsync(
        NpgsqlConnection connection, string bank, string terminal, DateTimeOffset now, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(count, Math.Clamp(count, 1, 10_000));
        var parameters = new { bank, terminal, day = DateOnly.FromDateTime(now.UtcDateTime), count, largest = LargestStan, most = MostPerDay };
        var last = await connection.QuerySingleOrDefaultAsync<int?>(new CommandDefinition(Take, parameters, cancellationToken: cancellationToken));
        return last is { } end ? [.. Enumerable.Range(0, count).Select(i => (((end - count + i) % LargestStan + LargestStan) % LargestStan) + 1)] : [];
    }
}
