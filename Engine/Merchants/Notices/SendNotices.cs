using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Primitives;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>Has a merchant's retries begin after this time.</summary>
public delegate void ScheduleRetry(MerchantId merchant, TimeSpan delay);

/// <summary>The hot loop of the notices: bundles per merchant what was charged, and makes the first attempt at once. A merchant has a line of its own, so a slow one delays nobody else.</summary>
/// <remarks>What fails, and what a slow merchant lets pile up, is left to <see cref="RetryNotices"/>. Everything is a row before it is sent: a crash loses nothing.</remarks>
public sealed partial class SendNotices(
    NoticeStore store, DeliverNotice deliver, EngineLease lease, ScheduleRetry scheduleRetry, TimeProvider time, IOptions<NoticesOptions> options, ILogger<SendNotices> logger)
    : BackgroundService
{
    /// <summary>As many notices wait in memory for one merchant, a megabyte or so; the others wait as rows.</summary>
    private const int LongestLine = 40;

    /// <summary>A merchant that is down gets no first attempts for so long.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<MerchantId, Queue<Notice>> _lines = [];
    private readonly Dictionary<MerchantId, DateTimeOffset> _holds = [];
    private readonly HashSet<long> _underWay = [];
    private readonly HashSet<Task> _running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                _running.RemoveWhere(task => task.IsCompleted);
                await TryTurnAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops: what is on its way stops too and is sent again, with the same webhook-id.
        }
        await Task.WhenAll(_running);
    }

#pragma warning disable CA1031 // the outer edge of a loop
    private async Task TryTurnAsync(CancellationToken stoppingToken)
    {
        try
        {
            var until = time.GetUtcNow();
            var isMore = lease.IsHeld;
            while (isMore)
            {
                (var made, isMore) = await store.BundleAsync(lease.Id, until, stoppingToken);
                await LineUpAsync(made, stoppingToken);
            }
            if (lease.IsHeld)
                await LineUpAsync(await store.TakeFreshAsync(lease.Id, UnderWay(), stoppingToken), stoppingToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogTurnFailed(failure);
        }
    }

    private async Task SendLineAsync(MerchantId merchant, Queue<Notice> line, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (Next(merchant, line) is { } notice)
            {
                try
                {
                    if (await deliver.HandleAsync(notice, stoppingToken) == DeliverNotice.Outcome.MerchantDown)
                        await HoldAsync(merchant, line, stoppingToken);
                }
                finally
                {
                    // Also after an error of ours: what is not under way is taken up again at the next turn.
                    lock (_gate)
                        _underWay.Remove(notice.Id);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            Forget(merchant, line);
            LogLineFailed(merchant, failure);
        }
    }
#pragma warning restore CA1031

    private long[] UnderWay()
    {
        lock (_gate)
            return [.. _underWay];
    }

    /// <summary>Puts notices into the lines of their merchants; those that find no room are left to the schedule.</summary>
    private async Task LineUpAsync(IReadOnlyList<Notice> notices, CancellationToken stoppingToken)
    {
        List<Notice> postponed = [];
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var notice in notices)
            {
                var isHeld = _holds.TryGetValue(notice.Merchant, out var until) && until > now;
                if (!_lines.TryGetValue(notice.Merchant, out var line))
                {
                    if (isHeld)
                    {
                        postponed.Add(notice);
                        continue;
                    }
                    _lines.Add(notice.Merchant, line = new());
                    line.Enqueue(notice);
                    _underWay.Add(notice.Id);
                    _running.Add(SendLineAsync(notice.Merchant, line, stoppingToken));
                }
                else if (isHeld || line.Count >= LongestLine)
                {
                    postponed.Add(notice);
                }
                else
                {
                    line.Enqueue(notice);
                    _underWay.Add(notice.Id);
                }
            }
        }
        if (postponed.Count > 0)
            await store.PostponeAsync(lease.Id, postponed, time.GetUtcNow() + Hold, stoppingToken);
    }

    /// <summary>The next of a line; null, and the line is gone, if there is none.</summary>
    private Notice? Next(MerchantId merchant, Queue<Notice> line)
    {
        lock (_gate)
        {
            if (line.TryDequeue(out var notice))
                return notice;
            _lines.Remove(merchant);
            return null;
        }
    }

    private async Task HoldAsync(MerchantId merchant, Queue<Notice> line, CancellationToken stoppingToken)
    {
        Notice[] waiting;
        var until = time.GetUtcNow() + Hold;
        lock (_gate)
        {
            _holds[merchant] = until;
            waiting = [.. line];
            line.Clear();
        }
        try
        {
            if (waiting.Length > 0)
                await store.PostponeAsync(waiting[0].Owner, waiting, until, stoppingToken);
        }
        finally
        {
            lock (_gate)
                _underWay.ExceptWith(waiting.Select(n => n.Id));
        }
        scheduleRetry(merchant, NoticeSchedule.FirstPause(options.Value.RetryDelays));
    }

    /// <summary>After an error of ours: the rows are taken up again at the next turn.</summary>
    private void Forget(MerchantId merchant, Queue<Notice> line)
    {
        lock (_gate)
        {
            _underWay.ExceptWith(line.Select(n => n.Id));
            _lines.Remove(merchant);
        }
    }

    [LoggerMessage(EventIds.NoticeTurnFailed, LogLevel.Warning, "Payments that merchants are to be told of could not be bundled; tried again with the next turn.")]
    private partial void LogTurnFailed(Exception failure);

    [LoggerMessage(EventIds.NoticeLineFailed, LogLevel.Error, "The notices of {MerchantId} stopped unexpectedly; they are taken up again.")]
    private partial void LogLineFailed(MerchantId merchantId, Exception failure);
}
