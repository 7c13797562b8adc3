using CarrierPay.Engine.Storage;
using CarrierPay.TestSupport;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Tests.Storage;

/// <summary>What the engine's role may not do, although its tests log in as the owner.</summary>
[TestFixture]
public sealed class RoleTests
{
    private const string AddTransfer = """
        insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
        values (1, 1, @id, 1, 2, 1, 978, 0, 7, 500, 7, now())
        """;

    private TestDatabase _database = null!;

    [OneTimeSetUp]
    public async Task MakeDatabase()
    {
        _database = await TestDatabase.CreateAsync();
        await using var engine = await _database.Databases.Engine.OpenConnectionAsync();
        await engine.ExecuteAsync(AddTransfer, new { id = 1L });
    }

    [OneTimeTearDown]
    public async Task DropDatabase() => await _database.DisposeAsync();

    [Test]
    public async Task A_connection_keeps_its_role_when_it_comes_from_the_pool_again()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var connection = await _database.Databases.Engine.OpenConnectionAsync();
            Assert.That(await connection.ExecuteScalarAsync<string>("select current_user"), Is.EqualTo(DatabaseRole.Engine));
        }
    }

    [Test]
    public async Task A_lane_has_the_engines_role_and_is_let_go_when_it_hangs()
    {
        await using var connection = new NpgsqlConnection(_database.Databases.LaneConnectionString(3));
        await connection.OpenAsync();

        Assert.That(await connection.ExecuteScalarAsync<string>("select current_user"), Is.EqualTo(DatabaseRole.Engine));
        Assert.That(await connection.ExecuteScalarAsync<string>("show idle_in_transaction_session_timeout"), Is.EqualTo("3s"));
        Assert.That(await connection.ExecuteScalarAsync<string>("show application_name"), Is.EqualTo("carrierpay lane 3"));
    }

    [TestCase("update transfers set amount_minor = 1")]
    [TestCase("delete from transfers")]
    [TestCase("truncate transfers")]
    [TestCase("update payments set amount_minor = 1")]
    [TestCase("delete from messages")]
    [TestCase("delete from subscribers")]
    [TestCase("create table mine (id integer)")]
    [TestCase("update open_period set id = 2")]
    [TestCase("update installation set lanes = 1")]
    [TestCase("update merchants set status = 1")]
    public async Task Engine_is_refused(string sql)
    {
        await using var connection = await _database.Databases.Engine.OpenConnectionAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql));
        Assert.That(refusal!.SqlState, Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [TestCase("update transfers set amount_minor = 1")]
    [TestCase("delete from transfers")]
    public async Task Even_the_owner_cannot_change_a_transfer(string sql)
    {
        await using var connection = await _database.Owner.OpenConnectionAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql));
        Assert.That(refusal!.SqlState, Is.EqualTo(PostgresErrorCodes.RestrictViolation));
        Assert.That(await connection.ExecuteScalarAsync<long>("select amount_minor from transfers where id = 1"), Is.EqualTo(500));
    }
}
