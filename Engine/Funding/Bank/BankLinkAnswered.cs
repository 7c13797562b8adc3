using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding.Bank;

/// <summary>What is known about an account that a bank was asked for.</summary>
public enum LinkVerdict
{
    /// <summary>The bank was asked, and said nothing for certain.</summary>
    Unknown,
    Accepted,
    Refused,

    /// <summary>The question did not leave: there is no connection, or no room on it.</summary>
    NotAsked,
}

/// <summary>A bank said whether an account may be linked, or did not answer.</summary>
/// <param name="Link">The account's.</param>
/// <param name="Said">For the log of calls.</param>
public sealed record BankLinkAnswered(ConnectorCall Call, long Link, LinkVerdict Verdict, string Said) : SubscriberEvent;
