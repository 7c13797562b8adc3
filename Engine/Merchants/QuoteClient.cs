using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Merchants;

/// <summary>How merchants may be reached.</summary>
public sealed class MerchantsOptions
{
    public const string Section = "CarrierPay:Merchants";

    /// <summary>Whether a merchant's URL may use http and lead to loopback or private addresses. For trials on one machine only.</summary>
    public bool AllowPrivateAddresses { get; set; }
}

/// <summary>Asks one merchant for one price over HTTP, and understands the answer strictly.</summary>
public sealed class QuoteClient : IDisposable
{
    /// <summary>More than this is no quote.</summary>
    public const int MostOctets = 16 * 1024;

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly bool _allowPrivate;

    public QuoteClient(IOptions<MerchantsOptions> options, TimeProvider time)
    {
        _allowPrivate = options.Value.AllowPrivateAddresses;
        _time = time;
        _http = MerchantHttp.Create(_allowPrivate);
    }

    /// <summary>Asks, once, within this time. Whatever the merchant does is an answer, never an exception.</summary>
    /// <exception cref="OperationCanceledException">We stop.</exception>
    public async Task<(QuoteResult Result, string? Failure)> AskAsync(MerchantEndpoint merchant, QuoteRequest question, TimeSpan within, CancellationToken cancellationToken)
    {
        if (!MerchantHttp.MayCall(merchant.QuoteUrl, _allowPrivate))
            return (new(QuoteKind.NoAnswer), "its URL is not https");
        using var limit = new CancellationTokenSource(within, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await SendAsync(merchant, question, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (new(QuoteKind.NoAnswer), "it did not answer in time");
        }
        catch (HttpRequestException failure)
        {
            return (new(QuoteKind.NoAnswer), $"it could not be reached: {failure.HttpRequestError}");
        }
        catch (IOException)
        {
            return (new(QuoteKind.NoAnswer), "the connection broke");
        }
    }

    /// <summary>Reads <c>{price,currency,validUntil,quoteId,text}</c>; null if it is anything else. Fields that are not ours are passed over.</summary>
    public static QuoteResult? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = 8, AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("price", out var price) || price.ValueKind != JsonValueKind.Number || !price.TryGetInt64(out var priceMinor)
                || !TryText(root, "currency", out var currency) || currency is null
                || !TryText(root, "validUntil", out var until) || !TryTime(until, out var validUntil)
                || !TryText(root, "quoteId", out var quoteId) || !TryText(root, "text", out var text))
                return null;
            return new(QuoteKind.Priced, priceMinor, currency, validUntil, quoteId, text);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            return null; // a text that is not valid Unicode
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(QuoteResult, string?)> SendAsync(MerchantEndpoint merchant, QuoteRequest question, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(question.ToJson());
        using var request = new HttpRequestMessage(HttpMethod.Post, merchant.QuoteUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        new WebhookSigner(merchant.Secret).Sign(question.QuoteRequestId, _time.GetUtcNow(), body).ApplyTo(request);

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var status = (int)response.StatusCode;
        switch (status)
        {
            case >= 500:
                return (new(QuoteKind.NoAnswer), $"it answered {status}");
            case >= 400:
                return (new(QuoteKind.Refused), null);
            case >= 300 or < 200:
                return (new(QuoteKind.Invalid), $"it answered {status}");
        }
        if (await ReadAsync(response, cancellationToken) is not { } answer)
            return (new(QuoteKind.Invalid), $"its answer is longer than {MostOctets} octets");
        return Read(answer) is { } quote ? (quote, null) : (new(QuoteKind.Invalid), "its answer is not a quote");
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[MostOctets + 1];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MostOctets ? null : body.AsMemory(0, length);
    }

    // A missing value and null are the same; any other kind is not a quote.
    private static bool TryText(JsonElement root, string name, out string? text)
    {
        text = null;
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return true;
        if (value.ValueKind != JsonValueKind.String)
            return false;
        text = value.GetString();
        return true;
    }

    // With an offset, because a local time means nothing here; kept in UTC.
    private static bool TryTime(string? text, out DateTimeOffset? time)
    {
        time = null;
        if (text is null)
            return true;
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (!hasOffset || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var parsed))
            return false;
        time = parsed;
        return true;
    }
}
