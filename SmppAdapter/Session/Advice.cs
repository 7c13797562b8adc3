using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>The second half of a log line: what the one who reads it can do.</summary>
internal static class Advice
{
    public static string For(SessionEndReason reason) => reason switch
    {
        SessionEndReason.PeerUnbound => "the SMSC ended the session; if it keeps doing so, ask its operator",
        SessionEndReason.ConnectionLost => "the SMSC or the network closed the connection; if it lasts, look at the network and ask the SMSC's operator",
        SessionEndReason.ProtocolError => "what came was no SMPP; check that Host, Port and Tls are the SMSC's",
        SessionEndReason.KeepAliveTimeout => "the SMSC fell silent; if it happens again, look for a firewall that forgets idle connections, and set EnquireLinkInterval below its time",
        SessionEndReason.WriteFailed => "the SMSC took nothing more; look at the network and ask the SMSC's operator",
        SessionEndReason.Defect => "this is a defect of the program: report it with the lines before this one",
        _ => "nothing is to be done",
    };

    /// <summary>For a bind that was refused, other than for its credentials or because of an older session.</summary>
    public static string ForRefusedBind(CommandStatus status) => status switch
    {
        CommandStatus.RBINDFAIL or CommandStatus.RSYSERR => "the SMSC may be restarting; if it lasts, ask its operator",
        CommandStatus.RINVSYSTYP => "check SystemType",
        CommandStatus.RINVCMDID or CommandStatus.RINVBNDSTS => "the SMSC may not allow this bind: check BindType, BindPair and InterfaceVersion",
        CommandStatus.RINVCMDLEN => "the SMSC could not read the bind: check InterfaceVersion, and the lengths of SystemId and Password that it takes",
        CommandStatus.RTHROTTLED => "the SMSC has too many binds or tries of this account: count those of all engines",
        _ => "ask the SMSC's operator what it means",
    };
}
