using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Storage;

/// <summary>The roles that the migrations make; each may do the least that its process needs.</summary>
public static class DatabaseRole
{
    public const string Engine = "carrierpay_engine";
    public const string Admin = "carrierpay_admin";
    public const string ReadOnly = "carrierpay_readonly";
}

/// <summary>Connections to the database. Each takes its role when it starts, whoever it logs in as, so that even an owner's login cannot change a transfer.</summary>
public sealed class Databases : IAsyncDisposable
{
    private readonly string _connectionString;

    static Databases() => DapperSetup.Apply();

    public Databases(IOptions<DatabaseOptions> options)
        : this(options.Value.ConnectionString)
    {
    }

    public Databases(string connectionString)
    {
        _connectionString = connectionString;
        Engine = Open(connectionString, DatabaseRole.Engine);
    }

    /// <summary>The pool of the engine, for everything but the lanes' own transactions.</summary>
    public NpgsqlDataSource Engine { get; }

    /// <summary>For the one connection that a lane keeps: not pooled, named, and let go by the server when it hangs in a transaction.</summary>
    public string LaneConnectionString(int lane)
    {
        var builder = WithRole(_connectionString, DatabaseRole.Engine);
        builder.ApplicationName = $"carrierpay lane {lane}";
        builder.Pooling = false;
        builder.Options += " -c idle_in_transaction_session_timeout=3000";
        return builder.ConnectionString;
    }

    /// <summary>A pool whose connections hold this role and no other.</summary>
    public static NpgsqlDataSource Open(string connectionString, string role) => NpgsqlDataSource.Create(WithRole(connectionString, role));

    /// <summary>For the jobs: a small pool of their own.</summary>
    public static string JobsConnectionString(string connectionString, string role, int poolSize)
    {
        var builder = WithRole(connectionString, role);
        builder.ApplicationName = "carrierpay jobs";
        builder.MaxPoolSize = poolSize;
        // Hangfire refuses a connection string that would take part in ambient transactions, unless it is told to.
        builder.Enlist = false;
        return builder.ConnectionString;
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    private static NpgsqlConnectionStringBuilder WithRole(string connectionString, string role)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // "discard all" between two users of a pooled connection would put the login's own role back.
            NoResetOnClose = true,
            TcpKeepAlive = true,
        };
        builder.ApplicationName ??= role.Replace('_', ' ');
        // A date made of an instant is its day in UTC, whatever the server's own zone is.
        builder.Options = $"{builder.Options} -c role={role} -c timezone=UTC".TrimStart();
        return builder;
    }
}
