using CarrierPay.Engine.Storage;
using CarrierPay.TestSupport;
using Dapper;

namespace CarrierPay.Engine.Tests.Storage;

[TestFixture]
public sealed class MigrationsTests
{
    private TestDatabase _database = null!;

    [SetUp]
    public async Task MakeDatabase() => _database = await TestDatabase.CreateAsync();

    [TearDown]
    public async Task DropDatabase() => await _database.DisposeAsync();

    [Test]
    public async Task A_migrated_database_is_known_and_migrating_again_runs_nothing()
    {
        var ran = await Task.WhenAll(MigrateAsync(Migrations.OfThisBuild), MigrateAsync(Migrations.OfThisBuild));

        Assert.That(ran, Is.All.Empty);
        await Migrations.OfThisBuild.EnsureKnownSchemaAsync(_database.Databases.Engine);
    }

    [Test]
    public async Task A_script_that_was_edited_after_it_ran_is_refused()
    {
        var scripts = Migrations.OfThisBuild.Scripts;
        var edited = new Migrations([scripts[0] with { Sql = scripts[0].Sql + " -- later" }, .. scripts.Skip(1)]);

        var refused = await Assert.ThrowsAsync<SchemaException>(() => MigrateAsync(edited));
        Assert.That(refused!.Message, Does.Contain(scripts[0].Name).And.Contain("edited"));
    }

    [Test]
    public async Task A_database_of_a_newer_build_is_refused()
    {
        var older = new Migrations([.. Migrations.OfThisBuild.Scripts.SkipLast(1)]);

        Assert.That((await Assert.ThrowsAsync<SchemaException>(() => MigrateAsync(older)))!.Message, Does.Contain("newer"));
        Assert.That((await Assert.ThrowsAsync<SchemaException>(() => older.EnsureKnownSchemaAsync(_database.Databases.Engine)))!.Message, Does.Contain("newer"));
    }

    [Test]
    public async Task A_database_of_an_older_build_is_refused_until_it_is_migrated()
    {
        var newer = new Migrations([.. Migrations.OfThisBuild.Scripts, new("9999_later.sql", "create table later (id integer);")]);

        Assert.That((await Assert.ThrowsAsync<SchemaException>(() => newer.EnsureKnownSchemaAsync(_database.Databases.Engine)))!.Message, Does.Contain("9999_later.sql"));
        Assert.That(await MigrateAsync(newer), Is.EqualTo(new[] { "9999_later.sql" }));
        await newer.EnsureKnownSchemaAsync(_database.Databases.Engine);
    }

    [Test]
    public async Task A_script_that_fails_leaves_nothing()
    {
        var broken = new Migrations([.. Migrations.OfThisBuild.Scripts, new("9999_broken.sql", "create table half (id integer); select 1 / 0;")]);

        var refused = await Assert.ThrowsAsync<SchemaException>(() => MigrateAsync(broken));
        Assert.That(refused!.Message, Does.Contain("9999_broken.sql"));
        await using var connection = await _database.Owner.OpenConnectionAsync();
        Assert.That(await connection.ExecuteScalarAsync<bool>("select to_regclass('half') is null"), Is.True);
        await Migrations.OfThisBuild.EnsureKnownSchemaAsync(_database.Databases.Engine);
    }

    [Test]
    public async Task Another_setting_than_the_one_it_was_made_with_is_refused_by_name()
    {
        Assert.That((await Assert.ThrowsAsync<SchemaException>(() => MigrateAsync(Migrations.OfThisBuild, new() { Lanes = 16 })))!.Message, Does.Contain("CarrierPay:Installation:Lanes is 16").And.Contain("32"));
        Assert.That((await Assert.ThrowsAsync<SchemaException>(() => MigrateAsync(Migrations.OfThisBuild, new() { Currency = "UGX" })))!.Message, Does.Contain("CarrierPay:Installation:Currency"));
        Assert.That((await Assert.ThrowsAsync<SchemaException>(() => MigrateAsync(Migrations.OfThisBuild, new() { TimeZone = "Africa/Nairobi" })))!.Message, Does.Contain("CarrierPay:Installation:TimeZone"));
    }

    [Test]
    public async Task A_missing_database_is_made_with_its_own_settings()
    {
        await using var other = await TestDatabase.CreateAsync(new() { Lanes = 4, Currency = "UGX", TimeZone = "Africa/Kampala" });
        await using var connection = await other.Databases.Engine.OpenConnectionAsync();
        var made = await Installation.ReadAsync(connection, CancellationToken.None);

        Assert.That((made.Lanes, made.Currency.Code, made.TimeZone.Id), Is.EqualTo(((short)4, "UGX", "Africa/Kampala")));
    }

    private Task<IReadOnlyList<string>> MigrateAsync(Migrations migrations, InstallationOptions? installation = null) =>
        migrations.MigrateAsync(_database.OwnerConnectionString, installation ?? new());
}
