using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding.Bank;

/// <summary>What is known about an account that a bank was asked for.</summary>
public enum LinkVerdict { Unknown, Accepted, Refused }

/// <summary>A bank said whether an account may be linked, or did not answer.</summary>
/// <param name="Link">The account's.</param>
/// <param name="Said">For the log of calls.</param>
public sealed record BankLinkAnswered(ConnectorCall Call, long Link, LinkVerdict Verdict, string Said) : SubscriberEvent;
