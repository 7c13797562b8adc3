namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>Words that stand as a parameter in a text: sources of money, how a payment ended, that a list goes on. Not stored; the word itself is.</summary>
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
    More,
}
