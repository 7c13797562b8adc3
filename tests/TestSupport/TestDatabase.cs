using CarrierPay.Engine.Storage;
using Npgsql;

namespace CarrierPay.TestSupport;

/// <summary>A migrated database of a fixture's own, on the server that CARRIERPAY_TEST_DATABASE names; dropped at the end.</summary>
/// <remarks>A template is migrated once for each state of the scripts, whoever comes first; each fixture gets a copy of it.</remarks>
public sealed class TestDatabase : IAsyncDisposable
{
    public const string Variable = "CARRIERPAY_TEST_DATABASE";
    private const long TemplateLock = 7230099;
    private readonly string _server;

    private TestDatabase(string server, string name)
    {
        _server = server;
        Name = name;
        OwnerConnectionString = At(server, name);
        Databases = new(OwnerConnectionString);
        Owner = NpgsqlDataSource.Create(OwnerConnectionString);
    }

    public string Name { get; }

    /// <summary>Logs in as the owner; <see cref="Databases"/> takes the engine's role from it.</summary>
    public string OwnerConnectionString { get; }

    /// <summary>Connections with the owner's rights.</summary>
    public NpgsqlDataSource Owner { get; }

    public Databases Databases { get; }

    /// <summary>The server's own connection string, to its database postgres.</summary>
    public static string Server =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } server
            ? server
            : throw new InvalidOperationException($"set {Variable} or run scripts/test");

    /// <param name="installation">Other settings than the usual ones; the database is then migrated by itself instead of copied.</param>
    public static async Task<TestDatabase> CreateAsync(InstallationOptions? installation = null)
    {
        var server = Server;
        var name = $"carrierpay_test_{Guid.NewGuid():N}";
        if (installation is null)
            await CopyAsync(server, await TemplateAsync(server), name);
        else
            await Migrations.OfThisBuild.MigrateAsync(At(server, name), installation);
        return new(server, name);
    }

    public async ValueTask DisposeAsync()
    {
        await Databases.DisposeAsync();
        await Owner.DisposeAsync();
        await ExecuteAsync(_server, $"drop database if exists {Name} with (force)");
    }

    private static async Task<string> TemplateAsync(string server)
    {
        var template = $"carrierpay_template_{DateTag}_{Migrations.OfThisBuild.Fingerprint()[..12]}";
        await using var connection = new NpgsqlConnection(At(server, null));
        await connection.OpenAsync();
        await using (var wait = new NpgsqlCommand($"select pg_advisory_lock({TemplateLock})", connection) { CommandTimeout = 0 })
            await wait.ExecuteNonQueryAsync();
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = @name", connection) { Parameters = { new("name", template) } };
        if (await exists.ExecuteScalarAsync() is null)
        {
            // Under another name until it is complete: a run that was stopped half-way leaves no half template.
            var making = $"{template}_making";
            await ExecuteAsync(server, $"drop database if exists {making} with (force)");
            await Migrations.OfThisBuild.MigrateAsync(At(server, making), new());
            // A backend whose client has gone may still be there for a moment.
            await ExecuteAsync(server, $"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{making}'");
            await ExecuteAsync(server, $"alter database {making} rename to {template}");
        }
        return template;
    }

    // The first migration makes the partitions of its own day: a template of another day would lack today's.
    private static string DateTag => TimeProvider.System.GetUtcNow().ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task CopyAsync(string server, string template, string name)
    {
        // Two copies of one template at the same moment are refused (55006): one after the other.
        await using var connection = new NpgsqlConnection(At(server, null));
        await connection.OpenAsync();
        await using (var wait = new NpgsqlCommand($"select pg_advisory_lock({TemplateLock})", connection) { CommandTimeout = 0 })
            await wait.ExecuteNonQueryAsync();
        await using var copy = new NpgsqlCommand($"create database {name} template {template}", connection);
        await copy.ExecuteNonQueryAsync();
    }

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(At(server, null));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string At(string server, string? database)
    {
        var builder = new NpgsqlConnectionStringBuilder(server);
        if (database is null)
            builder.Pooling = false;
        else
            builder.Database = database;
        return builder.ConnectionString;
    }
}
