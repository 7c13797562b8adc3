using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using CarrierPay.Simulator.Web;

namespace CarrierPay.Simulator.Masp;

/// <summary>How the merchant treats a signed quote request.</summary>
public enum QuoteMode
{
    /// <summary>Gives a price.</summary>
    Answer,
    /// <summary>Takes the request and never answers.</summary>
    Silent,
    /// <summary>Answers after the delay, 10 s when none is set.</summary>
    Late,
    /// <summary>Answers 200 with something that is not a quote.</summary>
    Nonsense,
    /// <summary>Answers 409: it does not sell this.</summary>
    Refuse,
    /// <summary>Answers 500.</summary>
    Error,
    /// <summary>Gives a price in another currency.</summary>
    Currency,
    /// <summary>Gives a price that was valid until a minute ago.</summary>
    Expired,
}

/// <summary>How the merchant treats a signed notice.</summary>
public enum NoticeMode
{
    /// <summary>204.</summary>
    Answer,
    /// <summary>500.</summary>
    Error,
    /// <summary>410: do not send any more.</summary>
    Gone,
    /// <summary>400: it does not understand the notice.</summary>
    Refuse,
    /// <summary>302 to its quotes: a sender that follows it gets another refusal.</summary>
    Redirect,
    /// <summary>Never answers.</summary>
    Silent,
}

/// <summary>What a merchant is told to be; a field that is left out stays as it is.</summary>
/// <param name="Secret"><c>whsec_...</c>, never shown again.</param>
/// <param name="Price">Minor units of <paramref name="Currency"/>.</param>
/// <param name="DelayMs">Before every answer, in every mode; 0 to 600,000.</param>
public sealed record MaspOrder(string? Secret = null, long? Price = null, string? Currency = null, string? Text = null,
    QuoteMode? Mode = null, NoticeMode? NoticeMode = null, int? DelayMs = null);

/// <summary>What a merchant is now.</summary>
public sealed record MaspView(string Keyword, long Price, string Currency, string Text, QuoteMode Mode, NoticeMode NoticeMode, int DelayMs, bool HasSecret, int Quotes, int Notices, QuoteAsked? LastQuote);

/// <summary>The body of a quote request.</summary>
public sealed record QuoteRequest(string QuoteRequestId, string Subscriber, string Keyword, string? Item = null, long? Amount = null);

/// <summary>The body of the answer. <paramref name="Price"/> in minor units.</summary>
public sealed record Quote(long Price, string Currency, DateTimeOffset ValidUntil, string QuoteId, string Text);

/// <summary>A quote request as it came, whether it was right or not.</summary>
public sealed record QuoteAsked(int Seq, DateTimeOffset At, WebhookVerification Signature, string? WebhookId, QuoteRequest? Request, int Status, Quote? Answer);

/// <summary>A notice as it came, whether it was right or not.</summary>
/// <param name="Repeat">The same webhook-id was taken before.</param>
/// <param name="Body">As text, byte for byte if it is UTF-8.</param>
public sealed record NoticeReceived(int Seq, DateTimeOffset At, WebhookVerification Signature, string? WebhookId, bool Repeat, int Status, string Body);

/// <summary>One merchant service provider: its price, its mood, and what it was sent. Safe to use from several threads.</summary>
public sealed class Merchant(string keyword, TimeProvider time, Feed feed)
{
    /// <summary>As many requests and notices are kept; the oldest make room.</summary>
    public const int Memory = 1000;

    private static readonly TimeSpan QuoteValidity = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LateDelay = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Queue<QuoteAsked> _quotes = new();
    private readonly Queue<NoticeReceived> _notices = new();
    private readonly HashSet<string> _noticeIds = new(StringComparer.Ordinal);
    private int _quoteCount;
    private int _noticeCount;
    private QuoteAsked? _lastQuote;
    private WebhookSecret? _secret;
    private Terms _terms = new(1250, "EUR", "Caffe Latte", QuoteMode.Answer, NoticeMode.Answer, TimeSpan.Zero);

    /// <summary>What one answer is made from: taken once per request, so that a change in between mixes nothing.</summary>
    internal sealed record Terms(long Price, string Currency, string Text, QuoteMode Mode, NoticeMode NoticeMode, TimeSpan Delay)
    {
        public TimeSpan QuoteDelay => Mode == QuoteMode.Late && Delay == TimeSpan.Zero ? LateDelay : Delay;
    }

