using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Messaging;

/// <summary>A text that is to reach a subscriber: it stands in the outbox until an SMSC has accepted it.</summary>
/// <param name="Parcel">With which it stands in the outbox.</param>
/// <param name="Parameters">The template's parameters in order, joined by <see cref="ParameterList.Separator"/>; holds the code of a prompt.</param>
/// <param name="Code">The parameter that the log shows as stars; empty if it shows all.</param>
/// <param name="ReplyPath">The short code from which it is sent: the one that the subscriber wrote to.</param>
public sealed record OutboundMessage(
    Parcel Parcel, long Id, SubscriberId Subscriber, Msisdn To, TextTemplate Template, Language Language, string Parameters, string Code, string ReplyPath)
{
    /// <summary>The USSD session whose screen it goes to, while there is one; null for SMS. Not kept: a message that is taken over goes by SMS.</summary>
    public UssdAnswer? Ussd { get; init; }

    /// <summary>It must not reach the subscriber later: the end of the payment that a prompt asks about. Null = whenever it arrives.</summary>
    public DateTimeOffset? Until { get; init; }

    // A prompt's parameters hold its code: not even a record that is printed shows it.
    public override string ToString() => $"message {Id} to {To}, {Template}";
}
