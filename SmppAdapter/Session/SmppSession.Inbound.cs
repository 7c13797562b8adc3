using CarrierPay.SmppAdapter.Pdu;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <content>Requests of the peer: judged here, answered by the application.</content>
public sealed partial class SmppSession
{
    private static readonly EnquireLinkResp EnquireLinkResp = new();
    private static readonly UnbindResp UnbindResp = new();

    private void ReceiveRequest(in PduHeader header, ReadOnlySpan<byte> pdu)
    {
        switch (header.CommandId)
        {
            case CommandId.EnquireLink:
                Answer(EnquireLinkResp, header.SequenceNumber);
                break;
            case CommandId.Unbind:
                ReceiveUnbind(header);
                break;
            case CommandId.BindTransmitter or CommandId.BindReceiver or CommandId.BindTransceiver:
                ReceiveBind(header, pdu);
                break;
            case CommandId.Outbind:
                ReceiveOutbind(pdu);
                break;
            default:
                if (header.CommandId.IsForApplication())
                {
                    ReceiveForApplication(header, pdu);
                }
                else
                {
                    Counters.CountMalformed();
                    if (MayLog())
                    {
                        LogUnknownCommand(Name, (uint)header.CommandId, header.SequenceNumber);
                    }
                    Answer(new GenericNack { CommandStatus = CommandStatus.RINVCMDID }, header.SequenceNumber);
                }
                break;
        }
    }

    private void ReceiveForApplication(in PduHeader header, ReadOnlySpan<byte> pdu)
    {
        SmppPdu request;
        try
        {
            request = PduReader.Decode(pdu);
        }
        catch (PduException e)
        {
            Counters.CountMalformed();
            if (MayLog())
            {
                LogBodyRefused(Name, e.Message);
            }
            lock (_gate)
            {
                Refuse(header, e.CommandStatus);
            }
            return;
        }
        lock (_gate)
        {
            var status = Accept(request);
            if (status == CommandStatus.ROK && !_parts.Inbound.TryWrite(new InboundRequest(this, request)))
            {
                // Too much is unread, also of other and of lost sessions, or the application is gone. The peer keeps the message.
                GiveBackPlace();
                status = Overflow();
            }
            if (status == CommandStatus.ROK)
            {
                Counters.CountReceived();
            }
            else
            {
                Refuse(header, status);
            }
        }
    }

    private CommandStatus Accept(SmppPdu request)
    {
        var command = request.CommandId;
        if (_state is SessionState.Open or SessionState.Binding || BindType is not { } bind || !Peer.MaySend(bind, command))
        {
            return CommandStatus.RINVBNDSTS;
        }
        if (command.Since() > _version)
        {
            return CommandStatus.RINVCMDID;
        }
        if (_state == SessionState.Unbinding)
        {
            return CommandStatus.RX_T_APPN;
        }
        if (_unanswered >= _options.MaxUnanswered || Account?.TryAdmit(request.Messages()) == false)
        {
            return Overflow();
        }
        _unanswered++;
        return CommandStatus.ROK;
    }

    private void GiveBackPlace()
    {
        _unanswered--;
        Account?.Answered();
    }

    private SessionSide Peer => Side == SessionSide.Esme ? SessionSide.Smsc : SessionSide.Esme;

    private CommandStatus Overflow()
    {
        Counters.CountOverflowed();
        return Side == SessionSide.Smsc ? CommandStatus.RTHROTTLED : CommandStatus.RX_T_APPN;
    }

    /// <summary>Under the gate. What has no response is only counted: a generic_nack would be an answer that nobody asked for.</summary>
    private void Refuse(in PduHeader header, CommandStatus status)
    {
        Counters.CountRefused();
        Counters.CountAnswer(status);
        if (header.CommandId.HasResponse())
        {
            _outbound.Append(CommandRules.ResponseTo(header.CommandId, status), header.SequenceNumber);
        }
    }

    private void ReceiveUnbind(in PduHeader header)
    {
        lock (_gate)
        {
            _outbound.Append(UnbindResp, header.SequenceNumber);
            CloseAfterFlush(new(_state == SessionState.Unbinding ? SessionEndReason.Unbound : SessionEndReason.PeerUnbound));
        }
    }

    private void Answer(SmppPdu response, uint sequenceNumber)
    {
        lock (_gate)
        {
            _outbound.Append(response, sequenceNumber);
        }
    }

    [LoggerMessage(SmppEventIds.UnknownCommand, LogLevel.Warning, "Session {SessionName} received command 0x{CommandId:X8}, which is not supported, with sequence number {SequenceNumber}, and answered generic_nack; ask the peer's operator what it is for")]
    private partial void LogUnknownCommand(string sessionName, uint commandId, uint sequenceNumber);
}
