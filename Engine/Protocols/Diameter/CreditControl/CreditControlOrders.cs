using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Protocols.Diameter.CreditControl;

/// <summary>Makes the requests to one charging system. It sends nothing: what is made is stored first. Safe for threads.</summary>
/// <param name="ids">Of this node: every request gets ids of its own, and keeps them for ever.</param>
public sealed class CreditControlOrders(NodeIds ids, DiameterOptions node, CreditControlOptions options)
{
    /// <summary>Destination-Realm of the requests.</summary>
    public string Realm => options.Realm;

    /// <summary>Takes an amount from the subscriber's account.</summary>
    /// <param name="subscriber">All names that are known, the number first.</param>
    /// <param name="amount">Above 0.</param>
    /// <param name="reference">Our own, unique for the charge; goes into the Session-Id. Printable ASCII without a semicolon.</param>
    /// <param name="at">Of the purchase.</param>
    public CreditControlRequest Debit(ValueList<SubscriptionId> subscriber, Money amount, string reference, DateTimeOffset at) =>
        Make(RequestedAction.DirectDebiting, subscriber, amount, reference, at);

    /// <summary>Gives an amount back. A charge of its own, with its own Session-Id, stored and resent like one.</summary>
    public CreditControlRequest Refund(ValueList<SubscriptionId> subscriber, Money amount, string reference, DateTimeOffset at) =>
        Make(RequestedAction.RefundAccount, subscriber, amount, reference, at);

    /// <summary>Whether the account has the amount. No reservation: a debit may still be declined.</summary>
    public CreditControlRequest CheckBalance(ValueList<SubscriptionId> subscriber, Money amount, string reference, DateTimeOffset at) =>
        Make(RequestedAction.CheckBalance, subscriber, amount, reference, at);

    /// <summary>What the service would cost this subscriber.</summary>
    public CreditControlRequest PriceEnquiry(ValueList<SubscriptionId> subscriber, string reference, DateTimeOffset at) =>
        Make(RequestedAction.PriceEnquiry, subscriber, null, reference, at);

    private CreditControlRequest Make(RequestedAction action, ValueList<SubscriptionId> subscriber, Money? amount, string reference, DateTimeOffset at)
    {
        if (amount is { } money)
            ArgumentOutOfRangeException.ThrowIfLessThan(money.MinorUnits, 1, nameof(amount));
        return new()
        {
            SessionId = ids.NextSessionId(reference),
            OriginHost = node.OriginHost,
            OriginRealm = node.OriginRealm,
            DestinationRealm = options.Realm,
            DestinationHost = options.Host.Length > 0 ? options.Host : null,
            ServiceContextId = options.ServiceContextId,
            EventTimestamp = at,
            Subscribers = subscriber,
            ServiceIdentifier = options.ServiceIdentifier,
            RequestedUnits = amount is { } asked ? CCMoney.Of(asked) : null,
            Action = action,
            Parameters = options.ReferenceParameter is { } type ? [new(type, reference)] : [],
            EndToEnd = ids.NextEndToEnd(),
        };
    }
}
