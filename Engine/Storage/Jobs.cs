using System.ComponentModel.DataAnnotations;
using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Storage;

/// <summary>Settings of the jobs of minutes and longer.</summary>
public sealed class JobsOptions
{
    public const string Section = "CarrierPay:Jobs";

    /// <summary>How many jobs one engine runs at a time, 1 to 20.</summary>
    [Range(1, 20, ErrorMessage = Section + ":Workers must be 1 to 20.")]
    public int Workers { get; set; } = 4;

    /// <summary>How often a job that another process enqueued is looked for, 100 ms to 1 minute. An own one starts at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00", ErrorMessage = Section + ":PollInterval must be 00:00:00.1 to 00:01:00.")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>Registers Hangfire: schedules of minutes and longer, never anything per message or per payment (a job costs as much as 200 payments).</summary>
/// <remarks>
/// A job takes no state but ids, finds its work by query, and may run twice or late. It is never the only record that something must happen.
/// Tables in a schema of their own, made by <see cref="Migrations"/>; connections in a pool of their own, so that a flood of jobs takes none from the lanes.
/// </remarks>
public static class Jobs
{
    public const string Schema = "hangfire";

    // Workers, the schedulers and the dashboard.
    private const int PoolSize = 10;

    /// <summary>Enqueueing and the storage that the dashboard reads; runs nothing.</summary>
    /// <param name="role">Of <see cref="DatabaseRole"/>.</param>
    public static IServiceCollection AddJobs(this IServiceCollection services, string role)
    {
        services.AddOptions<JobsOptions>().BindConfiguration(JobsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHangfire((provider, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UsePostgreSqlStorage(
                storage => storage.UseNpgsqlConnection(
                    Databases.JobsConnectionString(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString, role, PoolSize)),
                StorageOptions(provider.GetRequiredService<IOptions<JobsOptions>>().Value)));
        return services;
    }

    /// <summary>Runs jobs in this process.</summary>
    public static IServiceCollection AddJobServer(this IServiceCollection services) =>
        services.AddHangfireServer((provider, server) => (server.WorkerCount, server.ServerTimeout) =
            (provider.GetRequiredService<IOptions<JobsOptions>>().Value.Workers, TimeSpan.FromMinutes(2)));

    /// <summary>Makes Hangfire's tables, or brings them up, with the owner's rights, and lets engine and admin use them. Safe to repeat.</summary>
    internal static async Task PrepareAsync(NpgsqlConnection owner, CancellationToken cancellationToken)
    {
        PostgreSqlObjectsInstaller.Install(owner, Schema);
        await using var grant = new NpgsqlCommand(Grants, owner);
        await grant.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string Grants = """
        grant usage on schema hangfire to carrierpay_engine, carrierpay_admin;
        grant select, insert, update, delete on all tables in schema hangfire to carrierpay_engine, carrierpay_admin;
        grant usage on all sequences in schema hangfire to carrierpay_engine, carrierpay_admin;
        """;

    private static PostgreSqlStorageOptions StorageOptions(JobsOptions options) => new()
    {
        SchemaName = Schema,
        PrepareSchemaIfNecessary = false,
        QueuePollInterval = options.PollInterval,
        // A job of any length keeps its place while its process lives; a killed process's job is taken up by another after a minute.
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromMinutes(1),
        // A killed process leaves its locks behind as rows; without this the timetable would stand still for ten minutes.
        DistributedLockTimeout = TimeSpan.FromMinutes(1),
    };
}
