using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>A deliver_sm or submit_sm of the peer that waits for our answer. Answer it once, later, from any thread; each must be answered, for unanswered ones are counted against the peer.</summary>
public sealed class InboundRequest
{
    private int _isAnswered;

    internal InboundRequest(SmppSession session, MessagePdu pdu)
    {
        Session = session;
        Pdu = pdu;
    }

    public SmppSession Session { get; }

    public MessagePdu Pdu { get; }

    /// <summary>The peer's number; the answer echoes it, whatever its value.</summary>
    public uint SequenceNumber => Pdu.SequenceNumber;

    /// <summary>Answers with a status.</summary>
    /// <returns>False when it was answered before or its session is over: the peer will then send the message again.</returns>
    public bool Respond(CommandStatus status) => Respond(Pdu.CommandId == CommandId.DeliverSm
        ? new DeliverSmResp { CommandStatus = status }
        : new SubmitSmResp { CommandStatus = status });

    /// <summary>Answers with a response of one's own, such as one with a message_id.</summary>
    /// <returns>False when it was answered before or its session is over: the peer will then send the message again.</returns>
    /// <exception cref="ArgumentException">The response belongs to another command, or breaks the specification.</exception>
    public bool Respond(MessageResp response)
    {
        if (response.CommandId != Pdu.CommandId.ToResponse())
        {
            throw new ArgumentException($"{response.CommandId} does not answer {Pdu.CommandId}.", nameof(response));
        }
        if (Interlocked.Exchange(ref _isAnswered, 1) != 0)
        {
            return false;
        }
        try
        {
            return Session.Respond(response, SequenceNumber);
        }
        catch (ArgumentException)
        {
            // Nothing was written: a right answer may still follow.
            Volatile.Write(ref _isAnswered, 0);
            throw;
        }
    }
}
