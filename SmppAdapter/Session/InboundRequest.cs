using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>A request of the peer that waits for our answer. Answer it once, later, from any thread; each must be answered, for unanswered ones are counted against the peer.</summary>
/// <remarks>
/// Which commands come is the peer's choice: of an SMSC deliver_sm, data_sm and alert_notification; of an ESME submit_sm, submit_multi, data_sm, query_sm,
/// cancel_sm, replace_sm and the broadcasts. What an application has no use for it answers with RINVCMDID.
/// alert_notification has no response: answering it writes nothing, and only says that it was taken.
/// </remarks>
public sealed class InboundRequest
{
    private int _isAnswered;

    internal InboundRequest(SmppSession session, SmppPdu pdu)
    {
        Session = session;
        Pdu = pdu;
    }

    public SmppSession Session { get; }

    public SmppPdu Pdu { get; }

    /// <summary>The submit_sm or deliver_sm that it is; null for other commands.</summary>
    public MessagePdu? Message => Pdu as MessagePdu;

    /// <summary>The peer's number; the answer echoes it, whatever its value.</summary>
    public uint SequenceNumber => Pdu.SequenceNumber;

    /// <summary>Answers with a status, in the response that belongs to the command.</summary>
    /// <returns>False when it was answered before or its session is over: the peer will then send the message again.</returns>
    public bool Respond(CommandStatus status) => RespondWith(CommandRules.ResponseTo(Pdu.CommandId, status));

    /// <summary>Answers with a response of one's own, such as one with a message_id. An ESME of version 3.3 gets it without optional parameters.</summary>
    /// <returns>False when it was answered before or its session is over: the peer will then send the message again.</returns>
    /// <exception cref="ArgumentException">The response belongs to another command, or breaks the specification.</exception>
    public bool Respond(SmppPdu response)
    {
        if (response.CommandId != Pdu.CommandId.ToResponse())
        {
            throw new ArgumentException($"{response.CommandId} does not answer {Pdu.CommandId}.", nameof(response));
        }
        return RespondWith(response);
    }

    private bool RespondWith(SmppPdu response)
    {
        if (Interlocked.Exchange(ref _isAnswered, 1) != 0)
        {
            return false;
        }
        try
        {
            return Session.Respond(Pdu.CommandId.HasResponse() ? response : null, SequenceNumber);
        }
        catch (ArgumentException)
        {
            // Nothing was written: a right answer may still follow.
            Volatile.Write(ref _isAnswered, 0);
            throw;
        }
    }
}
