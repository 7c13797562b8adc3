using CarrierPay.Engine.Storage;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Staff;

/// <summary>A member of the staff as the provision file describes it.</summary>
/// <param name="Password">Null = a one-time password is made if the member is new.</param>
/// <param name="IsActive">False ends all sessions and lets nobody in under this name.</param>
public sealed record StaffEntry(string Name, StaffRole Role, string? Password, bool IsActive)
{
    // It may hold a password: only the name is printed.
    public override string ToString() => $"staff {Name}";
}

/// <summary>A password that was made and is shown once: it is stored as a hash only.</summary>
public sealed record OneTimePassword(string Name, string Password)
{
    public override string ToString() => $"one-time password of {Name}";
}

/// <summary>Loads members of the staff. Safe to repeat: whoever is known keeps their password; a new role or an end ends their sessions.</summary>
public static class ProvisionStaff
{
    /// <param name="Made">To be handed over, each to its owner alone; it must be changed at the first sign-in.</param>
    public sealed record Outcome(int Added, int Updated, int Unchanged, IReadOnlyList<OneTimePassword> Made);

    /// <summary>Who did it, in the audit log: whoever may run the command on the machine. No user can have the name.</summary>
    private const string Provisioner = "(provision)";

    private const string ReadNames = "select name from staff where name = any(@names)";

    private const string Add = """
        insert into staff (name, role, is_active, password_hash, must_change_password, created_at) values (@Name, @Role, @IsActive, @hash, @mustChange, @now)
        on conflict (name) do nothing
        """;

    private const string Update = """
        update staff set role = @Role, is_active = @IsActive, session_version = session_version + 1
        where name = @Name and (role, is_active) is distinct from (@Role, @IsActive)
        """;

    private const string Reset = """
        update staff set password_hash = @hash, must_change_password = true, session_version = session_version + 1, wrong_attempts = 0, locked_until = null
        where name = @name
        """;

    /// <param name="admin">Connections with the role carrierpay_admin.</param>
    public static async Task<Outcome> RunAsync(NpgsqlDataSource admin, IReadOnlyList<StaffEntry> entries, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var outcome = new Outcome(0, 0, 0, []);
        if (entries.Count == 0)
            return outcome;
        var made = new List<OneTimePassword>();
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var known = (await connection.QueryAsync<string>(new CommandDefinition(
            ReadNames, new { names = entries.Select(e => e.Name).ToArray() }, transaction, cancellationToken: cancellationToken))).ToHashSet();
        foreach (var entry in entries)
        {
            if (!known.Contains(entry.Name) && await TryAddAsync(entry))
            {
                outcome = outcome with { Added = outcome.Added + 1 };
                continue;
            }
            var updated = await connection.ExecuteAsync(new CommandDefinition(
                Update, new { entry.Name, Role = (short)entry.Role, entry.IsActive }, transaction, cancellationToken: cancellationToken));
            if (updated == 1)
                await NoteAsync(entry, "admin user changed");
            outcome = outcome with { Updated = outcome.Updated + updated, Unchanged = outcome.Unchanged + 1 - updated };
        }
        await transaction.CommitAsync(CancellationToken.None);
        return outcome with { Made = made };

        async Task<bool> TryAddAsync(StaffEntry entry)
        {
            var password = entry.Password ?? Passwords.OneTime();
            var added = await connection.ExecuteAsync(new CommandDefinition(
                Add,
                new { entry.Name, Role = (short)entry.Role, entry.IsActive, hash = Passwords.Hash(password), mustChange = entry.Password is null, now = time.GetUtcNow().UtcDateTime },
                transaction, cancellationToken: cancellationToken));
            if (added == 0)
                return false;
            if (entry.Password is null)
                made.Add(new(entry.Name, password));
            await NoteAsync(entry, "admin user added");
            return true;
        }

        Task NoteAsync(StaffEntry entry, string action) => AuditTrail.WriteAsync(
            connection, transaction, time.GetUtcNow(), Provisioner, action, StaffMember.ObjectKind, entry.Name, new { role = entry.Role.ToString(), active = entry.IsActive }, cancellationToken);
    }

    /// <summary>Gives a member who forgot the password, or is locked, a one-time one; all their sessions end.</summary>
    /// <returns>Null if there is nobody of this name.</returns>
    public static async Task<OneTimePassword?> ResetPasswordAsync(NpgsqlDataSource admin, string name, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var made = new OneTimePassword(StaffMember.Normalize(name), Passwords.OneTime());
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var reset = await connection.ExecuteAsync(new CommandDefinition(
            Reset, new { made.Name, hash = Passwords.Hash(made.Password) }, transaction, cancellationToken: cancellationToken));
        if (reset == 0)
            return null;
        await AuditTrail.WriteAsync(connection, transaction, time.GetUtcNow(), Provisioner, "password reset", StaffMember.ObjectKind, made.Name, new { }, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return made;
    }
}
