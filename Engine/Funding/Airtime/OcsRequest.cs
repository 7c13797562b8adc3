using System.Globalization;
using System.Text.Json;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding.Airtime;

/// <summary>What the charging system is asked, as it is stored with its call: the octets are what is sent, now and on every resend.</summary>
/// <param name="SessionId">Readable, to find it in the operator's records; also in the octets.</param>
/// <param name="Number">The payment's own number with its subscriber: by it its end is found again.</param>
/// <param name="AmountMinor">To be taken or given back.</param>
/// <param name="Octets">The Credit-Control-Request.</param>
public sealed record OcsRequest(string SessionId, int Number, long AmountMinor, byte[] Octets)
{
    /// <summary>Takes the price of a payment.</summary>
    public static OcsRequest Debit(CreditControlOrders orders, SubscriberState subscriber, OpenPayment payment, DateTimeOffset now) => Of(
        orders.Debit([SubscriptionId.Of(subscriber.Msisdn)], new(payment.AmountMinor, Currency.Of(payment.Currency)), Text(payment.Id), now),
        payment.Number, payment.AmountMinor);

    /// <summary>Puts the amount of a cash-out on the airtime.</summary>
    public static OcsRequest Credit(CreditControlOrders orders, SubscriberState subscriber, OpenPayment payment, DateTimeOffset now) => Of(
        orders.Refund([SubscriptionId.Of(subscriber.Msisdn)], new(payment.AmountMinor, Currency.Of(payment.Currency)), Text(payment.Id), now),
        payment.Number, payment.AmountMinor);

    /// <summary>Whether it is about the account that has this number there.</summary>
    public bool IsFor(Msisdn msisdn) => CreditControlRequest.Decode(MessageView.Read(Octets)).Subscribers.Contains(SubscriptionId.Of(msisdn));

    /// <summary>Gives back what was taken by this, to whom it was taken from.</summary>
    public OcsRequest Refund(CreditControlOrders orders, SubscriberState subscriber, PaymentId payment, long takenMinor, DateTimeOffset now) => Of(
        orders.Refund(CreditControlRequest.Decode(MessageView.Read(Octets)).Subscribers, new(takenMinor, Currency.Of(subscriber.Currency)), Text(payment) + "-refund", now),
        Number, takenMinor);

    public string ToJson() => JsonSerializer.Serialize(this, FundingJson.Default.OcsRequest);

    /// <exception cref="JsonException">The text is not what <see cref="ToJson"/> wrote.</exception>
    public static OcsRequest FromJson(string json) => JsonSerializer.Deserialize(json, FundingJson.Default.OcsRequest) ?? throw new JsonException("A request is not null.");

    private static OcsRequest Of(CreditControlRequest request, int number, long amountMinor) => new(request.SessionId, number, amountMinor, request.Encode());

    private static string Text(PaymentId payment) => payment.Value.ToString(CultureInfo.InvariantCulture);
}
