using CarrierPay.Engine.Protocols.Iso8583.Links;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding.Bank;

/// <summary>A bank as this process holds it: its connections, and what decisions see of it.</summary>
public sealed record BankNode(BankClient Client, BankRail Rail);

/// <summary>All banks of this process, by code.</summary>
public sealed record BankNodes(IReadOnlyDictionary<string, BankNode> ByCode);
