using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CarrierPay.Engine.Primitives;
using Dapper;
using DbUp;
using DbUp.Engine;
using Npgsql;

namespace CarrierPay.Engine.Storage;

/// <summary>One numbered script of the schema.</summary>
/// <param name="Name"><c>NNNN_name.sql</c>; the number is the order.</param>
public sealed record MigrationScript(string Name, string Sql)
{
    /// <summary>SHA-256 of the text, lower-case hexadecimal. Line ends do not count.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.Replace("\r\n", "\n", StringComparison.Ordinal))));
}

/// <summary>Brings a database to the schema of this build, forward only, and refuses one that it does not know.</summary>
public sealed partial class Migrations(IReadOnlyList<MigrationScript> scripts)
{
    private const long Lock = 7230000;

    private const string MakeChecksums = "create table if not exists schema_checksums (script text not null, sha256 text not null, constraint schema_checksums_pkey primary key (script))";
    private const string ReadChecksums = "select script, sha256 from schema_checksums order by script";
    private const string HasChecksums = "select to_regclass('public.schema_checksums') is not null";

    // A login that made the roles but is no superuser must be a member of them to work with them.
    private const string GrantRoles = """
        grant select on schema_checksums to carrierpay_engine, carrierpay_admin, carrierpay_readonly;
        do $$
        declare r text;
        begin
          foreach r in array array['carrierpay_engine', 'carrierpay_admin', 'carrierpay_readonly'] loop
            if not pg_has_role(current_user, r, 'member') then
              execute format('grant %I to %I', r, current_user);
            end if;
          end loop;
        end $$;
        """;

    private const string AddInstallation = """
        insert into installation (lanes, currency, time_zone) values (@lanes, @currency, @timeZone)
        on conflict (only_row) do nothing
        """;

    /// <summary>The scripts of this build, in order.</summary>
    public static Migrations OfThisBuild { get; } = new(ReadEmbedded());

    public IReadOnlyList<MigrationScript> Scripts { get; } = [.. scripts.OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>Changes with any change of any script.</summary>
    public string Fingerprint() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Scripts.Select(s => $"{s.Name} {s.Checksum}")))));

    /// <summary>Makes the database if it is missing, runs the scripts that it has not seen, each in a transaction, and notes what is fixed for the installation. Safe to repeat, and from several processes at once.</summary>
    /// <returns>The names of the scripts that ran.</returns>
    /// <exception cref="SchemaException">A script was edited after it ran, the database is of a newer build, a script failed, or the installation was made with other settings.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(string ownerConnectionString, InstallationOptions installation, CancellationToken cancellationToken = default)
    {
        await MakeDatabaseAsync(ownerConnectionString, cancellationToken);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false });
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        // Held until the connection closes; the scripts run on another one.
        await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_lock(@Lock)", new { Lock }, commandTimeout: 0, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(MakeChecksums, cancellationToken: cancellationToken));
        var applied = await ReadAppliedAsync(connection, cancellationToken);
        RefuseUnknown(applied);

        var ran = Run(ownerConnectionString, [.. Scripts.Where(s => !applied.ContainsKey(s.Name))]);
        await connection.ExecuteAsync(new CommandDefinition(GrantRoles, cancellationToken: cancellationToken));
        await Jobs.PrepareAsync(connection, cancellationToken);
        await FixInstallationAsync(connection, installation, cancellationToken);
        return ran;
    }

    /// <summary>What a process calls when it starts.</summary>
    /// <exception cref="SchemaException">The database is older or newer than this build, or none of CarrierPay's.</exception>
    public async Task EnsureKnownSchemaAsync(NpgsqlDataSource source, CancellationToken cancellationToken = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(HasChecksums, cancellationToken: cancellationToken)))
            throw new SchemaException($"The database {connection.Database} has no schema of CarrierPay: migrate it first.");
        var applied = await ReadAppliedAsync(connection, cancellationToken);
        RefuseUnknown(applied);
        if (Scripts.FirstOrDefault(s => !applied.ContainsKey(s.Name)) is { } missing)
            throw new SchemaException($"The database {connection.Database} is older than this build: {missing.Name} has not run. Migrate it first.");
    }

    private void RefuseUnknown(Dictionary<string, string> applied)
    {
        foreach (var (name, checksum) in applied)
        {
            var script = Scripts.FirstOrDefault(s => s.Name == name)
                ?? throw new SchemaException($"The database is newer than this build: {name} has run on it, and this build does not have it. Use the build that made it, or a later one.");
            if (script.Checksum != checksum)
                throw new SchemaException($"{name} was edited after it ran on this database. Put it back as it was, and make the change in a new script.");
        }
    }

    private static List<string> Run(string connectionString, IReadOnlyList<MigrationScript> scripts)
    {
        if (scripts.Count == 0)
            return [];
        // The checksum is written by the script's own transaction: a script has run with its checksum or not at all.
        var withChecksums = scripts.Select(s => new SqlScript(
            s.Name, string.Create(CultureInfo.InvariantCulture, $"{s.Sql}\n;\ninsert into schema_checksums (script, sha256) values ('{s.Name}', '{s.Checksum}');\n")));
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        var result = DeployChanges.To.PostgresqlDatabase(unpooled)
            .WithScripts(withChecksums)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .WithExecutionTimeout(TimeSpan.FromHours(1))
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        return result.Successful
            ? [.. result.Scripts.Select(s => s.Name)]
            : throw new SchemaException($"{result.ErrorScript?.Name ?? "A migration"} failed, and nothing of it was done: {result.Error.Message}", result.Error);
    }

    private static async Task FixInstallationAsync(NpgsqlConnection connection, InstallationOptions installation, CancellationToken cancellationToken)
    {
        var currency = Currency.Of(installation.Currency);
        await connection.ExecuteAsync(new CommandDefinition(
            AddInstallation, new { lanes = (short)installation.Lanes, currency = currency.Numeric, timeZone = installation.TimeZone }, cancellationToken: cancellationToken));
        Installation.RefuseOther(await Installation.ReadAsync(connection, cancellationToken), installation);
    }

    private static async Task<Dictionary<string, string>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<(string Script, string Sha256)>(new CommandDefinition(ReadChecksums, cancellationToken: cancellationToken)))
        .ToDictionary(row => row.Script, row => row.Sha256, StringComparer.Ordinal);

    private static async Task MakeDatabaseAsync(string connectionString, CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(target.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            var name = target.Database ?? target.Username ?? throw new SchemaException("The connection string names no database.");
            await using var server = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Database = "postgres" }.ConnectionString);
            await server.OpenAsync(cancellationToken);
            try
            {
                await server.ExecuteAsync(new CommandDefinition($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", cancellationToken: cancellationToken));
            }
            catch (PostgresException made) when (made.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                // Another process made it meanwhile.
            }
        }
    }

    private static List<MigrationScript> ReadEmbedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = new List<MigrationScript>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => ScriptName().IsMatch(n)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            scripts.Add(new(name, reader.ReadToEnd()));
        }
        return scripts;
    }

    [GeneratedRegex(@"^\d{4}_[a-z0-9_]+\.sql$", RegexOptions.CultureInvariant)]
    private static partial Regex ScriptName();
}