    /// <summary>Upper case.</summary>
    public string Keyword => keyword;

    public MaspView View
    {
        get { lock (_lock) return MakeView(); }
    }

    public IReadOnlyList<QuoteAsked> Quotes
    {
        get { lock (_lock) return [.. _quotes]; }
    }

    public IReadOnlyList<NoticeReceived> Notices
    {
        get { lock (_lock) return [.. _notices]; }
    }

    internal Terms Current
    {
        get { lock (_lock) return _terms; }
    }

    /// <summary>Changes what is given and keeps the rest. Safe to repeat.</summary>
    /// <exception cref="ArgumentException">A field has no possible value; nothing was changed.</exception>
    public void Become(MaspOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var secret = order.Secret is { } text ? WebhookSecret.Parse(text) : null;
        if (order.Price is <= 0) throw new ArgumentException("price is in minor units, 1 or more.");
        if (order.Currency is { } currency && (currency.Length != 3 || currency.AsSpan().ContainsAnyExceptInRange('A', 'Z')))
            throw new ArgumentException("currency is three capital letters (ISO 4217).");
        if (order.Text is { Length: 0 or > 100 }) throw new ArgumentException("text has 1 to 100 characters.");
        if (order.DelayMs is < 0 or > 600_000) throw new ArgumentException("delayMs is 0 to 600000.");
        lock (_lock)
        {
            _secret = secret ?? _secret;
            _terms = new Terms(order.Price ?? _terms.Price, order.Currency ?? _terms.Currency, order.Text ?? _terms.Text, order.Mode ?? _terms.Mode,
                order.NoticeMode ?? _terms.NoticeMode, order.DelayMs is { } delay ? TimeSpan.FromMilliseconds(delay) : _terms.Delay);
            feed.Publish(new FeedEvent.MaspChanged(MakeView()));
        }
    }

    /// <summary>A merchant without a secret cannot verify anything, and says so by refusing.</summary>
    internal WebhookVerification Verify(string? id, string? timestamp, string? signature, ReadOnlySpan<byte> body)
    {
        WebhookSecret? secret;
        lock (_lock) secret = _secret;
        return secret is null ? WebhookVerification.SignatureWrong : new WebhookVerifier(time, secret).Verify(id, timestamp, signature, body);
    }

    /// <summary>The quote for a request. The same request gives the same quote id.</summary>
    internal Quote MakeQuote(QuoteRequest request, Terms terms) => new(
        request.Amount ?? terms.Price,
        terms.Mode != QuoteMode.Currency ? terms.Currency : terms.Currency == "USD" ? "EUR" : "USD",
        time.GetUtcNow() + (terms.Mode == QuoteMode.Expired ? TimeSpan.FromMinutes(-1) : QuoteValidity),
        "q_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(keyword + ' ' + request.QuoteRequestId)).AsSpan(0, 10)),
        terms.Text);

    internal void Remember(WebhookVerification signature, string? webhookId, QuoteRequest? request, int status, Quote? answer)
    {
        lock (_lock)
        {
            _lastQuote = new QuoteAsked(++_quoteCount, time.GetUtcNow(), signature, webhookId, request, status, answer);
            if (_quotes.Count == Memory) _quotes.Dequeue();
            _quotes.Enqueue(_lastQuote);
            feed.Publish(new FeedEvent.MaspChanged(MakeView()));
        }
    }

    internal void Remember(WebhookVerification signature, string? webhookId, int status, string body)
    {
        lock (_lock)
        {
            var taken = status == StatusCodes.Status204NoContent && webhookId is not null;
            var repeat = webhookId is not null && _noticeIds.Contains(webhookId);
            if (taken) _noticeIds.Add(webhookId!);
            if (_notices.Count == Memory && _notices.Dequeue().WebhookId is { } forgotten) _noticeIds.Remove(forgotten);
            _notices.Enqueue(new NoticeReceived(++_noticeCount, time.GetUtcNow(), signature, webhookId, repeat, status, body));
            feed.Publish(new FeedEvent.MaspChanged(MakeView()));
        }
    }

    private MaspView MakeView() => new(keyword, _terms.Price, _terms.Currency, _terms.Text, _terms.Mode, _terms.NoticeMode, (int)_terms.Delay.TotalMilliseconds,
        _secret is not null, _quoteCount, _noticeCount, _lastQuote);
}
