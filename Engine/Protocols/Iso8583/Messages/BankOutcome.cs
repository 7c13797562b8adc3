using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Messages;

/// <summary>What became of a request on the way.</summary>
public enum BankOutcomeKind
{
    /// <summary>No octet of it was given to the network: the bank cannot know of it, and it may be sent again.</summary>
    NotSent,
    /// <summary>The bank answered; what it says is another question (<see cref="BankVerdict"/>).</summary>
    Answered,
    /// <summary>It may have reached the bank, and there is no answer. Never taken for a refusal.</summary>
    Unknown,
}

/// <summary>Why there is no answer.</summary>
public enum NoAnswerReason
{
    None,
    /// <summary>No connection is signed on.</summary>
    NotSignedOn,
    /// <summary>The window is full, and as many as may wait are waiting.</summary>
    NoRoom,
    /// <summary>The circuit is open: this bank has answered nothing lately, or too many reversals wait for it.</summary>
    CircuitOpen,
    /// <summary>When its turn came it might not go any more: whoever made the client said so.</summary>
    Withheld,
    /// <summary>A request with the same match fields waits for its answer: a bug of the caller.</summary>
    SameTraceInFlight,
    /// <summary>The authentication code could not be made.</summary>
    MacUnavailable,
    /// <summary>The message cannot be written in this bank's profile: a value is none of its field, or it is of another version.</summary>
    Unwritable,
    Cancelled,
    TimedOut,
    ConnectionLost,
    /// <summary>An answer came whose authentication code is missing or wrong: it proves nothing.</summary>
    MacWrong,
}

/// <summary>The outcome of a request: a value, never an exception.</summary>
/// <param name="Answer">Null unless answered.</param>
public readonly record struct BankOutcome(BankOutcomeKind Kind, IsoMessage? Answer, NoAnswerReason Reason)
{
    public static BankOutcome Answered(IsoMessage answer) => new(BankOutcomeKind.Answered, answer, NoAnswerReason.None);

    public static BankOutcome NotSent(NoAnswerReason reason) => new(BankOutcomeKind.NotSent, null, reason);

    public static BankOutcome Unknown(NoAnswerReason reason) => new(BankOutcomeKind.Unknown, null, reason);
}

/// <summary>An answer that came after its request was given up, or after another answer that was no yes. It never makes a payment that was given up succeed; what it says was taken has to be reversed.</summary>
/// <param name="IsAuthentic">False if authentication codes are in use and the answer's is missing or wrong.</param>
public sealed record LateAnswer(IsoMessage Request, IsoMessage Answer, bool IsAuthentic)
{
    /// <summary>What the caller gave with the request.</summary>
    public object? Context { get; init; }
}
