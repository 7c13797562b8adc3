using CarrierPay.Engine.Primitives;
using Hangfire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>Enters the search for due retries into Hangfire when an engine starts. Every engine does so; one entry results.</summary>
public sealed partial class NoticeTimetable(IRecurringJobManager recurring, TimeProvider time, ILogger<NoticeTimetable> logger) : BackgroundService
{
    private const string Due = "notice-retries";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested && !TryEnter())
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

#pragma warning disable CA1031 // the outer edge of a loop: a killed engine's lock, or a database that is away
    private bool TryEnter()
    {
        try
        {
            recurring.AddOrUpdate<RetryNotices>(Due, job => job.FindDueAsync(CancellationToken.None), Cron.Minutely());
            return true;
        }
        catch (Exception failure)
        {
            LogFailed(failure.Message);
            return false;
        }
    }
#pragma warning restore CA1031

    [LoggerMessage(EventIds.NoticeTimetableFailed, LogLevel.Warning, "The search for due notices could not be entered yet: {Problem}")]
    private partial void LogFailed(string problem);
}
