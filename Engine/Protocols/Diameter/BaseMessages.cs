namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>A node as it introduces itself.</summary>
/// <param name="OriginStateId">Goes up with each restart of the node that forgets what was in flight; null where a node does not say.</param>
public sealed record NodeIdentity(string OriginHost, string OriginRealm, uint? OriginStateId = null);

/// <summary>Watchdog and disconnect: messages between two neighbours.</summary>
/// <remarks>RFC 6733, sections 5.4 and 5.5.</remarks>
public static class BaseMessages
{
    public static byte[] WatchdogRequest(NodeIdentity self, uint endToEnd) =>
        WriteState(Request(CommandCodes.DeviceWatchdog, endToEnd).Origin(self), self).ToMessage();

    public static byte[] WatchdogAnswer(in DiameterHeader request, NodeIdentity self) =>
        WriteState(Answer(request, ResultCode.Success).Origin(self), self).ToMessage();

    public static byte[] DisconnectRequest(NodeIdentity self, uint endToEnd, DisconnectCause cause) =>
        Request(CommandCodes.DisconnectPeer, endToEnd).Origin(self).Write(Avps.DisconnectCause, (int)cause).ToMessage();

    public static byte[] DisconnectAnswer(in DiameterHeader request, NodeIdentity self) => Answer(request, ResultCode.Success).Origin(self).ToMessage();

    /// <summary>Who sent a message, from its AVPs.</summary>
    /// <exception cref="DiameterException">Origin-Host or Origin-Realm is missing or malformed.</exception>
    public static NodeIdentity ReadOrigin(in MessageView message)
    {
        string? host = null, realm = null;
        uint? state = null;
        foreach (var avp in message)
        {
            if (avp.Is(Avps.OriginHost))
                host ??= avp.ToIdentity();
            else if (avp.Is(Avps.OriginRealm))
                realm ??= avp.ToIdentity();
            else if (avp.Is(Avps.OriginStateId))
                state ??= avp.ToUInt32();
        }
        return new(host ?? throw DiameterException.Missing(Avps.OriginHost), realm ?? throw DiameterException.Missing(Avps.OriginRealm), state);
    }

    /// <exception cref="DiameterException">It is missing.</exception>
    public static DisconnectCause ReadDisconnectCause(in MessageView message) =>
        message.TryFind(Avps.DisconnectCause, out var avp) ? (DisconnectCause)avp.ToInt32() : throw DiameterException.Missing(Avps.DisconnectCause);

    internal static DiameterWriter Origin(this DiameterWriter writer, NodeIdentity self) =>
        writer.Write(Avps.OriginHost, self.OriginHost).Write(Avps.OriginRealm, self.OriginRealm);

    internal static DiameterWriter Request(uint command, uint endToEnd) =>
        new DiameterWriter().Start(new(0, CommandFlags.Request, command, ApplicationIds.Base, HopByHop: 0, endToEnd));

    internal static DiameterWriter Answer(in DiameterHeader request, ResultCode result) =>
        new DiameterWriter().Start(request with { Flags = request.Flags & CommandFlags.Proxiable }).Write(Avps.ResultCode, (uint)result);

    private static DiameterWriter WriteState(DiameterWriter writer, NodeIdentity self) =>
        self.OriginStateId is { } state ? writer.Write(Avps.OriginStateId, state) : writer;
}
