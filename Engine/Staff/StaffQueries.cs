using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Staff;

/// <summary>Reads members of the staff.</summary>
public sealed class StaffQueries(NpgsqlDataSource admin)
{
    private sealed record Row(int Id, string Name, short Role, bool MustChangePassword, int SessionVersion);

    private const string Current = "select id, name, role, must_change_password, session_version from staff where id = @id and session_version = @sessionVersion and is_active";

    /// <summary>The member whose session this is; null if the session has ended: another password, another role, not active any more.</summary>
    public async Task<StaffMember?> FindBySessionAsync(int id, int sessionVersion, CancellationToken cancellationToken)
    {
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(Current, new { id, sessionVersion }, cancellationToken: cancellationToken));
        return row is null ? null : new(row.Id, row.Name, (StaffRole)row.Role, row.MustChangePassword, row.SessionVersion);
    }
}
