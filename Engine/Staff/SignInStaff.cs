using CarrierPay.Engine.Storage;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Staff;

/// <summary>Proves by name and password who somebody is.</summary>
/// <remarks>
/// An attempt is counted before the password is looked at, so that a hundred at once are a hundred attempts. The fifth wrong one in a row
/// locks the name for <see cref="LockedFor"/>; what is tried meanwhile is neither looked at nor counted.
/// </remarks>
public sealed class SignInStaff(NpgsqlDataSource admin, TimeProvider time)
{
    public const int MostAttempts = 5;
    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(15);

    /// <summary>When several apply, the one listed first is given.</summary>
    public enum Outcome { Locked, WrongNameOrPassword, SignedIn }

    /// <param name="Member">Who signed in; null if nobody did.</param>
    /// <param name="LockedUntil">Set with <see cref="Outcome.Locked"/>.</param>
    public sealed record Answer(Outcome Outcome, StaffMember? Member = null, DateTimeOffset? LockedUntil = null);

    private sealed record Row(int Id, string Name, short Role, bool MustChangePassword, int SessionVersion, string PasswordHash);

    // After a lock has run out the count begins again.
    private const string CountAttempt = """
        update staff set
          wrong_attempts = case when locked_until is null then wrong_attempts + 1 else 1 end,
          locked_until = case when locked_until is null and wrong_attempts + 1 >= @most then @until end
        where name = @name and is_active and (locked_until is null or locked_until <= @now)
        returning id, name, role, must_change_password, session_version, password_hash
        """;

    private const string ReadLock = "select locked_until from staff where name = @name and is_active and locked_until > @now";
    private const string Forget = "update staff set wrong_attempts = 0, locked_until = null where id = @id and session_version = @sessionVersion";

    public async Task<Answer> HandleAsync(string name, string password, CancellationToken cancellationToken)
    {
        name = StaffMember.Normalize(name);
        var now = time.GetUtcNow().UtcDateTime;
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            CountAttempt, new { name, now, most = MostAttempts, until = now + LockedFor }, cancellationToken: cancellationToken));
        if (row is null)
        {
            if (await ReadLockAsync(connection, name, now, cancellationToken) is { } until)
                return new(Outcome.Locked, LockedUntil: until);
            Passwords.VerifyNobody(password);
            return new(Outcome.WrongNameOrPassword);
        }
        var isRight = Passwords.Verify(row.PasswordHash, password);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var answer = isRight ? await WelcomeAsync(connection, row, cancellationToken) : await RefuseAsync(connection, name, now, cancellationToken);
        if (answer.Outcome != Outcome.WrongNameOrPassword)
        {
            var action = answer.Outcome == Outcome.SignedIn ? "signed in" : "locked after wrong passwords";
            await AuditTrail.WriteAsync(connection, transaction, now, row.Name, action, StaffMember.ObjectKind, row.Name, new { answer.LockedUntil }, cancellationToken);
        }
        await transaction.CommitAsync(CancellationToken.None);
        return answer;
    }

    private static async Task<Answer> WelcomeAsync(NpgsqlConnection connection, Row row, CancellationToken cancellationToken)
    {
        var forgotten = await connection.ExecuteAsync(new CommandDefinition(Forget, new { row.Id, row.SessionVersion }, cancellationToken: cancellationToken));
        // Password, role or activity changed while the password was looked at: what was proved no longer counts.
        return forgotten == 1
            ? new(Outcome.SignedIn, new(row.Id, row.Name, (StaffRole)row.Role, row.MustChangePassword, row.SessionVersion))
            : new(Outcome.WrongNameOrPassword);
    }

    private static async Task<Answer> RefuseAsync(NpgsqlConnection connection, string name, DateTime now, CancellationToken cancellationToken) =>
        await ReadLockAsync(connection, name, now, cancellationToken) is { } until ? new(Outcome.Locked, LockedUntil: until) : new(Outcome.WrongNameOrPassword);

    private static async Task<DateTimeOffset?> ReadLockAsync(NpgsqlConnection connection, string name, DateTime now, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition(ReadLock, new { name, now }, cancellationToken: cancellationToken));
}
