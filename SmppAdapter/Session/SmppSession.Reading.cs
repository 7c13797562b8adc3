using System.Buffers;
using System.Net.Sockets;
using System.Security.Authentication;
using CarrierPay.SmppAdapter.Pdu;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <content>The read loop: frames and answers to our requests. No code of an application runs here.</content>
public sealed partial class SmppSession
{
    /// <summary>Octets written and not taken by the operating system at which we stop reading: a peer that asks and does not read must not fill our memory.</summary>
    private const long MaxUnsentOctets = 1 << 20;

    /// <summary>PDUs that a server reads from a peer that has not bound: some enquire_links, a bind, and what comes right behind it. Answers to more would only gather here.</summary>
    private const int MaxPdusBeforeBind = 100;

    private int _pdusBeforeBind;

    private async Task ReadAsync()
    {
        var input = _transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                var buffer = result.Buffer;
                ReadFrames(ref buffer);
                input.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
                await WaitForRoomAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            // A reset is an end like any other; our own Abort looks the same.
        }
        finally
        {
            await input.CompleteAsync().ConfigureAwait(false);
        }
        End(EndOfStream());
    }

    /// <summary>The peer hung up. After an unbind, whoever sent it, that is success.</summary>
    private SessionEnd EndOfStream()
    {
        lock (_gate)
        {
            return _plannedEnd ?? new(_state == SessionState.Unbinding ? SessionEndReason.Unbound : SessionEndReason.ConnectionLost);
        }
    }

    private Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            return _outbound.UnsentOctets > MaxUnsentOctets && _end is null ? _outbound.WhenRoom() : Task.CompletedTask;
        }
    }

    /// <summary>Takes every whole PDU, then wakes the sender once for all that was answered.</summary>
    private void ReadFrames(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            var state = State;
            if (state is SessionState.Closing or SessionState.Closed)
            {
                buffer = buffer.Slice(buffer.End);
                break;
            }
            var maxLength = state is SessionState.Open or SessionState.Binding ? PduReader.MaxLengthBeforeBind : _options.MaxPduLength;
            var result = PduReader.TryReadFrame(ref buffer, maxLength, out var frame);
            if (result == FrameResult.BadLength)
            {
                RefuseStream(buffer);
                continue;
            }
            if (result == FrameResult.Incomplete)
            {
                break;
            }
            Volatile.Write(ref _lastReceived, _time.GetTimestamp());
            if (Side == SessionSide.Smsc && state is SessionState.Open or SessionState.Binding && ++_pdusBeforeBind > MaxPdusBeforeBind)
            {
                LeaveStranger();
                continue;
            }
            if (frame.IsSingleSegment)
            {
                Receive(frame.FirstSpan);
            }
            else
            {
                ReceiveJoined(frame);
            }
        }
        lock (_gate)
        {
            _outbound.Flush();
        }
    }

    private void ReceiveJoined(in ReadOnlySequence<byte> frame)
    {
        // The frame is here as a whole: this is no allocation by a claimed length.
        var joined = ArrayPool<byte>.Shared.Rent((int)frame.Length);
        frame.CopyTo(joined);
        Receive(joined.AsSpan(0, (int)frame.Length));
        ArrayPool<byte>.Shared.Return(joined);
    }

    private void Receive(ReadOnlySpan<byte> pdu)
    {
        if (_traced is { IsOn: true })
        {
            _traced.Received(pdu);
        }
        var header = PduHeader.Read(pdu);
        if (header.CommandId.IsResponse())
        {
            ReceiveResponse(header, pdu);
        }
        else
        {
            ReceiveRequest(header, pdu);
        }
    }

    private void ReceiveResponse(in PduHeader header, ReadOnlySpan<byte> pdu)
    {
        SmppPdu response;
        try
        {
            response = PduReader.Decode(pdu);
        }
        catch (PduException e)
        {
            // The header is whole, and it holds what matters: the peer did answer, and how.
            Counters.CountMalformed();
            if (MayLog())
            {
                LogBodyRefused(Name, e.Message);
            }
            response = PduReader.ToRaw(pdu, header);
        }
        lock (_gate)
        {
            var pending = _window.Find(header.SequenceNumber);
            if (pending is null || !IsAnswer(header.CommandId, pending.Request.CommandId))
            {
                ReceiveStrayResponse(response);
                return;
            }
            _window.Remove(pending);
            CountResponded(pending, header.CommandStatus);
            if (pending.Request is BindRequest bind && header.CommandStatus == CommandStatus.ROK && header.CommandId != CommandId.GenericNack)
            {
                // Here and not after the await of the bind: the peer's first message may be in the same read.
                BecomeBound(bind, VersionOf(bind, response));
            }
            LearnFrom(pending, header.CommandStatus);
            SendWaiting();
            Finish(pending, RequestOutcome.Responded(response));
            SignalIfDrained();
        }
    }

    private void CountResponded(PendingRequest pending, CommandStatus status)
    {
        Counters.CountResponded();
        if (pending.TakesPlace)
        {
            var sentAt = pending.Deadline - ToTicks(_options.ResponseTimeout);
            _parts.Measures?.CountResponse(status, _time.GetElapsedTime(sentAt, Volatile.Read(ref _lastReceived)));
        }
    }

    private static bool IsAnswer(CommandId response, CommandId request) => response == request.ToResponse() || response == CommandId.GenericNack;

    private void ReceiveStrayResponse(SmppPdu response)
    {
        if (response.CommandId == CommandId.GenericNack)
        {
            if (MayLog())
            {
                LogNackReceived(Name, response.CommandStatus, response.SequenceNumber);
            }
        }
        if (_window.TakeTombstone(response.SequenceNumber) is { } request)
        {
            Counters.CountLate();
            if (MayLog())
            {
                LogLateResponse(Name, response.SequenceNumber, response.CommandStatus);
            }
            _parts.LateResponses.TryWrite(new(Name, request, response));
        }
        else
        {
            Counters.CountUnmatched();
            if (MayLog())
            {
                LogUnmatchedResponse(Name, response.CommandId, response.SequenceNumber);
            }
        }
    }

    private void LeaveStranger()
    {
        if (MayLog())
        {
            LogNoBind(RemoteName, MaxPdusBeforeBind);
        }
        lock (_gate)
        {
            CloseAfterFlush(new(SessionEndReason.ProtocolError));
        }
    }

    /// <summary>The stream is out of step for good: says so, and closes this connection only.</summary>
    private void RefuseStream(in ReadOnlySequence<byte> octets)
    {
        Counters.CountMalformed();
        if (MayLog())
        {
            LogNotSmpp(RemoteName, Name, ForeignProtocol.Describe(octets));
        }
        lock (_gate)
        {
            _outbound.Append(new GenericNack { CommandStatus = CommandStatus.RINVCMDLEN }, sequenceNumber: 0);
            CloseAfterFlush(new(SessionEndReason.ProtocolError));
        }
    }

    [LoggerMessage(SmppEventIds.NotSmpp, LogLevel.Warning, "Connection from {RemoteName} was closed: session {SessionName} received what is not SMPP, it {Description}. Look who that is; let only peers reach the port")]
    private partial void LogNotSmpp(string remoteName, string sessionName, string description);

    [LoggerMessage(SmppEventIds.BodyRefused, LogLevel.Warning, "Session {SessionName} received a PDU with a broken body: {Problem}. Trace the link, and show it to the peer's operator")]
    private partial void LogBodyRefused(string sessionName, string problem);

    [LoggerMessage(SmppEventIds.NoBind, LogLevel.Warning, "Connection from {RemoteName} was closed: {Pdus} PDUs came without an accepted bind. Look who that is; let only peers reach the port")]
    private partial void LogNoBind(string remoteName, int pdus);

    [LoggerMessage(SmppEventIds.LateResponse, LogLevel.Warning, "Session {SessionName} received the answer to {SequenceNumber} after it was given up: {CommandStatus}. If it happens often, raise ResponseTimeout or ask the peer's operator why it is slow")]
    private partial void LogLateResponse(string sessionName, uint sequenceNumber, CommandStatus commandStatus);

    [LoggerMessage(SmppEventIds.UnmatchedResponse, LogLevel.Warning, "Session {SessionName} received {CommandId} with {SequenceNumber}, which answers nothing: a response that came twice, or with a wrong number. If it happens often, trace the link")]
    private partial void LogUnmatchedResponse(string sessionName, CommandId commandId, uint sequenceNumber);

    [LoggerMessage(SmppEventIds.NackReceived, LogLevel.Warning, "Session {SessionName} received generic_nack {CommandStatus} with {SequenceNumber}, which is not in flight: the peer could not read a PDU of ours. Trace the link, and ask its operator which")]
    private partial void LogNackReceived(string sessionName, CommandStatus commandStatus, uint sequenceNumber);
}
