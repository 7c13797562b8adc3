using System.Text.Json.Serialization;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>Something that can change one subscriber's money: a text, a quote, an expiry. It is decided in the subscriber's lane, one after the other.</summary>
/// <remarks>Derived records stand in the folder whose use case they start.</remarks>
public abstract record SubscriberEvent
{
    /// <summary>The number it came from, checked again under the lock; null if it is not from a number.</summary>
    public Msisdn? From { get; init; }

    /// <summary>Where an answer goes: the short code that was written to.</summary>
    public string ReplyPath { get; init; } = "";

    /// <summary>The USSD session that waits for an answer to it; null for whatever did not come by USSD.</summary>
    public UssdAnswer? Ussd { get; init; }

    /// <summary>The call of which this says that it did nothing; null = it says no such thing. It counts only if that was the call's last attempt, which is known under the lock: <see cref="SubscriberState.DeniedCalls"/>.</summary>
    [JsonIgnore]
    public virtual ConnectorCall? Denies => null;

    /// <summary>After this instant it is not decided any more but given back as not accepted; null = no limit. (An MO must not be decided after its SMPP response deadline.)</summary>
    public DateTimeOffset? DecideBefore { get; init; }
}

/// <summary>What a system that keeps money said to a call, or that it said nothing. While one is parked for a person to look at, its subscriber's calls are not made again.</summary>
public interface IAnswerAboutMoney;

/// <summary>The time of an open payment has come: its quote is overdue, its confirmation has expired, or its charge takes long. Brought by the lanes' timer; decided by the time in the state.</summary>
public sealed record PaymentDue(PaymentId Payment) : SubscriberEvent;

/// <summary>Rules of all lanes: <see cref="Given"/> and the state in, <see cref="Changes"/> out, nothing else.</summary>
public delegate void Decide(SubscriberState subscriber, SubscriberEvent subscriberEvent, in Given given, Changes changes);
