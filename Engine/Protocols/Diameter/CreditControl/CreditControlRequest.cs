namespace CarrierPay.Engine.Protocols.Diameter.CreditControl;

/// <summary>A Credit-Control-Request for one event.</summary>
/// <remarks>
/// RFC 8506, sections 3.1 and 6. The octets of <see cref="Encode"/> are made once, stored before the first of them is sent, and are what every resend
/// sends again: Session-Id, CC-Request-Number, End-to-End id and Event-Timestamp are what the charging system knows a repeat by.
/// </remarks>
public sealed record CreditControlRequest
{
    /// <summary>Unique for ever: the key by which one charge is made once.</summary>
    public required string SessionId { get; init; }

    public required string OriginHost { get; init; }

    public required string OriginRealm { get; init; }

    public required string DestinationRealm { get; init; }

    /// <summary>Only to pin a request to one charging system.</summary>
    public string? DestinationHost { get; init; }

    /// <summary>Agreed with the operator: what kind of service is charged, <c>carrierpay@operator.example</c>.</summary>
    public required string ServiceContextId { get; init; }

    public CCRequestType RequestType { get; init; } = CCRequestType.Event;

    /// <summary>0 in single events.</summary>
    public uint RequestNumber { get; init; }

    /// <summary>Of the purchase, whole seconds. Unchanged on a resend.</summary>
    public DateTimeOffset? EventTimestamp { get; init; }

    public ValueList<SubscriptionId> Subscribers { get; init; }

    /// <summary>Product class agreed with the operator.</summary>
    public uint? ServiceIdentifier { get; init; }

    public CCMoney? RequestedUnits { get; init; }

    /// <summary>Must be there in an event (RFC 8506, section 8.41).</summary>
    public RequestedAction? Action { get; init; }

    public ValueList<ServiceParameter> Parameters { get; init; }

    /// <summary>AVPs that nothing here gives a meaning to: an operator's own, or what came and is kept.</summary>
    public ValueList<Avp> Others { get; init; }

    /// <summary>Unique for this node for minutes; never changed on the way, kept on a resend.</summary>
    public required uint EndToEnd { get; init; }

    /// <summary>Came with the T flag; set by who sends, so it is not part of what is stored.</summary>
    public bool MayBeRepeat { get; init; }

    /// <summary>The octets to store and to send.</summary>
    /// <exception cref="ArgumentException">A value does not go into a message; nothing was made.</exception>
    public byte[] Encode()
    {
        var flags = CommandFlags.Request | CommandFlags.Proxiable | (MayBeRepeat ? CommandFlags.Retransmitted : 0);
        var writer = new DiameterWriter().Start(new(0, flags, CommandCodes.CreditControl, ApplicationIds.CreditControl, HopByHop: 0, EndToEnd))
            .Write(Avps.SessionId, SessionId).Write(Avps.OriginHost, OriginHost).Write(Avps.OriginRealm, OriginRealm)
            .Write(Avps.DestinationRealm, DestinationRealm);
        if (DestinationHost is not null)
            writer.Write(Avps.DestinationHost, DestinationHost);
        writer.Write(Avps.AuthApplicationId, ApplicationIds.CreditControl).Write(Avps.ServiceContextId, ServiceContextId)
            .Write(Avps.CCRequestType, (int)RequestType).Write(Avps.CCRequestNumber, RequestNumber);
        if (EventTimestamp is { } time)
            writer.Write(Avps.EventTimestamp, time);
        foreach (var subscriber in Subscribers)
            writer.Open(Avps.SubscriptionId).Write(Avps.SubscriptionIdType, (int)subscriber.Type).Write(Avps.SubscriptionIdData, subscriber.Data).Close();
        if (ServiceIdentifier is { } service)
            writer.Write(Avps.ServiceIdentifier, service);
        if (RequestedUnits is { } units)
        {
            writer.Open(Avps.RequestedServiceUnit).Open(Avps.CCMoney);
            units.Write(writer);
            writer.Close().Close();
        }
        if (Action is { } action)
            writer.Write(Avps.RequestedAction, (int)action);
        foreach (var parameter in Parameters)
        {
            writer.Open(Avps.ServiceParameterInfo).Write(Avps.ServiceParameterType, parameter.Type)
                .Write(Avps.ServiceParameterValue, System.Text.Encoding.UTF8.GetBytes(parameter.Value)).Close();
        }
        foreach (var avp in Others)
            writer.Write(avp);
        return writer.ToMessage();
    }

    /// <summary>Reads a request. A node that acts on it calls <see cref="MessageView.Check"/> before, which refuses what it does not know and must.</summary>
    /// <exception cref="DiameterException">Something is missing, double or malformed; it says what to answer.</exception>
    public static CreditControlRequest Decode(in MessageView message)
    {
        if (message.Header is not { Command: CommandCodes.CreditControl, IsRequest: true })
            throw new DiameterException(ResultCode.CommandUnsupported, $"Command {message.Header.Command} is no Credit-Control-Request");
        if (message.Header.ApplicationId != ApplicationIds.CreditControl)
            throw new DiameterException(ResultCode.ApplicationUnsupported, $"Application {message.Header.ApplicationId} is not credit control");
        var parts = new CreditControlParts();
        foreach (var avp in message)
            parts.Take(avp);
        return new()
        {
            SessionId = parts.SessionId ?? throw DiameterException.Missing(Avps.SessionId),
            OriginHost = parts.OriginHost ?? throw DiameterException.Missing(Avps.OriginHost),
            OriginRealm = parts.OriginRealm ?? throw DiameterException.Missing(Avps.OriginRealm),
            DestinationRealm = parts.DestinationRealm ?? throw DiameterException.Missing(Avps.DestinationRealm),
            DestinationHost = parts.DestinationHost,
            ServiceContextId = parts.ServiceContextId ?? throw DiameterException.Missing(Avps.ServiceContextId),
            RequestType = parts.RequestType ?? throw DiameterException.Missing(Avps.CCRequestType),
            RequestNumber = parts.RequestNumber ?? throw DiameterException.Missing(Avps.CCRequestNumber),
            EventTimestamp = parts.EventTimestamp,
            Subscribers = [.. parts.Subscribers],
            ServiceIdentifier = parts.ServiceIdentifier,
            RequestedUnits = parts.RequestedUnits,
            Action = parts.Action ?? (parts.RequestType == CCRequestType.Event ? throw DiameterException.Missing(Avps.RequestedAction) : null),
            Parameters = [.. parts.Parameters],
            Others = [.. parts.Others],
            EndToEnd = message.Header.EndToEnd,
            MayBeRepeat = (message.Header.Flags & CommandFlags.Retransmitted) != 0,
        };
    }
}
