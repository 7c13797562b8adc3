using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>Why a request to a system that keeps money waits for a person. Numbers stand in the database and never change.</summary>
public enum WaitsFor : short
{
    /// <summary>It was repeated as long as it may be, and nothing certain came.</summary>
    NoMoreRepeats = 1,

    /// <summary>Something else than the price was taken, and it is not known how much.</summary>
    OtherAmount = 2,

    /// <summary>Giving back was refused for good.</summary>
    Refused = 3,

    /// <summary>Money moved for a payment that had ended without it, and it is not undone by itself.</summary>
    MovedAfterEnd = 4,

    /// <summary>No engine has the system in its settings any more.</summary>
    NoConnector = 5,

    /// <summary>The charging system took something else than the price from a number that the subscriber does not have any more, and would give it back to whoever has it now.</summary>
    NumberChanged = 6,
}

/// <summary>How far a proposal about a payment in doubt has come. Numbers stand in the database and never change.</summary>
public enum ProposalState : short
{
    /// <summary>Waits for a second person.</summary>
    Proposed = 1,

    /// <summary>A second person agreed; an engine is about to book it.</summary>
    Approved = 2,

    /// <summary>Refused, or taken back.</summary>
    Rejected = 3,

    /// <summary>Booked.</summary>
    Booked = 4,

    /// <summary>The request had its answer before it was booked: nothing was done.</summary>
    Overtaken = 5,
}

/// <summary>What two people decided about a request whose outcome its system did not say.</summary>
/// <param name="Proposal">Its id.</param>
/// <param name="Call">The request; null = it does not wait any more, because its answer came after all.</param>
/// <param name="WasCharged">True: exactly the price was taken. False: nothing was taken, or it was given back.</param>
/// <param name="OthersOpen">Whether something else is asked about the payment as well, such as one more reversal.</param>
public sealed record DecidedDoubt(
    long Proposal, SubscriberId Subscriber, PaymentId Payment, ConnectorCall? Call, bool WasCharged, string ProposedBy, string ApprovedBy, bool OthersOpen = false);

/// <summary>A decision about a payment in doubt is to be booked. What was decided, and whether it still matters, is read with the subscriber, under the lock: the event may come twice.</summary>
public sealed record DoubtDecided(long Proposal) : SubscriberEvent;
