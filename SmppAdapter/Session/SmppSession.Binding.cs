using CarrierPay.SmppAdapter.Pdu;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <content>A bind: on the SMSC's side it is judged by the application, off the read loop. An outbind asks for one.</content>
public sealed partial class SmppSession
{
    private readonly TaskCompletionSource<Outbind?> _outbind = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _bindVerdict = Task.CompletedTask;

    /// <summary>On the ESME's side of a connection that an SMSC opened: its outbind, or null when the session is over without one.</summary>
    internal Task<Outbind?> OutbindAsync() => _outbind.Task;

    /// <summary>On the SMSC's side of a connection that it opened: asks the ESME to bind.</summary>
    /// <exception cref="ArgumentException">It breaks the specification; nothing was written.</exception>
    internal void SendOutbind(Outbind outbind)
    {
        lock (_gate)
        {
            _outbound.Append(outbind, _window.NextNumber());
            _outbound.Flush();
        }
    }

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
            if (MayLog())
            {
                LogBodyRefused(Name, e.Message);
            }
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
            TlvList tlvs = isBound && request.KnowsTlvs ? [Tlv.OfByte(TlvTag.ScInterfaceVersion, (byte)_options.InterfaceVersion)] : [];
            _outbound.Append(BindResp.To(request.BindType, status, isBound ? _parts.OwnSystemId : "", tlvs), request.SequenceNumber);
            _outbound.Flush();
            if (isBound)
            {
                BecomeBound(request, (SmppVersion)request.InterfaceVersion);
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

    /// <remarks>An outbind has no response, so one that comes at the wrong time is only said in the log.</remarks>
    private void ReceiveOutbind(ReadOnlySpan<byte> pdu)
    {
        Outbind outbind;
        try
        {
            outbind = (Outbind)PduReader.Decode(pdu);
        }
        catch (PduException e)
        {
            Counters.CountMalformed();
            if (MayLog())
            {
                LogBodyRefused(Name, e.Message);
            }
            return;
        }
        lock (_gate)
        {
            if (_parts.TakesOutbind && _state == SessionState.Open)
            {
                _outbind.TrySetResult(outbind);
                return;
            }
        }
        Counters.CountRefused();
        if (MayLog())
        {
            LogOutbindRefused(Name, outbind.SystemId);
        }
    }

    /// <param name="request">The bind that was accepted.</param>
    /// <param name="peer">What the peer speaks. The lower of both versions is spoken; whatever is below 3.3 is 3.3.</param>
    private void BecomeBound(BindRequest request, SmppVersion peer)
    {
        if (_state != SessionState.Binding)
        {
            return;
        }
        BindType = request.BindType;
        _version = (SmppVersion)Math.Clamp((byte)peer, (byte)SmppVersion.V33, (byte)_options.InterfaceVersion);
        Become(request.BindType switch
        {
            Pdu.BindType.Transmitter => SessionState.BoundTx,
            Pdu.BindType.Receiver => SessionState.BoundRx,
            _ => SessionState.BoundTrx,
        });
    }

    /// <summary>What an SMSC speaks by its answer to our bind.</summary>
    /// <remarks>
    /// SMPP 3.4, section 3.4, takes an SMSC without sc_interface_version for one of 3.3. Many leave it out and yet read parameters, without which there
    /// is no USSD and no message_payload; so it is taken for the version that it was bound with, 3.4 at most. Against a true 3.3 the link is set to it.
    /// </remarks>
    private static SmppVersion VersionOf(BindRequest request, SmppPdu response) =>
        response.Tlvs.TryFind(TlvTag.ScInterfaceVersion, out var stated) && stated.TryReadNumber(out var version) && version <= byte.MaxValue
            ? (SmppVersion)version
            : (SmppVersion)Math.Min(request.InterfaceVersion, BindRequest.Version34);

    private static BindType TypeOf(CommandId bind) => bind switch
    {
        CommandId.BindTransmitter => Pdu.BindType.Transmitter,
        CommandId.BindReceiver => Pdu.BindType.Receiver,
        _ => Pdu.BindType.Transceiver,
    };

    [LoggerMessage(SmppEventIds.OutbindRefused, LogLevel.Warning, "Session {SessionName} received an outbind of {SystemId} where none is due, and did nothing; ask its operator why it is sent")]
    private partial void LogOutbindRefused(string sessionName, string systemId);

    [LoggerMessage(SmppEventIds.BindNotJudged, LogLevel.Error, "The application failed to judge the bind of session {SessionName}, which was refused; mend what the exception says")]
    private partial void LogBindNotJudged(Exception e, string sessionName);
}
