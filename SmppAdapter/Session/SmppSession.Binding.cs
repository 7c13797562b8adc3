using CarrierPay.SmppAdapter.Pdu;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <content>A bind: on the SMSC's side it is judged by the application, off the read loop.</content>
public sealed partial class SmppSession
{
    private Task _bindVerdict = Task.CompletedTask;

    private void ReceiveBind(in PduHeader header, ReadOnlySpan<byte> pdu)
    {
        BindRequest request;
        try
        {
            request = (BindRequest)PduReader.Decode(pdu);
        }
        catch (PduException e)
        {
            Counters.CountMalformed();
            LogBodyRefused(Name, e.Message);
            Answer(BindResp.To(TypeOf(header.CommandId), e.CommandStatus), header.SequenceNumber);
            return;
        }
        lock (_gate)
        {
            if (_parts.JudgeBind is null)
            {
                _outbound.Append(BindResp.To(request.BindType, CommandStatus.RINVBNDSTS), header.SequenceNumber);
            }
            else if (_state != SessionState.Open)
            {
                _outbound.Append(BindResp.To(request.BindType, CommandStatus.RALYBND), header.SequenceNumber);
            }
            else
            {
                Become(SessionState.Binding);
                SystemId = request.SystemId;
                // Awaited by RunAsync.
                _bindVerdict = JudgeBindAsync(request);
            }
        }
    }

    private async Task JudgeBindAsync(BindRequest request)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        CommandStatus status;
        try
        {
            status = await _parts.JudgeBind!(this, request, _ending.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Outer edge: whatever the application throws refuses this bind and nothing else.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_ending.IsCancellationRequested)
            {
                LogBindNotJudged(e, Name);
            }
            status = CommandStatus.RSYSERR;
        }
        var isBound = false;
        lock (_gate)
        {
            if (_state != SessionState.Binding)
            {
                return;
            }
            isBound = status == CommandStatus.ROK;
            TlvList tlvs = isBound ? [Tlv.OfByte(TlvTag.ScInterfaceVersion, BindRequest.Version34)] : [];
            _outbound.Append(BindResp.To(request.BindType, status, isBound ? _parts.OwnSystemId : "", tlvs), request.SequenceNumber);
            _outbound.Flush();
            if (isBound)
            {
                BecomeBound(request);
            }
            else
            {
                CloseAfterFlush(new(SessionEndReason.BindRefused, status));
            }
        }
        if (isBound)
        {
            _parts.Bound?.Invoke(this);
        }
    }

    private void BecomeBound(BindRequest request)
    {
        if (_state != SessionState.Binding)
        {
            return;
        }
        BindType = request.BindType;
        Become(request.BindType switch
        {
            Pdu.BindType.Transmitter => SessionState.BoundTx,
            Pdu.BindType.Receiver => SessionState.BoundRx,
            _ => SessionState.BoundTrx,
        });
    }

    private static BindType TypeOf(CommandId bind) => bind switch
    {
        CommandId.BindTransmitter => Pdu.BindType.Transmitter,
        CommandId.BindReceiver => Pdu.BindType.Receiver,
        _ => Pdu.BindType.Transceiver,
    };

    [LoggerMessage(SmppEventIds.BindNotJudged, LogLevel.Error, "The application failed to judge the bind of session {SessionName}, which was refused")]
    private partial void LogBindNotJudged(Exception e, string sessionName);
}
