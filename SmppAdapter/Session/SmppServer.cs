using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>An SMSC's side: listens, lets the application judge binds, and runs one <see cref="SmppSession"/> per connection.</summary>
public sealed partial class SmppServer : IAsyncDisposable
{
    private const int LateResponsesKept = 1000;

    private readonly SmppServerOptions _options;
    private readonly ISmppServerApplication _application;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<InboundRequest> _inbound;
    private readonly Channel<LateResponse> _lateResponses =
        Channel.CreateBounded<LateResponse>(new BoundedChannelOptions(LateResponsesKept) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly ConcurrentDictionary<SmppSession, Task> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConnectionListener _listener;
    private readonly Connector _connector;
    private readonly EsmeAccounts _accounts;
    private readonly LogLimit _logs;
    private readonly PduTrace? _trace;
    private long _connections;

    /// <exception cref="ArgumentException">A certificate cannot be used; the message names the setting.</exception>
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
        _logs = new LogLimit(options.MaxWarningsPerMinute, time);
        _accounts = new EsmeAccounts(systemId => application.LimitsOf(systemId) ?? options.PerEsme, time);
        var tls = TlsCredentials.LoadForServer(options.Tls, options.SystemId);
        _connector = new Connector(tls, time, logger);
        var settings = new ListenerSettings(
            new IPEndPoint(IPAddress.Parse(options.Address), options.Port), options.MaxConnections, options.MaxConnectionsPerAddress, options.BindTimeout);
        _listener = new ConnectionListener(settings, tls, time, logger, _logs, connection => ServeAsync(connection));
    }

    /// <summary>Where it listens, with the real port. Known after <see cref="Start"/>.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <summary>Connections of the moment, bound or not.</summary>
    public IReadOnlyCollection<SmppSession> Sessions => [.. _sessions.Keys];

    /// <summary>Requests of all ESMEs, in order for each. Bounded per session by <see cref="SmppSessionOptions.MaxUnanswered"/> and in all by <see cref="SmppServerOptions.MaxUnread"/>: each must be read and answered.</summary>
    public ChannelReader<InboundRequest> Inbound => _inbound.Reader;

    /// <summary>Answers that came after their request was given up as Unknown. The oldest are dropped if nobody reads.</summary>
    public ChannelReader<LateResponse> LateResponses => _lateResponses.Reader;

    /// <summary>Starts to listen. Once in the life of a server.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The address or port cannot be had.</exception>
    public void Start() => _listener.Start();

    /// <summary>Asks an ESME that listens to bind: connects to it, and says who we are. Its bind is judged like any other, and <see cref="ISmppServerApplication.OnBound"/> tells of it.</summary>
    /// <returns>The session, not bound yet; null when the ESME cannot be reached, as the log says.</returns>
    /// <remarks>SMPP 3.4, section 2.2.1. With TLS, the certificate of the ESME is checked, for we open the connection.</remarks>
    /// <exception cref="ArgumentException">The outbind breaks the specification.</exception>
    public async Task<SmppSession?> OutbindAsync(string host, int port, Outbind outbind, CancellationToken cancellationToken = default)
    {
        PduWriter.Check(outbind);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);
        if (await _connector.ConnectAsync($"outbind to {host}:{port}", host, port, _options.BindTimeout, _options.BindTimeout, either.Token).ConfigureAwait(false) is not { } connection)
        {
            return null;
        }
        var session = Open(connection);
        session.SendOutbind(outbind);
        return session;
    }

    /// <summary>Stops listening, unbinds all sessions, and waits for their ends. May be called again.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _listener.StopAcceptingAsync().ConfigureAwait(false);
        await Task.WhenAll(_sessions.Keys.Select(session => session.UnbindAsync())).ConfigureAwait(false);
        await Task.WhenAll(_sessions.Values).ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
        _inbound.Writer.TryComplete();
        _lateResponses.Writer.TryComplete();
    }

    /// <summary>The same as <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task ServeAsync(Connection connection)
    {
        var session = Open(connection);
        await session.Completion.ConfigureAwait(false);
    }

    /// <summary>Starts a session; it takes itself out when it is over.</summary>
    private SmppSession Open(Connection connection)
    {
        var parts = new SessionParts(_time, _logger, _inbound.Writer, _lateResponses.Writer, _logs)
        {
            JudgeBind = JudgeAsync,
            Bound = OnBound,
            OwnSystemId = _options.SystemId,
            Trace = _trace,
        };
        var session = new SmppSession(SessionSide.Smsc, $"#{Interlocked.Increment(ref _connections)}", connection, _options, parts);
        // Known before it runs; StopAsync awaits the task until the session has taken itself out.
        var started = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        _sessions[session] = started.Task.Unwrap();
        started.SetResult(RunAsync(session));
        if (_stopping.IsCancellationRequested)
        {
            // It came in behind the last look of StopAsync.
            session.Abort();
        }
        return session;
    }

    private async Task RunAsync(SmppSession session)
    {
        var end = await session.RunAsync().ConfigureAwait(false);
        session.Account?.Unbind();
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
        if (status == CommandStatus.ROK)
        {
            session.Account = _accounts.TryBind(request.SystemId);
            if (session.Account is null)
            {
                status = CommandStatus.RALYBND;
                if (session.MayLog())
                {
                    LogTooManyBinds(request.SystemId, session.RemoteName);
                }
            }
        }
        else if (session.MayLog())
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

    [LoggerMessage(SmppEventIds.EsmeBound, LogLevel.Information, "ESME {SystemId} bound from {RemoteName} as session {SessionName}")]
    private partial void LogEsmeBound(string systemId, string remoteName, string sessionName);

    [LoggerMessage(SmppEventIds.EsmeRefused, LogLevel.Warning, "The bind of {SystemId} from {RemoteName} was refused: {CommandStatus}. Check the credentials with the ESME's operator")]
    private partial void LogEsmeRefused(string systemId, string remoteName, CommandStatus commandStatus);

    [LoggerMessage(SmppEventIds.TooManyBinds, LogLevel.Warning, "The bind of {SystemId} from {RemoteName} was refused: it has as many as it may. Ask its operator whether an old session hangs, or raise its limit")]
    private partial void LogTooManyBinds(string systemId, string remoteName);

    [LoggerMessage(SmppEventIds.ApplicationFailed, LogLevel.Error, "The application failed on session {SessionName}; mend what the exception says")]
    private partial void LogApplicationFailed(Exception e, string sessionName);
}
