using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>Who pays for a charge that the billing system did not take. Numbers stand in the database and never change.</summary>
public enum RejectionBearer : short
{
    /// <summary>What was owed to the merchant for it is owed no more.</summary>
    Merchant = 1,

    /// <summary>The merchant keeps it.</summary>
    Operator = 2,
}

/// <summary>A charge to a phone bill that the billing system has rejected, not undone yet.</summary>
/// <param name="AmountMinor">Minor units of <paramref name="Currency"/>.</param>
/// <param name="ChargedAt">When it went on the bill.</param>
/// <param name="Reference">What the subscriber was told.</param>
public sealed record RejectedCharge(
    PaymentId Payment, SubscriberId Subscriber, MerchantId Merchant, string MerchantName, long AmountMinor, short Currency, DateTimeOffset ChargedAt, string Reference,
    RejectionBearer Bearer);

/// <summary>The billing system has rejected a charge. What it was, and whether it is undone already, is read with the subscriber, under the lock: the event may come twice.</summary>
public sealed record ChargeRejected(PaymentId Payment) : SubscriberEvent;
