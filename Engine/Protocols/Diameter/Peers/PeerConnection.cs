using System.Net;
using CarrierPay.Engine.Primitives;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>Why a connection ended: what decides how soon the next one is tried.</summary>
internal enum ConnectionEnd
{
    Lost,

    /// <summary>Nobody answered at this address, or TLS failed.</summary>
    NotConnected,

    /// <summary>The watchdog gave it up.</summary>
    Silent,

    /// <summary>What came is no Diameter.</summary>
    Malformed,

    /// <summary>The peer said that it does not want us, or is not the one that we wanted.</summary>
    Refused,

    /// <summary>The peer closed it in order, and comes back.</summary>
    Disconnected,
    Stopped,
}

/// <summary>What all connections of one peer share.</summary>
internal sealed record PeerContext(
    DiameterOptions Options, DiameterPeerOptions Peer, NodeIds Ids, uint OriginStateId, TimeProvider Time, ILogger Logger,
    PeerCounters Counters, Func<object?, bool> MayGo, Action<LateAnswer> Late, Action<NodeIdentity> OriginSeen, Action Changed);

/// <summary>One connection to a peer from the capabilities exchange to its end, on the side that connects.</summary>
/// <remarks>
/// RFC 6733, section 5.6, without the responder's part. A gate guards the state; it is held for microseconds and never over an await.
/// What a peer asks of us is in PeerConnection.Serving.cs.
/// </remarks>
internal sealed partial class PeerConnection
{
    /// <summary>How exactly deadlines and watchdog are kept.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly PeerContext _context;
    private readonly MessageStream _stream;
    private readonly NodeIdentity _self;
    private readonly PendingRequests _pending;
    private readonly Watchdog _watchdog;
    private readonly bool _cameBack;
    private readonly long _startedAt;
    private readonly string _name;
    private ConnectionEnd? _end;
    private bool _isClosing;
    private long _closeBy;
    private uint _lastControl;
    private uint? _originStateId;

    public PeerConnection(PeerContext context, MessageStream stream, int number, bool cameBack)
    {
        _context = context;
        _stream = stream;
        _cameBack = cameBack;
        var options = context.Options;
        var host = context.Peer.NamePerConnection && number > 1 ? $"c{number}.{options.OriginHost}" : options.OriginHost;
        _self = new(host, options.OriginRealm, context.OriginStateId);
        _name = $"{context.Peer.Label}/{number}";
        _startedAt = context.Time.GetTimestamp();
        _lastControl = (uint)Random.Shared.Next();
        _pending = new(options.Window, options.MaxWaiting, (uint)Random.Shared.Next());
        _watchdog = new(options.WatchdogInterval, () => TimeSpan.FromMilliseconds(Random.Shared.Next(-2000, 2001)));
    }

    /// <summary>What the peer said of itself; null before.</summary>
    public CapabilitiesExchange? Capabilities { get; private set; }

