using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>An SMSC's side: listens, lets the application judge binds, and runs one <see cref="SmppSession"/> per connection.</summary>
public sealed partial class SmppServer : IAsyncDisposable
{
    private const int LateResponsesKept = 1000;
    private static readonly TimeSpan PauseAfterFailedAccept = TimeSpan.FromMilliseconds(100);

    private readonly SmppServerOptions _options;
    private readonly ISmppServerApplication _application;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<InboundRequest> _inbound;
    private readonly Channel<LateResponse> _lateResponses =
        Channel.CreateBounded<LateResponse>(new BoundedChannelOptions(LateResponsesKept) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly ConcurrentDictionary<SmppSession, Task> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Socket _listener;
    private readonly PduTrace? _trace;
    private Task _accepting = Task.CompletedTask;
    private long _connections;

    /// <param name="trace">Records PDUs of all sessions when it is switched on for all links or for numbers: a session's name is the number of its connection.</param>
    public SmppServer(SmppServerOptions options, ISmppServerApplication application, TimeProvider time, ILogger<SmppServer> logger, PduTrace? trace = null)
    {
        _trace = trace;
        _options = options;
        // Full: TryWrite gives false, and the peer keeps its message.
        _inbound = Channel.CreateBounded<InboundRequest>(options.MaxUnread);
        _application = application;
        _time = time;
        _logger = logger;
        var address = IPAddress.Parse(options.Address);
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    }

    /// <summary>Where it listens, with the real port. Known after <see cref="Start"/>.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Connections of the moment, bound or not.</summary>
    public IReadOnlyCollection<SmppSession> Sessions => [.. _sessions.Keys];

    /// <summary>submit_sm of all ESMEs, in order for each. Bounded per session by <see cref="SmppSessionOptions.MaxUnanswered"/> and in all by <see cref="SmppServerOptions.MaxUnread"/>: each must be read and answered.</summary>
    public ChannelReader<InboundRequest> Inbound => _inbound.Reader;

    /// <summary>Answers that came after their request was given up as Unknown. The oldest are dropped if nobody reads.</summary>
    public ChannelReader<LateResponse> LateResponses => _lateResponses.Reader;

    /// <summary>Starts to listen. Once in the life of a server.</summary>
    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public void Start()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Parse(_options.Address), _options.Port));
        _listener.Listen();
        LogStarted(EndPoint);
        _accepting = AcceptAsync();
    }

    /// <summary>Stops listening, unbinds all sessions, and waits for their ends. May be called again.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_sessions.Keys.Select(session => session.UnbindAsync())).ConfigureAwait(false);
        await Task.WhenAll(_sessions.Values).ConfigureAwait(false);
        _inbound.Writer.TryComplete();
        _lateResponses.Writer.TryComplete();
    }

    /// <summary>The same as <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Take(await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false));
            }
            catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of handles, or a peer that left before it was accepted.
                LogAcceptFailed(e.Message);
                await Task.Delay(PauseAfterFailedAccept, _time).ConfigureAwait(false);
            }
        }
    }

    private void Take(Socket socket)
    {
        if (_sessions.Count >= _options.MaxConnections)
        {
            LogConnectionRefused(socket.RemoteEndPoint, _options.MaxConnections);
            socket.Dispose();
            return;
        }
        var name = $"#{++_connections}";
        var parts = new SessionParts(_time, _logger, _inbound.Writer, _lateResponses.Writer)
        {
            JudgeBind = JudgeAsync,
            Bound = OnBound,
            OwnSystemId = _options.SystemId,
            Trace = _trace,
        };
        var session = new SmppSession(SessionSide.Smsc, name, new SocketTransport(socket), _options, parts);
        // Known before it runs; StopAsync awaits the task until the session has taken itself out.
        var started = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        _sessions[session] = started.Task.Unwrap();
        started.SetResult(RunAsync(session));
    }

    private async Task RunAsync(SmppSession session)
    {
        var end = await session.RunAsync().ConfigureAwait(false);
        _sessions.TryRemove(session, out _);
        Tell(session, () => _application.OnEnded(session, end));
    }

    /// <summary>Whatever the application throws stays with it.</summary>
    private void Tell(SmppSession session, Action tell)
    {
        try
        {
            tell();
        }
#pragma warning disable CA1031 // Outer edge.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogApplicationFailed(e, session.Name);
        }
    }

    private async ValueTask<CommandStatus> JudgeAsync(SmppSession session, BindRequest request, CancellationToken cancellationToken)
    {
        var status = await _application.JudgeBindAsync(session, request, cancellationToken).ConfigureAwait(false);
        if (status != CommandStatus.ROK)
        {
            LogEsmeRefused(request.SystemId, session.RemoteName, status);
        }
        return status;
    }

    private void OnBound(SmppSession session)
    {
        LogEsmeBound(session.SystemId, session.RemoteName, session.Name);
        Tell(session, () => _application.OnBound(session));
    }

    [LoggerMessage(SmppEventIds.ServerStarted, LogLevel.Information, "SMPP server listened on {EndPoint}")]
    private partial void LogStarted(IPEndPoint endPoint);

    [LoggerMessage(SmppEventIds.ConnectionRefused, LogLevel.Warning, "Connection from {RemoteName} was closed: there are {MaxConnections} already")]
    private partial void LogConnectionRefused(EndPoint? remoteName, int maxConnections);

    [LoggerMessage(SmppEventIds.AcceptFailed, LogLevel.Warning, "A connection could not be accepted: {Problem}")]
    private partial void LogAcceptFailed(string problem);

    [LoggerMessage(SmppEventIds.EsmeBound, LogLevel.Information, "ESME {SystemId} bound from {RemoteName} as session {SessionName}")]
    private partial void LogEsmeBound(string systemId, string remoteName, string sessionName);

    [LoggerMessage(SmppEventIds.EsmeRefused, LogLevel.Warning, "The bind of {SystemId} from {RemoteName} was refused: {CommandStatus}")]
    private partial void LogEsmeRefused(string systemId, string remoteName, CommandStatus commandStatus);

    [LoggerMessage(SmppEventIds.ApplicationFailed, LogLevel.Error, "The application failed on session {SessionName}")]
    private partial void LogApplicationFailed(Exception e, string sessionName);
}
