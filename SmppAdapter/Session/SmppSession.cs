using System.Diagnostics;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>One SMPP connection from its first octet to its last, on either side. Thread-safe; never used again once closed.</summary>
/// <remarks>
/// Three loops: read (SmppSession.Reading.cs), send (<see cref="Outbound"/>) and watch the clock (SmppSession.Watching.cs).
/// What we ask is in SmppSession.Requests.cs and SmppSession.Pacing.cs, what the peer asks in SmppSession.Inbound.cs, the rest of a life in Binding and Closing.
/// A gate guards state, window and outbound; it is held for microseconds and never over an await.
/// </remarks>
public sealed partial class SmppSession : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SessionParts _parts;
    private readonly SmppSessionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SessionTransport _transport;
    private readonly TracedConnection? _traced;
    private readonly Outbound _outbound;
    private readonly RequestWindow _window;
    private readonly WaitingRequests _waiting;
    private readonly Stack<PendingRequest> _spares = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _endDecided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SessionEnd> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SessionState _state = SessionState.Open;
    private SessionEnd? _end;
    private SessionEnd? _plannedEnd;
    private TaskCompletionSource? _drained;
    private SmppVersion _version;
    private int _unanswered;

    internal SmppSession(SessionSide side, string name, Connection connection, SmppSessionOptions options, SessionParts parts)
    {
        Side = side;
        Name = name;
        var transport = _transport = connection.Transport;
        _options = options;
        _parts = parts;
        _time = parts.Time;
        Counters = new(parts.Measures);
        _logger = parts.Logger;
        _traced = parts.Trace?.Open(name, transport.LocalEndPoint, transport.RemoteEndPoint);
        _outbound = new Outbound(transport, _traced);
        _window = new RequestWindow(options.WindowSize, parts.FirstSequenceNumber);
        _waiting = new WaitingRequests(options.MaxWaiting);
        _startedAt = connection.ConnectedAt;
        _lastReceived = _stateSince = _time.GetTimestamp();
    }

    public SessionSide Side { get; }

    /// <summary>For logs and for telling sessions apart: the link's name, or the number of the server's connection.</summary>
    public string Name { get; }

    /// <summary>On the SMSC's side: what its system_id has in use. Set while the bind is judged.</summary>
    internal EsmeAccount? Account { get; set; }

    /// <summary>Address and port of the peer.</summary>
    public string RemoteName => _transport.RemoteName;

    /// <summary>system_id of the ESME's bind; "" before it.</summary>
    public string SystemId { get; private set; } = "";

    /// <summary>How the ESME bound; null before.</summary>
    public BindType? BindType { get; private set; }

    /// <summary>The version spoken since the bind: the lower of what both sides know.</summary>
    public SmppVersion Version
    {
        get
        {
            lock (_gate)
            {
                return _version;
            }
        }
    }

    public SessionCounters Counters { get; }

    public SessionState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Requests in flight.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _window.InFlight;
            }
        }
    }

    /// <summary>Requests that wait for a place in the window or for their turn by the rate.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Ends when the session is over and all its requests have their outcome.</summary>
    public Task<SessionEnd> Completion => _completion.Task;

    public override string ToString() => $"{Side} {Name} {State}";

    /// <summary>Runs the session to its end. The owner calls it once and awaits it.</summary>
    internal async Task<SessionEnd> RunAsync()
    {
        var loops = Task.WhenAll(GuardAsync(ReadAsync), GuardAsync(SendAsync), GuardAsync(WatchAsync));
        await _endDecided.Task.ConfigureAwait(false);
        await _ending.CancelAsync().ConfigureAwait(false);
        _transport.Abort();
        if (await Task.WhenAny(loops, Task.Delay(_options.CloseTimeout, _time)).ConfigureAwait(false) != loops)
        {
            _transport.Dispose();
        }
        await loops.ConfigureAwait(false);
        await _bindVerdict.ConfigureAwait(false);
        lock (_gate)
        {
            FinishRequests();
            _turn?.Dispose();
        }
        _transport.Dispose();
        LogSessionEnded(Name, _end!.Reason);
        _completion.SetResult(_end);
        return _end;
    }

    /// <summary>Binds as an ESME.</summary>
    internal ValueTask<RequestOutcome> BindAsync(BindRequest request)
    {
        lock (_gate)
        {
            if (_state != SessionState.Open)
            {
                return ValueTask.FromResult(RequestOutcome.NotSent(NoAnswerReason.ConnectionLost));
            }
            var pending = Rent();
            pending.Start(request, takesPlace: false);
            Become(SessionState.Binding);
            SystemId = request.SystemId;
            Send(pending, _options.BindTimeout);
            _outbound.Flush();
            return pending.Task;
        }
    }

    /// <summary>Writes the application's answer; null when the request has no response. False when the session is over.</summary>
    internal bool Respond(SmppPdu? response, uint sequenceNumber)
    {
        lock (_gate)
        {
            var isOpen = _state.IsBound() || _state == SessionState.Unbinding;
            if (isOpen && response is not null)
            {
                _outbound.Append(ForPeer(response), sequenceNumber);
                _outbound.Flush();
            }
            if (isOpen)
            {
                Counters.CountAnswer(response?.CommandStatus ?? CommandStatus.ROK);
            }
            GiveBackPlace();
            SignalIfDrained();
            return isOpen;
        }
    }

    /// <summary>The one place where the state changes. Under the gate.</summary>
    private void Become(SessionState next)
    {
        if (!_state.MayBecome(next))
        {
            throw new UnreachableException($"{_state} does not become {next}.");
        }
        _state = next;
        _stateSince = _time.GetTimestamp();
    }

    private async Task SendAsync()
    {
        var error = await _outbound.RunAsync(_gate).ConfigureAwait(false);
        if (error != System.Net.Sockets.SocketError.Success)
        {
            End(_plannedEnd ?? new(SessionEndReason.WriteFailed));
        }
    }

    /// <summary>Asks before a warning about the peer: there may be no end of them.</summary>
    internal bool MayLog()
    {
        if (!_parts.Logs.Allows(_transport.RemoteAddress, out var suppressed))
        {
            return false;
        }
        if (suppressed > 0)
        {
            LogSuppressed(suppressed, _transport.RemoteAddress);
        }
        return true;
    }

    /// <summary>The outer edge of a loop: a defect ends this session and nothing else.</summary>
    private async Task GuardAsync(Func<Task> loop)
    {
        // On the pool, so that starting a session does not run its first read on the caller's thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await loop().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Outer edge.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDefect(e, Name);
            End(new(SessionEndReason.Defect));
        }
    }

    [LoggerMessage(SmppEventIds.LinesSuppressed, LogLevel.Warning, "{Count} more warnings about {RemoteName} were not written; look at what it sends")]
    private partial void LogSuppressed(int count, string remoteName);

    [LoggerMessage(SmppEventIds.SessionDefect, LogLevel.Error, "Session {SessionName} met a defect and was closed; report it")]
    private partial void LogDefect(Exception e, string sessionName);

    [LoggerMessage(SmppEventIds.SessionEnded, LogLevel.Debug, "Session {SessionName} ended: {Reason}")]
    private partial void LogSessionEnded(string sessionName, SessionEndReason reason);
}
