namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>The language a subscriber is written to in. Stored as a number: values are never changed or used again.</summary>
public enum Language : short
{
    English = 1,
    SimplifiedChinese = 2,
}
