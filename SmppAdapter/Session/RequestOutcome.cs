using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>What became of a request.</summary>
public enum RequestOutcomeKind
{
    /// <summary>It did not reach the peer as a whole, so the peer cannot have acted on it. Sending it again is safe.</summary>
    NotSent,

    /// <summary>The peer answered; the status may be an error.</summary>
    Responded,

    /// <summary>It went out and no answer came in time. The peer may have acted on it: never taken for a failure.</summary>
    Unknown,
}

/// <summary>Why there is no answer.</summary>
public enum NoAnswerReason
{
    None,
    NotBound,
    Cancelled,
    ConnectionLost,
    TimedOut,

    /// <summary>The peer speaks a version of SMPP in which there is no such command, or none of the parameters that the message needs.</summary>
    PeerVersion,

    /// <summary>As many requests wait already as <see cref="SmppSessionOptions.MaxWaiting"/> allows.</summary>
    TooManyWaiting,
}

/// <summary>The outcome of a request: a value, never an exception.</summary>
/// <param name="Kind">Which of the three it is.</param>
/// <param name="Status">Of the answer; means nothing unless <paramref name="Kind"/> is Responded.</param>
/// <param name="Response">The answer: the command's response, or generic_nack, or a <see cref="RawPdu"/> if its body could not be read.</param>
/// <param name="SequenceNumber">What it was sent with; 0 if it was not.</param>
/// <param name="Reason">Why there is no answer.</param>
public readonly record struct RequestOutcome(
    RequestOutcomeKind Kind, CommandStatus Status, SmppPdu? Response, uint SequenceNumber, NoAnswerReason Reason)
{
    /// <summary>The peer took it.</summary>
    public bool IsAccepted => Kind == RequestOutcomeKind.Responded && Status == CommandStatus.ROK;

    /// <summary>message_id of the answer, or "".</summary>
    public string MessageId => Response switch
    {
        MessageResp response => response.MessageId,
        SubmitMultiResp response => response.MessageId,
        _ => "",
    };

    internal static RequestOutcome Responded(SmppPdu response) =>
        new(RequestOutcomeKind.Responded, response.CommandStatus, response, response.SequenceNumber, NoAnswerReason.None);

    internal static RequestOutcome NotSent(NoAnswerReason reason) => new(RequestOutcomeKind.NotSent, default, null, 0, reason);

    internal static RequestOutcome Unknown(NoAnswerReason reason, uint sequenceNumber) =>
        new(RequestOutcomeKind.Unknown, default, null, sequenceNumber, reason);
}

/// <summary>An answer that came after its request was given up as Unknown: material for reconciliation. <c>Request</c> is the very instance that was given to RequestAsync.</summary>
public sealed record LateResponse(string SessionName, SmppPdu Request, SmppPdu Response);
