namespace CarrierPay.SmppAdapter.Session;

/// <summary>Why a session is over.</summary>
public enum SessionEndReason
{
    /// <summary>We unbound, and the peer agreed or hung up.</summary>
    Unbound,

    /// <summary>The peer unbound.</summary>
    PeerUnbound,

    /// <summary>The peer closed or reset the connection, or the network did.</summary>
    ConnectionLost,

    /// <summary>The octets are no SMPP: a command_length that cannot be. Or a stranger talked and did not bind.</summary>
    ProtocolError,

    /// <summary>An enquire_link was not answered, nor did anything else come.</summary>
    KeepAliveTimeout,

    /// <summary>No bind in time.</summary>
    BindTimeout,

    /// <summary>The bind was refused: <see cref="SessionEnd.BindStatus"/>.</summary>
    BindRefused,

    /// <summary>The peer did not take what we wrote for too long, or the write failed.</summary>
    WriteFailed,

    /// <summary>Closed from our side without an unbind.</summary>
    Aborted,

    /// <summary>A defect of this library; see the log.</summary>
    Defect,
}

/// <summary>How a session ended.</summary>
public sealed record SessionEnd(SessionEndReason Reason, Pdu.CommandStatus BindStatus = Pdu.CommandStatus.ROK);
