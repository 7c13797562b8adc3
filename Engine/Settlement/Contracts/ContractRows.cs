using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Contracts;

/// <summary>Reads the contracts that can matter.</summary>
internal static class ContractRows
{
    private const string Select = "select merchant_id, valid_from, valid_until, share_basis_points from contracts";

    public static async Task<ContractBook> ReadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        new(await connection.QueryAsync<Contract>(new CommandDefinition(Select, transaction: transaction, cancellationToken: cancellationToken)));
}
