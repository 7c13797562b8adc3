using System.Text.Json;
using System.Text.Json.Serialization;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Merchants;

/// <summary>What a merchant is asked: the body of the request as it is sent. Names in camel case.</summary>
/// <param name="QuoteRequestId">The same each time the question is sent again.</param>
/// <param name="Subscriber">A token for this subscriber at this merchant; never a number.</param>
/// <param name="Keyword">The merchant's, as registered.</param>
/// <param name="Item">As typed, in capitals; null when none was named.</param>
/// <param name="Amount">What the subscriber named, minor units; null when nothing was named.</param>
public sealed record QuoteRequest(string QuoteRequestId, string Subscriber, string Keyword, string? Item, long? Amount)
{
    public string ToJson() => JsonSerializer.Serialize(this, QuoteJson.Default.QuoteRequest);

    /// <exception cref="JsonException">The text is not what <see cref="ToJson"/> wrote.</exception>
    public static QuoteRequest FromJson(string json) =>
        JsonSerializer.Deserialize(json, QuoteJson.Default.QuoteRequest) ?? throw new JsonException("A quote request is not null.");
}

/// <summary>How a merchant answered.</summary>
public enum QuoteKind
{
    /// <summary>With a price, which may still be one that cannot be taken.</summary>
    Priced = 1,

    /// <summary>Not in time, or not at all: silence, a broken connection, an error of its own.</summary>
    NoAnswer,

    /// <summary>It does not sell this.</summary>
    Refused,

    /// <summary>With something that cannot be read.</summary>
    Invalid,
}

/// <summary>A merchant's answer as the connector understood it. No value in it is trusted before the decision about the price has looked at it.</summary>
/// <param name="Kind">The others matter only if it is <see cref="QuoteKind.Priced"/>.</param>
/// <param name="PriceMinor">Minor units of <paramref name="Currency"/>.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="ValidUntil">Null = as long as a prompt waits.</param>
/// <param name="QuoteId">The merchant's own.</param>
/// <param name="Text">The merchant's words for what is bought.</param>
public sealed record QuoteResult(
    QuoteKind Kind, long PriceMinor = 0, string? Currency = null, DateTimeOffset? ValidUntil = null, string? QuoteId = null, string? Text = null);

/// <summary>A merchant was asked and answered, or did not: brought to the lane of the subscriber who wants to pay.</summary>
public sealed record QuoteAnswered(ConnectorCall Call, QuoteResult Result) : SubscriberEvent;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(QuoteRequest))]
internal sealed partial class QuoteJson : JsonSerializerContext;
