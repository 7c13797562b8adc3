using System.Diagnostics.Metrics;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>One attempt at one notice: sends it, notes how it went, and when it is tried again.</summary>
/// <remarks>After a crash it may be sent twice, with the same webhook-id.</remarks>
public sealed partial class DeliverNotice(
    NoticeStore store, NoticeClient client, EngineLease lease, TimeProvider time, IOptions<NoticesOptions> options, IMeterFactory meters, ILogger<DeliverNotice> logger)
{
    /// <summary>Every expected answer.</summary>
    public enum Outcome
    {
        /// <summary>Another engine may have it by now.</summary>
        NotOurs,
        Delivered,

        /// <summary>Not delivered, and the next notice to this merchant would fare no better.</summary>
        MerchantDown,

        /// <summary>Not delivered for a reason of its own.</summary>
        Refused,
    }

    private readonly Counter<long> _attempts = meters.Create("CarrierPay.Merchants").CreateCounter<long>("carrierpay.notices.attempts", description: "Attempts to tell merchants of payments, by outcome");

    /// <param name="notice">Held by this engine.</param>
    public async Task<Outcome> HandleAsync(Notice notice, CancellationToken cancellationToken)
    {
        var address = await store.FindAddressAsync(notice.Merchant, cancellationToken);
        if (!lease.IsHeld || lease.Id != notice.Owner)
            return Outcome.NotOurs;
        var at = time.GetUtcNow();
        var start = time.GetTimestamp();
        var answer = address is null
            ? new(null, "the merchant has no address or no secret for it")
            : await client.SendAsync(address, notice.WebhookId, notice.Body, cancellationToken);
        var took = time.GetElapsedTime(start);

        DateTimeOffset? next = answer.IsDelivered
            ? null
            : NoticeSchedule.Next(notice.Attempts + 1, answer, at, notice.GiveUpAt, options.Value.RetryDelays, Random.Shared.Next(1001));
        // What happened is noted even if the process stops now: the next one would send it again.
        await store.RecordAsync(notice, answer, at, took, next, CancellationToken.None);
        if (answer.IsDelivered)
        {
            _attempts.Add(1, new KeyValuePair<string, object?>("outcome", "delivered"));
            return Outcome.Delivered;
        }
        _attempts.Add(1, new KeyValuePair<string, object?>("outcome", next is null ? "dead" : "failed"));
        if (next is null)
            LogDead(notice.WebhookId, notice.Merchant, notice.Attempts + 1, answer.Problem!);
        else
            LogFailed(notice.WebhookId, notice.Merchant, notice.Attempts + 1, answer.Problem!, next.Value);
        return answer.IsMerchantDown ? Outcome.MerchantDown : Outcome.Refused;
    }

    [LoggerMessage(EventIds.NoticeFailed, LogLevel.Warning, "{WebhookId} to {MerchantId} failed at attempt {Attempt}: {Problem}. Tried again at {NextAttemptAt:O}.")]
    private partial void LogFailed(string webhookId, MerchantId merchantId, int attempt, string problem, DateTimeOffset nextAttemptAt);

    [LoggerMessage(EventIds.NoticeDead, LogLevel.Error, "{WebhookId} to {MerchantId} is dead after attempt {Attempt}: {Problem}. It is sent again only when somebody replays it.")]
    private partial void LogDead(string webhookId, MerchantId merchantId, int attempt, string problem);
}
