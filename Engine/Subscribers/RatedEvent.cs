using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>Numbers stand in the database and never change.</summary>
public enum RatedEventKind : short { Charge = 1, Refund = 2 }

/// <summary>What the billing system has to put on a phone bill: recorded with the charge, delivered later.</summary>
/// <param name="Payment">Also the event's id, unique for ever: billing drops one that it knows.</param>
/// <param name="Msisdn">The number at that time.</param>
/// <param name="MerchantName">What stands on the bill.</param>
/// <param name="Service">What was bought; empty = not named.</param>
/// <param name="NetMinor">Minor units of <paramref name="Currency"/>. Prices include all taxes, and which part is tax is the merchant's affair: it is not split here.</param>
/// <param name="Reference">What the subscriber was told.</param>
public readonly record struct RatedEvent(
    PaymentId Payment, RatedEventKind Kind, SubscriberId Subscriber, Msisdn Msisdn, MerchantId Merchant, string MerchantName, string Service,
    long NetMinor, short Currency, string Reference);
