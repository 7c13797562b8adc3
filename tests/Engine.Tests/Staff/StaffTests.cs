using CarrierPay.Engine.Staff;
using CarrierPay.Engine.Storage;
using CarrierPay.TestSupport;
using Dapper;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace CarrierPay.Engine.Tests.Staff;

[TestFixture]
public sealed class StaffTests
{
    private const string Password = "correct horse battery";

    private TestDatabase _database = null!;
    private NpgsqlDataSource _admin = null!;
    private FakeTimeProvider _time = null!;
    private SignInStaff _signIn = null!;

    [SetUp]
    public async Task MakeDatabase()
    {
        _database = await TestDatabase.CreateAsync();
        _admin = Databases.Open(_database.OwnerConnectionString, DatabaseRole.Admin);
        _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        _signIn = new(_admin, _time);
        await ProvisionAsync(new StaffEntry("rita", StaffRole.Reviewer, Password, IsActive: true));
    }

    [TearDown]
    public async Task DropDatabase()
    {
        await _admin.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task The_right_password_signs_in_and_the_name_may_be_typed_in_capitals()
    {
        var answer = await TryAsync(Password, " RITA ");

        Assert.That(answer.Outcome, Is.EqualTo(SignInStaff.Outcome.SignedIn));
        Assert.That(answer.Member, Is.EqualTo(new StaffMember(answer.Member!.Id, "rita", StaffRole.Reviewer, MustChangePassword: false, SessionVersion: 1)));
    }

    [Test]
    public async Task An_unknown_name_is_answered_like_a_wrong_password()
    {
        Assert.That((await TryAsync(Password, "nobody")).Outcome, Is.EqualTo(SignInStaff.Outcome.WrongNameOrPassword));
        Assert.That((await TryAsync("wrong")).Outcome, Is.EqualTo(SignInStaff.Outcome.WrongNameOrPassword));
    }

    [Test]
    public async Task The_fifth_wrong_password_in_a_row_locks_the_name_for_a_quarter_of_an_hour()
    {
        for (var i = 1; i < SignInStaff.MostAttempts; i++)
            Assert.That((await TryAsync("wrong")).Outcome, Is.EqualTo(SignInStaff.Outcome.WrongNameOrPassword));
        var fifth = await TryAsync("wrong");
        Assert.That((fifth.Outcome, fifth.LockedUntil), Is.EqualTo((SignInStaff.Outcome.Locked, (DateTimeOffset?)_time.GetUtcNow().AddMinutes(15))));
        Assert.That((await TryAsync(Password)).Outcome, Is.EqualTo(SignInStaff.Outcome.Locked), "not even the right one is looked at");

        _time.Advance(SignInStaff.LockedFor);
        Assert.That((await TryAsync(Password)).Outcome, Is.EqualTo(SignInStaff.Outcome.SignedIn));
    }

    [Test]
    public async Task A_right_password_forgets_the_wrong_ones_before_it()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var i = 1; i < SignInStaff.MostAttempts; i++)
                await TryAsync("wrong");
            Assert.That((await TryAsync(Password)).Outcome, Is.EqualTo(SignInStaff.Outcome.SignedIn));
        }
    }

    [Test]
    public async Task Twenty_guesses_at_once_are_counted_as_twenty()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TryAsync("wrong")));

        Assert.That(answers.Select(a => a.Outcome), Does.Contain(SignInStaff.Outcome.Locked));
        await using var connection = await _database.Owner.OpenConnectionAsync();
        Assert.That(await connection.ExecuteScalarAsync<int>("select wrong_attempts from staff"), Is.EqualTo(SignInStaff.MostAttempts), "no password is looked at under a lock");
    }

    [Test]
    public async Task Whoever_is_closed_cannot_sign_in_and_every_session_has_ended()
    {
        var rita = (await TryAsync(Password)).Member!;
        var queries = new StaffQueries(_admin);
        Assert.That(await queries.FindBySessionAsync(rita.Id, rita.SessionVersion, CancellationToken.None), Is.EqualTo(rita));

        await ProvisionAsync(new StaffEntry("rita", StaffRole.Reviewer, null, IsActive: false));

        Assert.That(await queries.FindBySessionAsync(rita.Id, rita.SessionVersion, CancellationToken.None), Is.Null);
        Assert.That((await TryAsync(Password)).Outcome, Is.EqualTo(SignInStaff.Outcome.WrongNameOrPassword));
    }

    [Test]
    public async Task A_new_role_ends_the_sessions_and_a_repeat_changes_nothing()
    {
        var rita = (await TryAsync(Password)).Member!;
        var again = await ProvisionAsync(new StaffEntry("rita", StaffRole.Reviewer, "another password 1", IsActive: true));
        Assert.That((again.Added, again.Updated, again.Unchanged, again.Made.Count), Is.EqualTo((0, 0, 1, 0)));
        Assert.That((await TryAsync(Password)).Member, Is.EqualTo(rita), "the password of somebody known is not touched");

        var updated = await ProvisionAsync(new StaffEntry("rita", StaffRole.Approver, null, IsActive: true));
        Assert.That((updated.Added, updated.Updated, updated.Unchanged), Is.EqualTo((0, 1, 0)));
        Assert.That((await TryAsync(Password)).Member, Is.EqualTo(rita with { Role = StaffRole.Approver, SessionVersion = 2 }));
    }

    [Test]
    public async Task Without_a_password_a_one_time_one_is_made_and_must_be_changed()
    {
        var done = await ProvisionAsync(new StaffEntry("olga", StaffRole.Operations, null, IsActive: true));

        var made = done.Made.Single();
        Assert.That(made.Password, Does.Match("^([2-9A-Z]{4}-){3}[2-9A-Z]{4}$"));
        Assert.That(made.ToString(), Does.Not.Contain(made.Password));
        Assert.That((await TryAsync(made.Password, "olga")).Member!.MustChangePassword, Is.True);
    }

    [Test]
    public async Task A_reset_gives_a_new_password_and_opens_the_lock()
    {
        for (var i = 0; i < SignInStaff.MostAttempts; i++)
            await TryAsync("wrong");
        var made = await ProvisionStaff.ResetPasswordAsync(_admin, "Rita", _time);

        Assert.That((await TryAsync(Password)).Outcome, Is.EqualTo(SignInStaff.Outcome.WrongNameOrPassword));
        Assert.That((await TryAsync(made!.Password)).Member!.MustChangePassword, Is.True);
        Assert.That(await ProvisionStaff.ResetPasswordAsync(_admin, "nobody", _time), Is.Null);
    }

    [TestCase("short", ChangePassword.Outcome.TooShort)]
    [TestCase("this is Rita herself", ChangePassword.Outcome.HoldsName)]
    [TestCase(Password, ChangePassword.Outcome.SameAsBefore)]
    public async Task A_weak_password_is_refused(string fresh, ChangePassword.Outcome expected)
    {
        var rita = (await TryAsync(Password)).Member!;
        var (outcome, _) = await new ChangePassword(_admin, _signIn, _time).HandleAsync(rita, Password, fresh, CancellationToken.None);
        Assert.That(outcome, Is.EqualTo(expected));
    }

    [Test]
    public async Task Changing_the_password_needs_the_present_one_and_guesses_are_counted()
    {
        var rita = (await TryAsync(Password)).Member!;
        var change = new ChangePassword(_admin, _signIn, _time);
        for (var i = 1; i < SignInStaff.MostAttempts; i++)
            Assert.That((await change.HandleAsync(rita, "a wrong guess", "my own new password", CancellationToken.None)).Outcome, Is.EqualTo(ChangePassword.Outcome.WrongPassword));
        Assert.That((await change.HandleAsync(rita, "a wrong guess", "my own new password", CancellationToken.None)).Outcome, Is.EqualTo(ChangePassword.Outcome.Locked));
    }

    [Test]
    public async Task A_changed_password_ends_the_other_sessions_and_goes_on_with_this_one()
    {
        var rita = (await TryAsync(Password)).Member!;
        var (outcome, changed) = await new ChangePassword(_admin, _signIn, _time).HandleAsync(rita, Password, "my own new password", CancellationToken.None);

        Assert.That(outcome, Is.EqualTo(ChangePassword.Outcome.Changed));
        var queries = new StaffQueries(_admin);
        Assert.That(await queries.FindBySessionAsync(rita.Id, rita.SessionVersion, CancellationToken.None), Is.Null);
        Assert.That(await queries.FindBySessionAsync(changed.Id, changed.SessionVersion, CancellationToken.None), Is.EqualTo(changed));
        Assert.That((await TryAsync("my own new password")).Outcome, Is.EqualTo(SignInStaff.Outcome.SignedIn));
    }

    [Test]
    public async Task What_happens_to_a_user_stands_in_the_audit_log_without_a_password()
    {
        var rita = (await TryAsync(Password)).Member!;
        await new ChangePassword(_admin, _signIn, _time).HandleAsync(rita, Password, "my own new password", CancellationToken.None);
        for (var i = 0; i < SignInStaff.MostAttempts; i++)
            await TryAsync("wrong");
        await ProvisionStaff.ResetPasswordAsync(_admin, "rita", _time);

        var entries = await AuditTrail.ListAsync(_admin, "admin_user", "rita", who: null, before: null, limit: 10, CancellationToken.None);
        Assert.That(entries.Select(e => $"{e.Who}: {e.Action}").Reverse(), Is.EqualTo(new[]
        {
            "(provision): admin user added", "rita: signed in", "rita: signed in", "rita: password changed", "rita: locked after wrong passwords", "(provision): password reset",
        }));
        Assert.That(entries.Select(e => e.Details), Has.None.Contains("password"));
    }

    [Test]
    public async Task No_password_stands_in_the_database_and_the_engine_cannot_read_the_table()
    {
        await using var connection = await _database.Owner.OpenConnectionAsync();
        Assert.That(await connection.ExecuteScalarAsync<string>("select staff::text from staff"), Does.Not.Contain(Password));
        await using var engine = await _database.Databases.Engine.OpenConnectionAsync();
        Assert.That(
            () => engine.ExecuteScalarAsync("select password_hash from staff"),
            Throws.InstanceOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    private Task<SignInStaff.Answer> TryAsync(string password, string name = "rita") => _signIn.HandleAsync(name, password, CancellationToken.None);

    private Task<ProvisionStaff.Outcome> ProvisionAsync(params StaffEntry[] entries) => ProvisionStaff.RunAsync(_admin, entries, _time);
}
