using System.Text.Json.Serialization;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding;

/// <summary>What is known about a debit after it was asked for.</summary>
public enum ChargeVerdict
{
    /// <summary>Nothing for certain. The money is where it was, or gone.</summary>
    Unknown,

    /// <summary>The system that keeps the money says that it took exactly the price.</summary>
    Charged,

    /// <summary>It says that it took something else: <see cref="ChargeAnswered.TakenMinor"/>.</summary>
    ChargedDifferently,

    /// <summary>It says that it took nothing; or it was not asked, this time, and this was the first. It counts only if nobody has asked again since.</summary>
    NotCharged,
}

/// <summary>A system that keeps money answered to a debit, or did not: brought to the lane of the subscriber who pays.</summary>
/// <param name="Reason">Why it was not charged.</param>
/// <param name="TakenMinor">What was taken in place of the price; null = not known.</param>
/// <param name="Said">For the log of calls.</param>
public sealed record ChargeAnswered(ConnectorCall Call, ChargeVerdict Verdict, PaymentOutcome? Reason, long? TakenMinor, string Said) : SubscriberEvent, IAnswerAboutMoney
{
    [JsonIgnore]
    public override ConnectorCall? Denies => Verdict == ChargeVerdict.NotCharged ? Call : null;
}

/// <summary>What is known about a debit that was to be undone.</summary>
public enum UndoVerdict
{
    /// <summary>Nothing for certain, or an answer that ends nothing: it is asked again.</summary>
    Unknown,

    /// <summary>It was undone.</summary>
    Undone,

    /// <summary>There was nothing to undo.</summary>
    NothingThere,

    /// <summary>It is refused for good: a person decides.</summary>
    Refused,
}

/// <summary>A system that keeps money answered to a refund or reversal, or did not.</summary>
/// <param name="Said">For the log of calls.</param>
public sealed record UndoAnswered(ConnectorCall Call, UndoVerdict Verdict, string Said) : SubscriberEvent, IAnswerAboutMoney
{
    /// <summary>When this attempt was sent: what it says was true then. Null = now.</summary>
    public DateTimeOffset? AskedAt { get; init; }
}
