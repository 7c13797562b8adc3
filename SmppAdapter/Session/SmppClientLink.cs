using System.Net.Sockets;
using System.Threading.Channels;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>Where a link is. It goes round from Waiting to Connecting until it is stopped.</summary>
public enum LinkState
{
    /// <summary>Not started, or stopped.</summary>
    Closed,
    Connecting,
    Binding,
    Bound,

    /// <summary>Stopping: requests in flight may finish.</summary>
    Unbinding,

    /// <summary>Down; the next try comes after a pause.</summary>
    Waiting,
}

/// <summary>One configured link to an SMSC: connects, binds, and does so again whenever it is lost, until stopped.</summary>
/// <remarks>Messages of all its sessions come through <see cref="Inbound"/> in the order of their arrival. A request is never sent twice: what a lost session leaves behind is Unknown or NotSent.</remarks>
public sealed partial class SmppClientLink : IAsyncDisposable
{
    /// <summary>Late answers kept for a reader that is slow or absent.</summary>
    private const int LateResponsesKept = 1000;

    private readonly SmppLinkOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<InboundRequest> _inbound;
    private readonly Channel<LateResponse> _lateResponses =
        Channel.CreateBounded<LateResponse>(new BoundedChannelOptions(LateResponsesKept) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly CancellationTokenSource _stopping = new();
    private readonly BindRequest _bind;
    private readonly Pacer _pacer;
    private readonly PduTrace? _trace;
    private readonly LinkMeasures? _measures;
    private readonly Lock _gate = new();
    private TaskCompletionSource _stateChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkState _state = LinkState.Closed;
    private volatile SmppSession? _session;
    private Task _running = Task.CompletedTask;

    /// <exception cref="ArgumentException">system_id, password or system_type are too long.</exception>
    /// <param name="trace">Records PDUs of this link when it is switched on; may serve many links.</param>
    /// <param name="metrics">Shows this link; may serve many links.</param>
    public SmppClientLink(SmppLinkOptions options, TimeProvider time, ILogger<SmppClientLink> logger, PduTrace? trace = null, SmppMetrics? metrics = null)
    {
        _trace = trace;
        _options = options;
        // Full: TryWrite gives false, and the peer keeps its message.
        _inbound = Channel.CreateBounded<InboundRequest>(options.MaxUnanswered);
        _time = time;
        _logger = logger;
        _bind = BindRequest.Of(options.BindType, options.SystemId, options.Password, options.SystemType) with { InterfaceVersion = (byte)options.InterfaceVersion };
        PduWriter.Check(_bind);
        _pacer = new Pacer((double)options.MaxRate / options.RateSharedBy, options.ThrottlePauseMax, time);
        _measures = metrics?.Register(this, options.WindowSize);
    }

    /// <summary>The name in logs: the configured one, or system_id, host and port.</summary>
    public string Name => _options.EffectiveName;

    public LinkState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>The session of the moment; null while there is none. Its counters start anew with each session.</summary>
    public SmppSession? Session => _session;

    /// <summary>deliver_sm of the SMSC, in order. Bounded by <see cref="SmppSessionOptions.MaxUnanswered"/>, with what lost sessions left unread: each must be read and answered.</summary>
    public ChannelReader<InboundRequest> Inbound => _inbound.Reader;

    /// <summary>Answers that came after their request was given up as Unknown. The oldest are dropped if nobody reads.</summary>
    public ChannelReader<LateResponse> LateResponses => _lateResponses.Reader;

    /// <summary>Starts connecting. Once in the life of a link.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_running != Task.CompletedTask || _stopping.IsCancellationRequested)
            {
                throw new InvalidOperationException("A link is started once.");
            }
            _running = RunAsync();
        }
    }

    /// <summary>The same as the other, with <see cref="RequestPriority.Normal"/>.</summary>
    public ValueTask<RequestOutcome> RequestAsync(SmppPdu request, CancellationToken cancellationToken = default) =>
        RequestAsync(request, RequestPriority.Normal, cancellationToken);

    /// <summary>Sends a request over the bound session; NotSent when there is none. See <see cref="SmppSession.RequestAsync(SmppPdu, RequestPriority, CancellationToken)"/>.</summary>
    public ValueTask<RequestOutcome> RequestAsync(SmppPdu request, RequestPriority priority, CancellationToken cancellationToken = default) =>
        _session?.RequestAsync(request, priority, cancellationToken) ?? ValueTask.FromResult(RequestOutcome.NotSent(NoAnswerReason.NotBound));

    /// <summary>Waits until the link is bound.</summary>
    public async Task WaitUntilBoundAsync(CancellationToken cancellationToken = default)
    {
        var state = State;
        while (state != LinkState.Bound)
        {
            state = await WaitForChangeAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the state is another than <paramref name="seen"/>, and gives it. Short states in between may be missed.</summary>
    public async Task<LinkState> WaitForChangeAsync(LinkState seen, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_state != seen)
                {
                    return _state;
                }
                changed = _stateChanged.Task;
            }
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Unbinds and stops for good. Messages already received can still be read. May be called again.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task running;
        lock (_gate)
        {
            running = _running;
        }
        await running.ConfigureAwait(false);
        _inbound.Writer.TryComplete();
        _lateResponses.Writer.TryComplete();
        _measures?.Dispose();
    }

    /// <summary>The same as <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var backoff = new ReconnectBackoff(_options);
        while (!_stopping.IsCancellationRequested)
        {
            SetState(LinkState.Connecting);
            var startedAt = _time.GetTimestamp();
            var end = await GuardAsync().ConfigureAwait(false);
            if (_stopping.IsCancellationRequested)
            {
                break;
            }
            var pause = backoff.Next(end, _time.GetElapsedTime(startedAt));
            LogDown(end, pause);
            SetState(LinkState.Waiting);
            try
            {
                await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        SetState(LinkState.Closed);
    }

    /// <summary>The outer edge of the loop: a defect costs a pause, not the link.</summary>
    private async Task<SessionEnd> GuardAsync()
    {
        try
        {
            return await ConnectAndRunAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Outer edge.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _session = null;
            LogDefect(e, Name);
            return new(SessionEndReason.Defect);
        }
    }

    /// <summary>One life of the link: connect, bind, stay, end.</summary>
    private async Task<SessionEnd> ConnectAndRunAsync()
    {
        var socket = await ConnectAsync().ConfigureAwait(false);
        if (socket is null)
        {
            return new(SessionEndReason.ConnectionLost);
        }
        var parts = new SessionParts(_time, _logger, _inbound.Writer, _lateResponses.Writer)
        {
            Pacer = _pacer,
            Trace = _trace,
            Measures = _measures,
            FirstSequenceNumber = _options.FirstSequenceNumber,
        };
        using var session = new SmppSession(SessionSide.Esme, Name, new SocketTransport(socket), _options, parts);
        SetState(LinkState.Binding);
        var running = session.RunAsync();
        RequestOutcome bind;
        using (_stopping.Token.UnsafeRegister(_ => session.Abort(), null))
        {
            bind = await session.BindAsync(_bind).ConfigureAwait(false);
        }
        if (!bind.IsAccepted)
        {
            await session.UnbindAsync().ConfigureAwait(false);
            return bind.Kind == RequestOutcomeKind.Responded ? new(SessionEndReason.BindRefused, bind.Status) : await running.ConfigureAwait(false);
        }
        _session = session;
        SetState(LinkState.Bound);
        _measures?.CountBind();
        LogBound(Name, session.RemoteName);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (_stopping.Token.UnsafeRegister(_ => stopped.TrySetResult(), null))
        {
            if (await Task.WhenAny(running, stopped.Task).ConfigureAwait(false) == stopped.Task)
            {
                SetState(LinkState.Unbinding);
                await session.UnbindAsync().ConfigureAwait(false);
            }
        }
        _session = null;
        return await running.ConfigureAwait(false);
    }

    private async Task<Socket?> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        try
        {
            await socket.ConnectAsync(_options.Host, _options.Port, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            LogConnectFailed(Name, e.Message);
            return null;
        }
    }

    private void SetState(LinkState state)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (_state == state)
            {
                return;
            }
            _state = state;
            changed = _stateChanged;
            _stateChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    private void LogDown(SessionEnd end, TimeSpan pause)
    {
        switch (end)
        {
            case { Reason: SessionEndReason.BindTimeout }:
                LogBindUnanswered(Name, _options.InterfaceVersion, _options.BindTimeout, pause);
                break;
            case { Reason: SessionEndReason.BindRefused, BindStatus: CommandStatus.RALYBND }:
                LogAlreadyBound(Name, pause);
                break;
            case { Reason: SessionEndReason.BindRefused, BindStatus: CommandStatus.RINVPASWD or CommandStatus.RINVSYSID }:
                LogCredentialsRefused(Name, end.BindStatus, pause);
                break;
            case { Reason: SessionEndReason.BindRefused }:
                // Also RBINDFAIL, which an SMSC says while it restarts.
                LogBindRefused(Name, end.BindStatus, pause);
                break;
            default:
                LogLinkDown(Name, end.Reason, pause);
                break;
        }
    }

    [LoggerMessage(SmppEventIds.LinkDefect, LogLevel.Error, "Link {SessionName} met a defect")]
    private partial void LogDefect(Exception e, string sessionName);

    [LoggerMessage(SmppEventIds.LinkBound, LogLevel.Information, "Link {SessionName} was bound to {RemoteName}")]
    private partial void LogBound(string sessionName, string remoteName);

    [LoggerMessage(SmppEventIds.LinkDown, LogLevel.Warning, "Link {SessionName} went down: {Reason}; the next try comes in {Pause}")]
    private partial void LogLinkDown(string sessionName, SessionEndReason reason, TimeSpan pause);

    [LoggerMessage(SmppEventIds.ConnectFailed, LogLevel.Warning, "Link {SessionName} could not connect: {Problem}")]
    private partial void LogConnectFailed(string sessionName, string problem);

    [LoggerMessage(SmppEventIds.AlreadyBound, LogLevel.Warning, "Link {SessionName} was refused because the SMSC still holds an older session; the next try comes in {Pause}")]
    private partial void LogAlreadyBound(string sessionName, TimeSpan pause);

    [LoggerMessage(SmppEventIds.BindUnanswered, LogLevel.Error, "ALARM: link {SessionName} had no answer to its bind with InterfaceVersion {InterfaceVersion} within {BindTimeout}: some SMSCs are silent about a version that they do not know, so try another; the next try comes in {Pause}")]
    private partial void LogBindUnanswered(string sessionName, SmppVersion interfaceVersion, TimeSpan bindTimeout, TimeSpan pause);

    [LoggerMessage(SmppEventIds.BindRefused, LogLevel.Error, "ALARM: link {SessionName} was refused with {CommandStatus}; the next try comes in {Pause}")]
    private partial void LogBindRefused(string sessionName, CommandStatus commandStatus, TimeSpan pause);

    [LoggerMessage(SmppEventIds.CredentialsRefused, LogLevel.Error, "ALARM: link {SessionName} was refused with {CommandStatus}: check its credentials; the next try comes in {Pause}")]
    private partial void LogCredentialsRefused(string sessionName, CommandStatus commandStatus, TimeSpan pause);
}
