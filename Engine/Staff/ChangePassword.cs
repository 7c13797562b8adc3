using CarrierPay.Engine.Storage;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Staff;

/// <summary>Gives a member of the staff a password of their own choice; all their sessions but the one that asks end with it.</summary>
/// <remarks>The present password is proved by <see cref="SignInStaff"/>, so that guesses are counted here too.</remarks>
public sealed class ChangePassword(NpgsqlDataSource admin, SignInStaff signIn, TimeProvider time)
{
    /// <summary>When several apply, the one listed first is given.</summary>
    public enum Outcome { TooShort, TooLong, HoldsName, SameAsBefore, Locked, WrongPassword, Changed }

    private const string Write = """
        update staff set password_hash = @hash, must_change_password = false, session_version = session_version + 1, wrong_attempts = 0, locked_until = null
        where id = @id and session_version = @sessionVersion
        returning session_version
        """;

    /// <returns>With <see cref="Outcome.Changed"/> the member as it is now: the session goes on as that one.</returns>
    public async Task<(Outcome Outcome, StaffMember Member)> HandleAsync(StaffMember member, string current, string fresh, CancellationToken cancellationToken)
    {
        if (fresh.Length < Passwords.Shortest)
            return (Outcome.TooShort, member);
        if (fresh.Length > Passwords.Longest)
            return (Outcome.TooLong, member);
        if (fresh.Contains(member.Name, StringComparison.OrdinalIgnoreCase))
            return (Outcome.HoldsName, member);
        if (fresh == current)
            return (Outcome.SameAsBefore, member);

        switch ((await signIn.HandleAsync(member.Name, current, cancellationToken)).Outcome)
        {
            case SignInStaff.Outcome.Locked:
                return (Outcome.Locked, member);
            case SignInStaff.Outcome.WrongNameOrPassword:
                return (Outcome.WrongPassword, member);
        }
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var version = await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            Write, new { member.Id, member.SessionVersion, hash = Passwords.Hash(fresh) }, transaction, cancellationToken: cancellationToken));
        // No row: password or role was changed by somebody else just now, and this session has ended with it.
        if (version is not { } raised)
            return (Outcome.WrongPassword, member);
        await AuditTrail.WriteAsync(connection, transaction, time.GetUtcNow(), member.Name, "password changed", StaffMember.ObjectKind, member.Name, new { }, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (Outcome.Changed, member with { MustChangePassword = false, SessionVersion = raised });
    }
}
