namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>What became of a request.</summary>
public enum RequestOutcomeKind
{
    /// <summary>No octet of it was sent, this time. Safe to send again; of an earlier sending it says nothing.</summary>
    NotSent,

    /// <summary>An answer came. Whether it proves anything is for its reader to say.</summary>
    Answered,

    /// <summary>It may have reached somebody, and no answer came. Never taken for a failure.</summary>
    Unknown,
}

/// <summary>Why there is no answer.</summary>
public enum NoAnswerReason
{
    None,

    /// <summary>No peer is configured for the Destination-Realm.</summary>
    NoRoute,

    /// <summary>None of the peers of the realm may be used now.</summary>
    NoOpenPeer,

    /// <summary>All windows are full, and as many wait as may.</summary>
    Busy,

    /// <summary>When its turn came it might not go any more: whoever made the client said so.</summary>
    Withheld,
    TimedOut,
    ConnectionLost,

    /// <summary>The watchdog found the connection silent.</summary>
    PeerSilent,

    /// <summary>The peer's Origin-State-Id changed: it has forgotten what was in flight.</summary>
    PeerRestarted,
}

/// <summary>An answer as it came.</summary>
/// <param name="PeerName">The peer whose connection brought it.</param>
/// <param name="Octets">The whole message; its Hop-by-Hop is that of the connection.</param>
public sealed record DiameterAnswer(string PeerName, ReadOnlyMemory<byte> Octets)
{
    /// <summary>The answer in place. The frame has been checked, the AVPs have not.</summary>
    public MessageView View => MessageView.Read(Octets.Span);
}

/// <summary>The outcome of a request: a value, never an exception.</summary>
/// <param name="Answer">Null unless <paramref name="Kind"/> is Answered.</param>
/// <param name="PeerName">To whom it was sent; "" if to nobody.</param>
public readonly record struct RequestOutcome(RequestOutcomeKind Kind, DiameterAnswer? Answer, NoAnswerReason Reason, string PeerName)
{
    internal static RequestOutcome Answered(DiameterAnswer answer) => new(RequestOutcomeKind.Answered, answer, NoAnswerReason.None, answer.PeerName);

    internal static RequestOutcome NotSent(NoAnswerReason reason) => new(RequestOutcomeKind.NotSent, null, reason, "");

    internal static RequestOutcome Unknown(NoAnswerReason reason, string peerName) => new(RequestOutcomeKind.Unknown, null, reason, peerName);
}

/// <summary>An answer that came after its request was given up as Unknown: it settles what is still open. Match it by Session-Id, which the request holds.</summary>
/// <param name="Request">The very octets that were given to be sent.</param>
/// <param name="Context">What the caller gave with them.</param>
public sealed record LateAnswer(ReadOnlyMemory<byte> Request, DiameterAnswer Answer, object? Context);
