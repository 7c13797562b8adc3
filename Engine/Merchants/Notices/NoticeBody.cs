using System.Text.Json;
using System.Text.Json.Serialization;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>One payment as its merchant is told of it.</summary>
/// <param name="PaymentId">The public id, unique for ever: by it a merchant knows a payment that it has seen.</param>
/// <param name="Reference">What stands in the subscriber's texts.</param>
/// <param name="Subscriber">The same token as in the question for the price; never a number.</param>
/// <param name="QuoteId">The merchant's own, if it set the price.</param>
/// <param name="Amount">Minor units of <paramref name="Currency"/>.</param>
/// <param name="Source"><c>prepaid</c>, <c>phone_bill</c>.</param>
public sealed record ChargedPayment(
    string PaymentId, string Reference, string Subscriber, string? Item, string? QuoteId, long Amount, string Currency, string Source, DateTimeOffset ChargedAt);

/// <summary>The body of a notice: Standard Webhooks' form, with several payments in <c>data</c>.</summary>
/// <remarks>Standard Webhooks 1.0.0, "Payload structure".</remarks>
public sealed record NoticeBody(string Type, DateTimeOffset Timestamp, IReadOnlyList<ChargedPayment> Data)
{
    public const string PaymentCharged = "payment.charged";

    public static string Of(DateTimeOffset now, IReadOnlyList<ChargedPayment> payments) =>
        JsonSerializer.Serialize(new NoticeBody(PaymentCharged, now, payments), NoticeJson.Default.NoticeBody);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NoticeBody))]
internal sealed partial class NoticeJson : JsonSerializerContext;
