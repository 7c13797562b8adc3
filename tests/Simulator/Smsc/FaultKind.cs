namespace CarrierPay.Simulator.Smsc;

/// <summary>What the short message centre can be told to do wrong. "Answer" is the response to a message or to a question about one; those to binds and to enquire_link are left alone.</summary>
public enum FaultKind
{
    /// <summary>The next message of a phone is delivered again <c>count</c> times: same text, new sequence numbers.</summary>
    DeliverDuplicate,
    /// <summary>The answers to the next deliver_sm are lost on the way, so that each is tried again.</summary>
    DeliverMute,
    /// <summary>The next messages of phones are held back.</summary>
    DeliverDelay,
    /// <summary>The next <c>count</c> deliver_sm of a connection are held until all are there, and then go in reverse order.</summary>
    DeliverReorder,
    /// <summary>The next deliver_sm carry parameters that nobody knows, one of them twice.</summary>
    DeliverUnknownTlv,
    /// <summary>The next deliver_sm carry the sequence number <c>value</c>, such as 0.</summary>
    DeliverSequence,
    /// <summary>The next submit_sm are taken, but not answered.</summary>
    SubmitMute,
    /// <summary>The next submit_sm are answered late.</summary>
    SubmitDelay,
    /// <summary>The next submit_sm are refused with a command_status.</summary>
    SubmitStatus,
    /// <summary>The next submit_sm are all given the same message_id.</summary>
    SubmitSameId,
    /// <summary>The next <c>count</c> answers on a connection are held until all are there, and then go in reverse order.</summary>
    ResponseReorder,
    /// <summary>The next answers are sent twice.</summary>
    ResponseDuplicate,
    /// <summary>The next answers carry a sequence number that no request has.</summary>
    ResponseWrongSequence,
    /// <summary>The next answers have no body.</summary>
    ResponseNoBody,
    /// <summary>The next answers carry parameters that nobody knows.</summary>
    ResponseUnknownTlv,
    /// <summary>The next answers become generic_nack, though the message was taken.</summary>
    ResponseNack,
    /// <summary>The next query_sm are not answered.</summary>
    QueryMute,
    /// <summary>The next binds are not answered; the connection stays open.</summary>
    BindMute,
    /// <summary>The next bind responses have no system_id and no parameter.</summary>
    BindBare,
    /// <summary>The next binds are refused with a command_status, and the connection stays open.</summary>
    BindRefuseOpen,
    /// <summary>The connection is cut at the message that is the <c>count</c>th from now, which is taken but not answered.</summary>
    LinkCut,
    /// <summary>The connection is reset (RST) instead of sending the PDU that is the <c>count</c>th from now.</summary>
    LinkReset,
    /// <summary>The next binds are refused with a command_status.</summary>
    LinkRefuse,
    /// <summary>The next connections are accepted and never answered.</summary>
    LinkHalfOpen,
    /// <summary>The connection of the next PDU to be sent falls silent: it stays open, and nothing more comes.</summary>
    LinkSilent,
    /// <summary>The next unbind_resp are sent, and the connection stays open.</summary>
    LinkStaysOpen,
    /// <summary>The next connections are greeted in another protocol.</summary>
    LinkBanner,
    /// <summary>The next USSD texts are refused, and their sessions are lost.</summary>
    UssdDrop,
    /// <summary>The next USSD sessions are given up right after their next input.</summary>
    UssdAbort,
    /// <summary>The next USSD input is delivered again <c>count</c> times.</summary>
    UssdDuplicate,
    /// <summary>The next USSD texts are taken, but never shown.</summary>
    UssdSilence,
    /// <summary>unbind, unasked.</summary>
    SendUnbind,
    /// <summary>alert_notification, unasked.</summary>
    SendAlert,
    /// <summary><c>count</c> enquire_link at once.</summary>
    SendEnquireLink,
    /// <summary>generic_nack with sequence number 0.</summary>
    SendNack,
    /// <summary>submit_sm_resp to a submit_sm that never was.</summary>
    SendStray,
    /// <summary>A command that is none.</summary>
    SendUnknownCommand,
    /// <summary>The next PDUs go in two segments, cut inside the header.</summary>
    WireSplit,
    /// <summary>The next PDUs go octet by octet.</summary>
    WireOctets,
    /// <summary>The next PDUs claim <c>value</c> as command_length.</summary>
    WireLength,
    /// <summary>The next PDUs have garbage before them.</summary>
    WireGarbage,
    /// <summary>The next PDUs of the bound systems are read slowly: <c>delayMs</c> before each.</summary>
    WireSlow,
}
