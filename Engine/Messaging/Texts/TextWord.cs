namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>Words that stand as a parameter in a text: sources of money and how a payment ended. Not stored; the word itself is.</summary>
public enum TextWord
{
    PhoneBill,
    Airtime,
    Wallet,
    Bank,
    Paid,
    Declined,
    Cancelled,
    Expired,
    Refunded,
}
