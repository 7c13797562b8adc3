namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>Answers that say what was wrong with a request.</summary>
public static class FailedAvps
{
    private const int LargestEchoed = 32 * 1024;
    private const int LargestFailed = 16 * 1024;

    /// <summary>The answer to a request that could not be read or acted on: Result-Code, and Failed-AVP where one is to blame.</summary>
    /// <remarks>RFC 6733, sections 7.2 and 7.5. The E flag is set for 3xxx only. Proxy-Info of the request goes back as it came (section 6.2).</remarks>
    /// <param name="request">Only its header has to be right.</param>
    public static byte[] Answer(in MessageView request, DiameterException fault, string originHost, string originRealm)
    {
        var isProtocolError = (uint)fault.ResultCode is >= 3000 and < 4000;
        var flags = (request.Header.Flags & CommandFlags.Proxiable) | (isProtocolError ? CommandFlags.Error : 0);
        var writer = new DiameterWriter().Start(request.Header with { Flags = flags });
        // An answer is never longer than a request may be: of a giant nothing goes back but what was wrong with it.
        var (session, proxies) = request.Octets.Length <= LargestEchoed ? Echoed(request) : (null, []);
        if (session is not null)
            writer.Write(session);
        writer.Write(Avps.OriginHost, originHost).Write(Avps.OriginRealm, originRealm).Write(Avps.ResultCode, (uint)fault.ResultCode);
        writer.Write(Avps.ErrorMessage, fault.Message);
        proxies.ForEach(proxy => writer.Write(proxy));
        if (fault.FailedAvp is { } failed && failed.Length <= LargestFailed)
            writer.Open(Avps.FailedAvp).WritePadded(failed.Span).Close();
        return writer.ToMessage();
    }

    /// <summary>What a request has of the AVPs that go back unchanged; a broken AVP ends the search, not the answer.</summary>
    private static (Avp? Session, List<Avp> Proxies) Echoed(in MessageView request)
    {
        Avp? session = null;
        var proxies = new List<Avp>();
        try
        {
            foreach (var avp in request)
            {
                if (avp.Is(Avps.SessionId))
                    session ??= avp.ToAvp();
                else if (avp.Is(Avps.ProxyInfo))
                    proxies.Add(avp.ToAvp());
            }
        }
        catch (DiameterException)
        {
            // What came before it is enough.
        }
        return (session, proxies);
    }
}
