using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.StandardWebhooks;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>Where a notice that is not delivered stands. Numbers stand in the database and never change.</summary>
public enum NoticeState : short
{
    /// <summary>To be sent at once, by the hot loop: new, or replayed.</summary>
    Fresh = 1,

    /// <summary>Waits for its next attempt, brought by the schedule.</summary>
    Retrying = 2,

    /// <summary>Not tried any more; somebody may replay it.</summary>
    Dead = 3,
}

/// <summary>A notice in the hands of the engine that is to send it.</summary>
/// <param name="Owner">The engine's number when it took the notice.</param>
/// <param name="Attempts">Made so far, since it was made or last replayed.</param>
/// <param name="Body">What is sent, the same at each attempt.</param>
public sealed record Notice(long Id, MerchantId Merchant, int Owner, int Attempts, DateTimeOffset GiveUpAt, string Body)
{
    /// <summary>The <c>webhook-id</c>, the same at each attempt.</summary>
    public string WebhookId => WebhookIdOf(Id);

    public static string WebhookIdOf(long id) => $"notice_{id}";
}

/// <summary>Where a merchant wants its notices, and with which secret they are signed. Not a record: nothing prints it.</summary>
public sealed class NoticeAddress(Uri url, WebhookSecret secret)
{
    public Uri Url { get; } = url;
    public WebhookSecret Secret { get; } = secret;
}

/// <summary>How one attempt went.</summary>
/// <param name="Status">Of the HTTP answer; null = there was none.</param>
/// <param name="Problem">Null if it was delivered.</param>
/// <param name="RetryAfter">What the merchant asked for.</param>
public sealed record NoticeAnswer(int? Status, string? Problem, TimeSpan? RetryAfter = null)
{
    /// <summary>Only 2xx counts.</summary>
    public bool IsDelivered => Problem is null;

    /// <summary>Standard Webhooks: the endpoint is not there any more.</summary>
    public bool IsGone => Status == 410;

    /// <summary>Whether the next notice would fare no better: no answer, an error of its own, too much at a time.</summary>
    public bool IsMerchantDown => !IsDelivered && Status is null or 429 or >= 500;
}
