using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Lanes;

/// <summary>Where a subscriber's events go.</summary>
public readonly record struct Route(SubscriberId Subscriber, short Lane);

/// <summary>What became of an event that was brought to the door.</summary>
public enum EventFate
{
    /// <summary>Decided and committed: answer OK.</summary>
    Decided,

    /// <summary>It always fails and is kept for a person, durably: answer OK.</summary>
    Parked,

    /// <summary>Not decided, nothing changed: too late, too many wait, the database is away. Answer with a temporary error, so that it comes again.</summary>
    NotDecided,

    /// <summary>The number belongs to somebody else by now: look it up again.</summary>
    Misrouted,
}
