using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using Hangfire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Settlement;

/// <summary>Enters the recurring jobs into Hangfire when an engine starts, and has what was left undone taken up at once. Every engine does so; one entry results.</summary>
public sealed partial class Timetable(
    NpgsqlDataSource database, IRecurringJobManager recurring, IBackgroundJobClient jobs, IOptions<SettlementOptions> options, TimeProvider time, ILogger<Timetable> logger)
    : BackgroundService
{
    private const string Due = "settlement";
    private const string Proof = "balance-proof";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryEnterAsync(stoppingToken))
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

#pragma warning disable CA1031 // the outer edge of a loop: a killed engine's lock, or a database that is away
    private async Task<bool> TryEnterAsync(CancellationToken stoppingToken)
    {
        if (stoppingToken.IsCancellationRequested)
            return true;
        try
        {
            jobs.Enqueue<SettlementJobs>(job => job.RunDueAsync(CancellationToken.None));
            await using var connection = await database.OpenConnectionAsync(stoppingToken);
            var zone = (await Installation.ReadAsync(connection, stoppingToken)).TimeZone;
            var proofAt = options.Value.ProofAt;
            recurring.AddOrUpdate<SettlementJobs>(Due, job => job.RunDueAsync(CancellationToken.None), Cron.Minutely());
            recurring.AddOrUpdate<SettlementJobs>(
                Proof, job => job.ProveBalancesAsync(CancellationToken.None), Cron.Daily(proofAt.Hour, proofAt.Minute), new RecurringJobOptions { TimeZone = zone });
            return true;
        }
        catch (Exception failure)
        {
            LogFailed(failure.Message);
            return false;
        }
    }
#pragma warning restore CA1031

    [LoggerMessage(EventIds.TimetableFailed, LogLevel.Warning, "The recurring jobs could not be entered yet: {Problem}")]
    private partial void LogFailed(string problem);
}
