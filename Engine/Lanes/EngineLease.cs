using CarrierPay.Engine.Primitives;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>This process among the engines: its number, its heartbeat, and whether it may still act on what it holds in memory.</summary>
/// <remarks>
/// Alive is who holds the advisory lock on its number (freed by a kill -9) and beats (a frozen process does not). The others take over what an engine owned
/// after <see cref="DeadAfter"/>; the engine itself stops acting after <see cref="LeaseTime"/>, by the monotonic clock, so that the two never overlap.
/// </remarks>
public sealed partial class EngineLease(NpgsqlDataSource database, TimeProvider time, ILogger<EngineLease> logger) : BackgroundService
{
    /// <summary>First key of the advisory locks on engine numbers.</summary>
    public const int LockClass = 7230003;

    /// <summary>How long after the last heartbeat an engine counts as dead for the others.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(8);

    private const string Register =
        """
        insert into engines (id, name, started_at, heartbeat_at)
        values ($1, $2, clock_timestamp(), clock_timestamp())
        """;

    private const string TakeNumber = "select nextval('engine_ids')::integer";
    private const string Lock = "select pg_advisory_lock($1, $2)";
    private const string Beat = "update engines set heartbeat_at = clock_timestamp() where id = $1";
    private const string Leave = "delete from engines where id = $1";

    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isGivenUp;
    private volatile Beating _last = new(0, 0); // number and beat together: they are of one registration

    /// <summary>The number of this engine; 0 before it is registered, which means nobody.</summary>
    public int Id => _last.Number;

    /// <summary>Whether this process may act, under the number that it has now.</summary>
    public bool IsHeld => Holds(null);

    /// <summary>Whether this process may act on what it holds under this number. Ask right before the first octet of an outside call; if not, do not send.</summary>
    /// <remarks>Under another number it may not, however well that one beats: what a lost number owned has been taken up.</remarks>
    /// <param name="number">Null = whichever it has now.</param>
    public bool Holds(int? number) => _last is var last && (number is null || number == last.Number) && IsLive(last);

    internal Task Registered => _registered.Task;

    /// <summary>Goes on under a new number at the next beat, so that all that the old one owned is taken up again. Some of it may be sent twice.</summary>
    internal void StartAnew() => _isGivenUp = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LiveAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                HeartbeatFailed(e.Message);
                await PauseAsync(stoppingToken);
            }
        }
    }

    /// <summary>Registers under a new number and beats until the connection or the number is lost, or given up.</summary>
    private async Task LiveAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        var start = time.GetTimestamp();
        int id;
        await using (var number = new NpgsqlCommand(TakeNumber, connection))
            id = (int)(await number.ExecuteScalarAsync(stoppingToken))!;
        // The lock first: a row without its lock would be taken for a dead engine's.
        await using (var take = new NpgsqlCommand(Lock, connection))
        {
            take.Parameters.Add(new NpgsqlParameter<int> { TypedValue = LockClass });
            take.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
            await take.ExecuteNonQueryAsync(stoppingToken);
        }
        await using (var register = new NpgsqlCommand(Register, connection))
        {
            register.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
            register.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{Environment.MachineName}/{Environment.ProcessId}" });
            await register.ExecuteNonQueryAsync(stoppingToken);
        }
        _last = new(id, start);
        _registered.TrySetResult();

        await using var beat = new NpgsqlCommand(Beat, connection) { CommandTimeout = 3 };
        beat.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
        try
        {
            while (await PauseAsync(stoppingToken) && !_isGivenUp)
            {
                start = time.GetTimestamp();
                if (await beat.ExecuteNonQueryAsync(stoppingToken) == 0)
                {
                    HeartbeatLost(id);
                    return;
                }
                _last = new(id, start);
            }
        }
        finally
        {
            // Before the connection goes, and its lock with it: then others may take up at once what this number owned.
            _last = _last with { IsOver = true };
        }
        // From here on nothing is sent; what this number owned has no owner and is taken up by whoever lives.
        _last = new(0, 0);
        _isGivenUp = false;
        await using var leave = new NpgsqlCommand(Leave, connection);
        leave.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
        await leave.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private bool IsLive(Beating last) => last is { Number: not 0, IsOver: false } && time.GetElapsedTime(last.At) < LeaseTime;

    /// <summary>False when the process stops.</summary>
    private async Task<bool> PauseAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(BeatInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stoppingToken.IsCancellationRequested;
    }

    /// <param name="At">Timestamp before the beat was asked for.</param>
    private sealed record Beating(int Number, long At, bool IsOver = false);

    [LoggerMessage(EventIds.HeartbeatFailed, LogLevel.Warning, "The heartbeat failed: {Problem}. Nothing is sent until it beats again")]
    private partial void HeartbeatFailed(string problem);

    [LoggerMessage(EventIds.HeartbeatLost, LogLevel.Warning, "Engine {EngineId} was taken for dead by another and goes on under a new number")]
    private partial void HeartbeatLost(int engineId);
}
