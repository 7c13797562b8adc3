using CarrierPay.Engine.Lanes;
using Hangfire;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>The jobs of the schedule: tries notices again whose time has come. They carry a merchant's id and nothing else, and may run twice or late: the rows say what is due.</summary>
public sealed class RetryNotices(NoticeStore store, DeliverNotice deliver, EngineLease lease, ScheduleRetry scheduleRetry, TimeProvider time)
{
    /// <summary>A job ends after so long; what is left is due at the next turn.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(45);

    /// <summary>Every minute: has each merchant that has something due tried by a job of its own, so that a slow one delays nobody else.</summary>
    [AutomaticRetry(Attempts = 0)] // the next minute's is the retry
    [JobDisplayName("Find merchants with notices that are due")]
    public async Task FindDueAsync(CancellationToken cancellationToken)
    {
        foreach (var merchant in await store.FindDueMerchantsAsync(cancellationToken))
            scheduleRetry(merchant, TimeSpan.Zero);
    }

    /// <summary>Tries what is due of one merchant, one after the other. Stops when the merchant is down: the rest stays due.</summary>
    [AutomaticRetry(Attempts = 0)] // what is due is found again within a minute
    [JobDisplayName("Notices of merchant {0}")]
    public async Task RunAsync(int merchantId, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (lease.IsHeld)
        {
            var owner = lease.Id;
            var due = await store.TakeDueAsync(owner, new(merchantId), cancellationToken);
            if (due.Count == 0)
                return;
            for (var i = 0; i < due.Count; i++)
            {
                var outcome = await deliver.HandleAsync(due[i], cancellationToken);
                if (outcome is DeliverNotice.Outcome.Delivered or DeliverNotice.Outcome.Refused && time.GetElapsedTime(start) < Longest)
                    continue;
                await store.PostponeAsync(owner, due.Skip(i + 1), time.GetUtcNow(), cancellationToken);
                return;
            }
        }
    }
}
