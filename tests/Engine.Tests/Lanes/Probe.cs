using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>An event without a meaning of its own: a test's decision gives it one.</summary>
internal sealed record Probe(string Name = "probe") : SubscriberEvent;
