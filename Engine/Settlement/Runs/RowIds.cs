using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>Ids for rows that settlement writes, from the same blocks as everybody's.</summary>
internal static class RowIds
{
    private const int BlockSize = 16384;
    private const string TakeBlocks = "select nextval('id_blocks') from generate_series(1, @blocks)";

    public static async Task<long[]> TakeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, int count, CancellationToken cancellationToken)
    {
        var blocks = (count + BlockSize - 1) / BlockSize;
        var first = await connection.QueryAsync<long>(new CommandDefinition(TakeBlocks, new { blocks }, transaction, cancellationToken: cancellationToken));
        return [.. first.Order().SelectMany(id => Enumerable.Range(0, BlockSize).Select(i => id + i)).Take(count)];
    }
}
