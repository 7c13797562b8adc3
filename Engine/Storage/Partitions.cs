using CarrierPay.Engine.Primitives;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Storage;

/// <summary>Makes the partitions of the coming days and periods ahead of time, so that midnight and a closing find theirs waiting.</summary>
public sealed partial class Partitions(Databases databases, TimeProvider time, ILogger<Partitions> logger) : BackgroundService
{
    private const int Ahead = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(1);

    // A new partition locks its parent for a moment: rather later than in front of everybody behind a long transaction.
    private const string Sql = """
        set local lock_timeout = '2s';
        select make_day_partitions(@today, @ahead) + make_period_partitions((select id from open_period), @ahead);
        """;

    /// <summary>Makes what is missing for today and the days ahead, in UTC, and for the open period and those ahead.</summary>
    /// <returns>How many it made.</returns>
    public async Task<int> MakeAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        await using var connection = await databases.Engine.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Sql, connection, transaction) { Parameters = { new("today", today), new("ahead", Ahead) } };
        var made = (int)(await command.ExecuteScalarAsync(cancellationToken) ?? 0);
        await transaction.CommitAsync(CancellationToken.None);
        return made;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await TryMakeAsync(stoppingToken) ? Pause : PauseAfterFailure;
            try
            {
                await Task.Delay(pause, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

#pragma warning disable CA1031 // the outer edge of a loop
    private async Task<bool> TryMakeAsync(CancellationToken stoppingToken)
    {
        try
        {
            var made = await MakeAsync(stoppingToken);
            if (made > 0)
                LogMade(made);
            return true;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception failure)
        {
            LogFailed(failure);
            return false;
        }
    }
#pragma warning restore CA1031

    [LoggerMessage(EventIds.PartitionsMade, LogLevel.Information, "{Partitions} partitions were made for the days and periods ahead.")]
    private partial void LogMade(int partitions);

    [LoggerMessage(EventIds.PartitionsFailed, LogLevel.Warning, "The partitions of the days ahead could not be made; tried again in a minute.")]
    private partial void LogFailed(Exception failure);
}
