using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>Which request an application sends, from which side, over which bind, in which version, and what answers it.</summary>
/// <remarks>SMPP 3.4, sections 2.3 and 3.4; the broadcast commands: SMPP 5.0, section 2.4.</remarks>
internal static class CommandRules
{
    /// <summary>Parameters without which a message is another one: a peer that would not read them must not get it at all.</summary>
    private static readonly TlvTag[] Indispensable =
    [
        TlvTag.MessagePayload, TlvTag.SarMsgRefNum, TlvTag.SarTotalSegments, TlvTag.SarSegmentSeqnum, TlvTag.SourcePort, TlvTag.DestinationPort,
        TlvTag.UssdServiceOp, TlvTag.ItsSessionInfo,
    ];

    /// <summary>True for every request that is handed to the application; the others are the session's own, or unknown.</summary>
    public static bool IsForApplication(this CommandId command) => command
        is CommandId.SubmitSm or CommandId.DeliverSm or CommandId.DataSm or CommandId.SubmitMulti
        or CommandId.QuerySm or CommandId.CancelSm or CommandId.ReplaceSm or CommandId.AlertNotification
        or CommandId.BroadcastSm or CommandId.QueryBroadcastSm or CommandId.CancelBroadcastSm;

    /// <summary>True if this side may send the command over this bind. Commands that no specification names are a matter of the peers.</summary>
    public static bool MaySend(this SessionSide sender, BindType bind, CommandId command) => command switch
    {
        CommandId.DeliverSm or CommandId.AlertNotification => sender == SessionSide.Smsc && bind != BindType.Transmitter,
        CommandId.DataSm => bind != (sender == SessionSide.Esme ? BindType.Receiver : BindType.Transmitter),
        _ when command.IsForApplication() => sender == SessionSide.Esme && bind != BindType.Receiver,
        _ => true,
    };

    /// <summary>Messages that a request counts for at a contracted rate. Answers, enquire_link and questions count for none.</summary>
    public static int Messages(this SmppPdu request) => request switch
    {
        SubmitSm or DataSm => 1,
        SubmitMulti multi => multi.Destinations.Count,
        _ => 0,
    };

    /// <summary>False for the requests that nobody answers.</summary>
    public static bool HasResponse(this CommandId command) => command is not (CommandId.AlertNotification or CommandId.Outbind);

    /// <summary>The version that brought the command.</summary>
    public static SmppVersion Since(this CommandId command) => command switch
    {
        CommandId.BroadcastSm or CommandId.QueryBroadcastSm or CommandId.CancelBroadcastSm => SmppVersion.V50,
        CommandId.DataSm or CommandId.AlertNotification => SmppVersion.V34,
        _ => SmppVersion.V33,
    };

    /// <summary>True if the request says the same to a peer of this version, with its parameters left out where the peer knows none.</summary>
    public static bool Fits(this SmppPdu request, SmppVersion version)
    {
        if (version < request.CommandId.Since())
        {
            return false;
        }
        if (version < SmppVersion.V34)
        {
            foreach (var tlv in request.Tlvs)
            {
                if (Array.IndexOf(Indispensable, tlv.Tag) >= 0)
                {
                    return false;
                }
            }
        }
        return true;
    }

    /// <summary>The response that belongs to a request, with a status only; generic_nack for commands that no specification names.</summary>
    public static SmppPdu ResponseTo(CommandId command, CommandStatus status) => command switch
    {
        CommandId.SubmitSm => new SubmitSmResp { CommandStatus = status },
        CommandId.DeliverSm => new DeliverSmResp { CommandStatus = status },
        CommandId.DataSm => new DataSmResp { CommandStatus = status },
        CommandId.SubmitMulti => new SubmitMultiResp { CommandStatus = status },
        CommandId.QuerySm => new QuerySmResp { CommandStatus = status },
        CommandId.CancelSm => new CancelSmResp { CommandStatus = status },
        CommandId.ReplaceSm => new ReplaceSmResp { CommandStatus = status },
        CommandId.BroadcastSm => new BroadcastSmResp { CommandStatus = status },
        CommandId.QueryBroadcastSm => new QueryBroadcastSmResp { CommandStatus = status },
        CommandId.CancelBroadcastSm => new CancelBroadcastSmResp { CommandStatus = status },
        _ => new GenericNack { CommandStatus = status },
    };
}
