using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>An ESME that waits to be called: an SMSC connects, sends an outbind, and we bind and take what it has.</summary>
/// <remarks>SMPP 3.4, sections 2.2.1 and 4.1.7. An outbind with other credentials than expected is not answered, and the connection is closed. It is the SMSC that comes back after a loss.</remarks>
public sealed partial class SmppOutbindListener : IAsyncDisposable
{
    private const int LateResponsesKept = 1000;

    private readonly SmppOutbindOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<InboundRequest> _inbound;
    private readonly Channel<LateResponse> _lateResponses =
        Channel.CreateBounded<LateResponse>(new BoundedChannelOptions(LateResponsesKept) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly ConcurrentDictionary<SmppSession, bool> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly BindRequest _bind;
    private readonly LogLimit _logs;
    private readonly PduTrace? _trace;
    private readonly ConnectionListener _listener;

    /// <exception cref="ArgumentException">system_id, password or system_type are too long, or a certificate cannot be used; the message names the setting.</exception>
    /// <param name="trace">Records PDUs of all sessions when it is switched on for all links or for numbers: a session's name is the address of its SMSC.</param>
    public SmppOutbindListener(SmppOutbindOptions options, TimeProvider time, ILogger<SmppOutbindListener> logger, PduTrace? trace = null)
    {
        _trace = trace;
        _options = options;
        _time = time;
        _logger = logger;
        _inbound = Channel.CreateBounded<InboundRequest>(options.MaxUnanswered);
        _bind = BindRequest.Of(options.BindType, options.SystemId, options.Password, options.SystemType) with { InterfaceVersion = (byte)options.InterfaceVersion };
        PduWriter.Check(_bind);
        _logs = new LogLimit(options.MaxWarningsPerMinute, time);
        var settings = new ListenerSettings(
            new IPEndPoint(IPAddress.Parse(options.Address), options.Port), options.MaxConnections, options.MaxConnections, options.BindTimeout);
        _listener = new ConnectionListener(settings, TlsCredentials.LoadForServer(options.Tls, options.SystemId), time, logger, _logs, ServeAsync);
    }

    /// <summary>Where it listens, with the real port. Known after <see cref="Start"/>.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <summary>Connections of the moment, bound or not.</summary>
    public IReadOnlyCollection<SmppSession> Sessions => [.. _sessions.Keys];

    /// <summary>What the SMSCs bring. Bounded by <see cref="SmppSessionOptions.MaxUnanswered"/>: each must be read and answered.</summary>
    public ChannelReader<InboundRequest> Inbound => _inbound.Reader;

    /// <summary>Answers that came after their request was given up as Unknown. The oldest are dropped if nobody reads.</summary>
    public ChannelReader<LateResponse> LateResponses => _lateResponses.Reader;

    /// <summary>Starts to listen. Once in the life of a listener.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The address or port cannot be had.</exception>
    public void Start() => _listener.Start();

    /// <summary>Stops listening, unbinds all sessions, and waits for their ends. May be called again.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _listener.StopAcceptingAsync().ConfigureAwait(false);
        await Task.WhenAll(_sessions.Keys.Select(session => session.UnbindAsync())).ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
        _inbound.Writer.TryComplete();
        _lateResponses.Writer.TryComplete();
    }

    /// <summary>The same as <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task ServeAsync(Connection connection)
    {
        var parts = new SessionParts(_time, _logger, _inbound.Writer, _lateResponses.Writer, _logs) { TakesOutbind = true, Trace = _trace };
        using var session = new SmppSession(SessionSide.Esme, connection.Transport.RemoteName, connection, _options, parts);
        _sessions[session] = true;
        var running = session.RunAsync();
        if (_stopping.IsCancellationRequested)
        {
            // It came in behind the last look of StopAsync.
            session.Abort();
        }
        await AnswerOutbindAsync(session).ConfigureAwait(false);
        var end = await running.ConfigureAwait(false);
        _sessions.TryRemove(session, out _);
        LogEnded(session.RemoteName, end.Reason);
    }

    private async Task AnswerOutbindAsync(SmppSession session)
    {
        if (await session.OutbindAsync().ConfigureAwait(false) is not { } outbind)
        {
            return;
        }
        if (!IsExpected(outbind))
        {
            if (session.MayLog())
            {
                LogRefused(outbind.SystemId, session.RemoteName);
            }
            session.Abort();
            return;
        }
        LogTaken(outbind.SystemId, session.RemoteName);
        var bind = await session.BindAsync(_bind).ConfigureAwait(false);
        if (bind.IsAccepted)
        {
            LogBound(session.RemoteName);
        }
        else
        {
            session.Abort();
        }
    }

    /// <summary>Compares in constant time: how long it takes must not tell how much was right.</summary>
    private bool IsExpected(Outbind outbind) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.Unicode.GetBytes($"{outbind.SystemId}\0{outbind.Password}"), Encoding.Unicode.GetBytes($"{_options.SmscSystemId}\0{_options.SmscPassword}"));

    [LoggerMessage(SmppEventIds.OutbindTaken, LogLevel.Information, "SMSC {SystemId} asked for a bind from {RemoteName}")]
    private partial void LogTaken(string systemId, string remoteName);

    [LoggerMessage(SmppEventIds.OutbindBound, LogLevel.Information, "The bind that {RemoteName} asked for was accepted")]
    private partial void LogBound(string remoteName);

    [LoggerMessage(SmppEventIds.OutbindRefused, LogLevel.Warning, "An outbind of {SystemId} from {RemoteName} was refused: these are not the credentials that were agreed. Check SmscSystemId and SmscPassword")]
    private partial void LogRefused(string systemId, string remoteName);

    [LoggerMessage(SmppEventIds.OutbindEnded, LogLevel.Information, "The session that {RemoteName} asked for ended: {Reason}")]
    private partial void LogEnded(string remoteName, SessionEndReason reason);
}