    /// <summary>May be given requests.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
                return IsOpenNow;
        }
    }

    public WatchdogState State
    {
        get
        {
            lock (_gate)
                return _watchdog.State;
        }
    }

    /// <summary>In flight and waiting: where it is least, a new request goes.</summary>
    public int Load
    {
        get
        {
            lock (_gate)
                return _pending.InFlight + _pending.Waiting;
        }
    }

    private bool IsOpenNow => Capabilities is not null && _watchdog.IsOkay && !_isClosing && _end is null;

    /// <summary>Hop-by-Hop ids of watchdog and disconnect come from the upper half, those of requests from the lower.</summary>
    private uint NextControl => 0x80000000 | (_lastControl = unchecked(_lastControl + 1));

    private TimeSpan Now => _context.Time.GetElapsedTime(_startedAt);

    /// <summary>Sends a request, or puts it in line for a place in the window.</summary>
    /// <param name="deadline">Timestamp at which it is given up.</param>
    /// <param name="context">Comes back with a late answer.</param>
    public Task<RequestOutcome> RequestAsync(ReadOnlyMemory<byte> octets, bool mayHaveBeenSent, long deadline, object? context)
    {
        var request = new PendingRequest(octets, mayHaveBeenSent, deadline, context);
        lock (_gate)
        {
            if (!IsOpenNow)
                request.SetResult(RequestOutcome.NotSent(NoAnswerReason.ConnectionLost));
            else if (_pending.HasRoom)
                Send(request);
            else if (_pending.MayWait)
                _pending.Wait(request);
            else
                request.SetResult(RequestOutcome.NotSent(NoAnswerReason.Busy));
        }
        return request.Task;
    }

    /// <summary>Runs the connection to its end; then all its requests have their outcome, after a defect of ours, too.</summary>
    public async Task<ConnectionEnd> RunAsync(IPAddress localAddress)
    {
        Introduce(localAddress);
        var running = _stream.RunAsync(Receive);
        try
        {
            await TickUntilAsync(running).ConfigureAwait(false);
            var end = await running.ConfigureAwait(false);
            if (end == StreamEnd.BadFrame)
                LogMalformed(_context.Logger, _name);
            return Finish(end == StreamEnd.BadFrame ? ConnectionEnd.Malformed : ConnectionEnd.Lost);
        }
        finally
        {
            Abort(ConnectionEnd.Lost);
            // Only when nothing is written any more can it be said what was not sent.
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Finish(ConnectionEnd.Lost);
        }
    }

    /// <summary>Ends at once; the first reason stays.</summary>
    public void Abort(ConnectionEnd reason)
    {
        lock (_gate)
            End(reason);
    }

    /// <summary>Lets requests in flight finish, tells the peer, and closes; each step is bounded by <see cref="DiameterOptions.DrainTimeout"/>.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_isClosing)
                return;
            BeginClosing();
            RefuseWaiting(NoAnswerReason.ConnectionLost);
            if (_pending.InFlight == 0)
                SendDisconnect();
        }
    }

    /// <summary>Somebody said who he is: if that is our peer after a restart, it has forgotten what is in flight here.</summary>
    public void Note(NodeIdentity seen)
    {
        lock (_gate)
        {
            if (Capabilities?.Node.OriginHost != seen.OriginHost || seen.OriginStateId is not { } state)
                return;
            if (_originStateId is { } before && state > before)
            {
                LogRestarted(_context.Logger, _name);
                foreach (var request in _pending.TakeInFlight())
                    request.TrySetResult(RequestOutcome.Unknown(NoAnswerReason.PeerRestarted, _context.Peer.Label));
                if (IsOpenNow)
                    SendWaiting();
            }
            _originStateId = state;
        }
    }

    private void Introduce(IPAddress localAddress)
    {
        var request = new CapabilitiesExchange
        {
            Node = _self,
            Addresses = [localAddress],
            ProductName = _context.Options.ProductName,
            SupportedVendors = [VendorIds.ThreeGpp],
            Applications = [ApplicationIds.CreditControl],
        };
        lock (_gate)
        {
            _closeBy = DeadlineIn(_context.Options.ConnectTimeout);
            _stream.Append(request.EncodeRequest(_context.Ids.NextEndToEnd()), NextControl);
        }
    }

    private async Task TickUntilAsync(Task running)
    {
        using var timer = new PeriodicTimer(TickInterval, _context.Time);
        while (await Task.WhenAny(running, timer.WaitForNextTickAsync().AsTask()).ConfigureAwait(false) != running)
            Tick();
    }

    /// <summary>Gives every request its outcome; the first reason stays.</summary>
    private ConnectionEnd Finish(ConnectionEnd reason)
    {
        lock (_gate)
        {
            _end ??= _isClosing ? _endWhenClosed : reason;
            RefuseWaiting(NoAnswerReason.ConnectionLost);
            foreach (var request in _pending.TakeInFlight())
                request.TrySetResult(OutcomeOfLoss(request));
            return _end.Value;
        }
    }

    private void Tick()
    {
        List<PendingRequest> unknown = [], notSent = [];
        lock (_gate)
        {
            var now = _context.Time.GetTimestamp();
            _pending.TakeOverdue(now, unknown, notSent);
            if (IsOpenNow)
                SendWaiting();
            if (_isClosing && _pending.InFlight == 0)
                SendDisconnect();
            if ((Capabilities is null || _isClosing) && now >= _closeBy)
                CloseOverdue();
            Act(_watchdog.Tick(Now));
        }
        _context.Counters.CountTimedOut(unknown.Count);
        foreach (var request in unknown)
            request.TrySetResult(RequestOutcome.Unknown(NoAnswerReason.TimedOut, _context.Peer.Label));
        foreach (var request in notSent)
            request.TrySetResult(RequestOutcome.NotSent(NoAnswerReason.Busy));
    }

    /// <summary>Capabilities did not come, requests did not finish, or the peer did not close in time.</summary>
    private void CloseOverdue()
    {
        if (_isClosing && !_disconnectSent && !_disconnectReceived)
            SendDisconnect();
        else
            End(_isClosing ? _endWhenClosed : ConnectionEnd.Silent);
    }

    private void Act(WatchdogAction action)
    {
        switch (action)
        {
            case WatchdogAction.SendRequest:
                _stream.Append(BaseMessages.WatchdogRequest(_self, _context.Ids.NextEndToEnd()), NextControl);
                break;
            case WatchdogAction.FailOver:
                LogSuspect(_context.Logger, _name);
                RefuseWaiting(NoAnswerReason.PeerSilent);
                foreach (var request in _pending.TakeInFlight())
                    request.TrySetResult(RequestOutcome.Unknown(NoAnswerReason.PeerSilent, _context.Peer.Label));
                _context.Changed();
                break;
            case WatchdogAction.Close:
                End(ConnectionEnd.Silent);
                break;
            default:
                break;
        }
    }

    /// <summary>It may have waited for its place: so it is asked only now whether it may go, and by the stream once more if the peer is slow to take it.</summary>
    private void Send(PendingRequest request)
    {
        if (!MayGo())
        {
            request.TrySetResult(RequestOutcome.NotSent(NoAnswerReason.Withheld));
            return;
        }
        _pending.Add(request);
        request.Position = _stream.Append(request.Octets.Span, request.HopByHop, request.MayHaveBeenSent ? CommandFlags.Retransmitted : CommandFlags.None, MayGo);

        bool MayGo() => _context.MayGo(request.Context);
    }

    private void SendWaiting()
    {
        while (_pending.NextWaiting() is { } next)
            Send(next);
    }

    private void RefuseWaiting(NoAnswerReason reason)
    {
        foreach (var request in _pending.TakeWaiting())
            request.TrySetResult(RequestOutcome.NotSent(reason));
    }

    private RequestOutcome OutcomeOfLoss(PendingRequest request) => _stream.HasBegun(request.Position)
        ? RequestOutcome.Unknown(_end == ConnectionEnd.Silent ? NoAnswerReason.PeerSilent : NoAnswerReason.ConnectionLost, _context.Peer.Label)
        : RequestOutcome.NotSent(NoAnswerReason.ConnectionLost);

    private long DeadlineIn(TimeSpan time) => _context.Time.GetTimestamp() + (time.Ticks * _context.Time.TimestampFrequency / TimeSpan.TicksPerSecond);

    private void End(ConnectionEnd reason)
    {
        if (_end is not null)
            return;
        _end = reason;
        _stream.Abort();
        _context.Changed();
    }

    [LoggerMessage(EventIds.DiameterMalformed, LogLevel.Warning, "Connection {PeerName} was closed: what came is no Diameter")]
    private static partial void LogMalformed(ILogger logger, string peerName);

    [LoggerMessage(EventIds.DiameterRestarted, LogLevel.Warning, "Connection {PeerName}: the peer restarted; what was in flight is unknown")]
    private static partial void LogRestarted(ILogger logger, string peerName);

    [LoggerMessage(EventIds.DiameterSuspect, LogLevel.Warning, "Connection {PeerName} did not answer the watchdog; others take over")]
    private static partial void LogSuspect(ILogger logger, string peerName);
}
