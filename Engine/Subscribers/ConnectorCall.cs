using System.Text.Json.Serialization;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>What a connector is asked for. Numbers stand in the database and never change.</summary>
public enum ConnectorKind : short
{
    /// <summary>A merchant's price.</summary>
    Quote = 1,

    /// <summary>The charging system: take the price of a payment. Resent as it is until it is answered.</summary>
    OcsDebit = 2,

    /// <summary>The charging system: give back what it took and should not have. Resent as it is until it is answered.</summary>
    OcsRefund = 3,

    /// <summary>A bank: take the price of a payment. Sent once.</summary>
    BankDebit = 4,

    /// <summary>A bank: undo a debit whose outcome is not known. Repeated until it is answered.</summary>
    BankReversal = 5,

    /// <summary>A bank: is this account there, and may we take from it?</summary>
    BankLinking = 6,

    /// <summary>The charging system: put money on the airtime, out of the wallet. Resent as it is until it is answered.</summary>
    OcsCredit = 7,

    /// <summary>A bank: put money on the account, out of the wallet. Repeated until it is answered: a credit is never reversed by guess.</summary>
    BankCredit = 8,
}

/// <summary>What a connector is to be asked outside the transaction, after the commit; its answer comes back as an event.</summary>
/// <param name="Merchant">Who is paid; none in a linking, or when the call was taken up after its payment had ended.</param>
/// <param name="Request">All that the connector needs, with every identifier by which the other side knows it: JSON, stored before the first octet is sent.</param>
public sealed record ConnectorCall(long Id, SubscriberId Subscriber, short Lane, PaymentId Payment, MerchantId Merchant, ConnectorKind Kind, string Request, DateTimeOffset CreatedAt)
{
    /// <summary>How often it was given to be sent before; from 1 on its octets may have left, by this process or one that is gone.</summary>
    public int Attempts { get; init; }

    /// <summary>The system that keeps the money: the bank's code; empty for the charging system and for quotes.</summary>
    public string Bank { get; init; } = "";

    /// <summary>The number under which an engine holds it, as its row says. Once that is lost others have taken it up, and it must not be sent from here.</summary>
    [JsonIgnore]
    public int Owner { get; init; }

    /// <summary>The room that it took at a rail; whoever makes the call, or loses it, gives it back. Null for a quote, whose room is its merchant's, and for what was taken up.</summary>
    [JsonIgnore]
    public RailRoom? Room { get; init; }
}
