using CarrierPay.Engine.Primitives;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>What comes in: answers to our requests, and the peer's own.</summary>
internal sealed partial class PeerConnection
{
    private bool _wasOpen;
    private NodeIdentity? _seen;
    private bool _disconnectSent;
    private bool _disconnectReceived;
    private ConnectionEnd _endWhenClosed = ConnectionEnd.Stopped;

    /// <summary>On the reading loop. A fault in a message costs that message.</summary>
    private void Receive(ReadOnlySpan<byte> octets)
    {
        var message = MessageView.Read(octets);
        NodeIdentity? seen;
        lock (_gate)
        {
            if (_end is not null)
                return;
            try
            {
                if (!message.Header.IsRequest)
                    ReceiveAnswer(message);
                else if (Capabilities is null)
                    End(ConnectionEnd.Malformed);
                else
                    ReceiveRequest(message);
            }
            catch (DiameterException fault)
            {
                LogFault(_context.Logger, fault, _name, message.Header.Command);
                _context.Counters.CountMalformed();
                if (message.Header.IsRequest)
                    _stream.Append(FailedAvps.Answer(message, fault, _self.OriginHost, _self.OriginRealm));
                else if (Capabilities is null)
                    End(ConnectionEnd.Malformed);
            }
            Act(_watchdog.Received(message.Header is { IsRequest: false, Command: CommandCodes.DeviceWatchdog }, Now));
            if (IsOpenNow != _wasOpen)
            {
                _wasOpen = IsOpenNow;
                _context.Changed();
            }
            (seen, _seen) = (_seen, null);
        }
        // Outside the gate, because it goes through those of the other connections.
        if (seen is not null)
            _context.OriginSeen(seen);
    }

    private void ReceiveAnswer(in MessageView answer)
    {
        switch (answer.Header.Command)
        {
            case CommandCodes.CapabilitiesExchange when Capabilities is null:
                ReceiveCapabilities(answer);
                break;
            case CommandCodes.DeviceWatchdog:
                _seen = BaseMessages.ReadOrigin(answer);
                break;
            case CommandCodes.DisconnectPeer:
                End(_endWhenClosed);
                break;
            default:
                ReceiveOutcome(answer);
                break;
        }
    }

    private void ReceiveCapabilities(in MessageView answer)
    {
        var said = CapabilitiesExchange.Decode(answer);
        var wanted = _context.Peer.OriginHost;
        var problem = said.Result != ResultCode.Success ? $"it answered {(uint)said.Result} {said.Result}"
            : !said.Speaks(ApplicationIds.CreditControl) ? "it does not speak credit control (5010 NoCommonApplication)"
            : wanted.Length > 0 && !string.Equals(wanted, said.Node.OriginHost, StringComparison.OrdinalIgnoreCase) ? $"it is {said.Node.OriginHost}, not {wanted}"
            : null;
        if (problem is not null)
        {
            LogRefused(_context.Logger, _name, problem);
            // 3xxx and 4xxx pass by themselves.
            End((uint)said.Result is >= 3000 and < 5000 ? ConnectionEnd.Disconnected : ConnectionEnd.Refused);
            return;
        }
        Capabilities = said;
        Act(_watchdog.Connected(_cameBack, Now));
        LogConnected(_context.Logger, _name, said.Node.OriginHost, said.ProductName);
        _seen = said.Node;
    }

    private void ReceiveOutcome(in MessageView answer)
    {
        if (_pending.TakeAnswered(answer.Header) is { } request)
        {
            _context.Counters.CountAnswered();
            if (IsOpenNow)
                SendWaiting();
            request.TrySetResult(RequestOutcome.Answered(Keep(answer)));
            if (_isClosing && _pending.InFlight == 0)
                SendDisconnect();
        }
        else if (_pending.TakeLate(answer.Header) is { } late)
        {
            _context.Counters.CountLate();
            LogLate(_context.Logger, _name, answer.Header.EndToEnd);
            _context.Late(new(late.Octets, Keep(answer), late.Context));
        }
        else
        {
            _context.Counters.CountUnmatched();
            LogUnmatched(_context.Logger, _name, answer.Header.Command, answer.Header.HopByHop, answer.Header.EndToEnd);
        }
    }

    private DiameterAnswer Keep(in MessageView answer) => new(_context.Peer.Label, answer.Octets.ToArray());

    private void ReceiveRequest(in MessageView request)
    {
        switch (request.Header.Command)
        {
            case CommandCodes.DeviceWatchdog:
                _seen = BaseMessages.ReadOrigin(request);
                _stream.Append(BaseMessages.WatchdogAnswer(request.Header, _self));
                break;
            case CommandCodes.DisconnectPeer:
                ReceiveDisconnect(request);
                break;
            default:
                throw new DiameterException(ResultCode.CommandUnsupported, $"Command {request.Header.Command} is not served here");
        }
    }

    /// <summary>The peer leaves: nothing more is sent to it, what is in flight may still be answered until it closes.</summary>
    private void ReceiveDisconnect(in MessageView request)
    {
        var cause = BaseMessages.ReadDisconnectCause(request);
        LogDisconnected(_context.Logger, _name, cause);
        _stream.Append(BaseMessages.DisconnectAnswer(request.Header, _self));
        _disconnectReceived = true;
        if (!_isClosing)
            _endWhenClosed = cause == DisconnectCause.DoNotWantToTalkToYou ? ConnectionEnd.Refused : ConnectionEnd.Disconnected;
        BeginClosing();
        RefuseWaiting(NoAnswerReason.ConnectionLost);
        _stream.Complete();
    }

    private void BeginClosing()
    {
        _isClosing = true;
        _closeBy = DeadlineIn(_context.Options.DrainTimeout);
        _context.Changed();
    }

    private void SendDisconnect()
    {
        if (_disconnectSent || _disconnectReceived)
            return;
        _disconnectSent = true;
        _closeBy = DeadlineIn(_context.Options.DrainTimeout);
        if (Capabilities is null)
            End(_endWhenClosed);
        else
            _stream.Append(BaseMessages.DisconnectRequest(_self, _context.Ids.NextEndToEnd(), DisconnectCause.Rebooting), NextControl);
    }

    [LoggerMessage(EventIds.DiameterFault, LogLevel.Warning, "Connection {PeerName} received a malformed message of command {Command}")]
    private static partial void LogFault(ILogger logger, DiameterException fault, string peerName, uint command);

    [LoggerMessage(EventIds.DiameterRefused, LogLevel.Error, "ALARM: connection {PeerName} was refused: {Problem}")]
    private static partial void LogRefused(ILogger logger, string peerName, string problem);

    [LoggerMessage(EventIds.DiameterConnected, LogLevel.Information, "Connection {PeerName} was opened to {OriginHost} ({ProductName})")]
    private static partial void LogConnected(ILogger logger, string peerName, string originHost, string productName);

    [LoggerMessage(EventIds.DiameterLate, LogLevel.Warning, "Connection {PeerName} received the answer to {EndToEnd} after it was given up")]
    private static partial void LogLate(ILogger logger, string peerName, uint endToEnd);

    [LoggerMessage(EventIds.DiameterUnmatched, LogLevel.Warning, "Connection {PeerName} received an answer of command {Command} with {HopByHop} and {EndToEnd}, which answers nothing")]
    private static partial void LogUnmatched(ILogger logger, string peerName, uint command, uint hopByHop, uint endToEnd);

    [LoggerMessage(EventIds.DiameterDisconnected, LogLevel.Warning, "Connection {PeerName} was ended by the peer: {Cause}")]
    private static partial void LogDisconnected(ILogger logger, string peerName, DisconnectCause cause);
}
