using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>What a server asks and tells the application above it. Messages come through <see cref="SmppServer.Inbound"/>.</summary>
public interface ISmppServerApplication
{
    /// <summary>Judges a bind: ROK accepts; RINVSYSID, RINVPASWD, RALYBND, RBINDFAIL and others refuse and close. Runs off the read loop and may take its time, up to the bind timeout.</summary>
    ValueTask<CommandStatus> JudgeBindAsync(SmppSession session, BindRequest request, CancellationToken cancellationToken);

    /// <summary>What this system_id may do over all its binds; null for <see cref="SmppServerOptions.PerEsme"/>. Asked once, at its first bind.</summary>
    EsmeLimits? LimitsOf(string systemId) => null;

    /// <summary>The session is bound and may be used.</summary>
    void OnBound(SmppSession session)
    {
    }

    /// <summary>The session is over and all its requests have their outcome. Also told of sessions that never were bound.</summary>
    void OnEnded(SmppSession session, SessionEnd end)
    {
    }
}
