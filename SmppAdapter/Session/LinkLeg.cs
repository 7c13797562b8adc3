using CarrierPay.SmppAdapter.Pdu;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>One bind of a link: connects, binds, and does so again whenever it is lost, until stopped. A link has one, or two when sending and receiving are apart.</summary>
internal sealed partial class LinkLeg
{
    private readonly SmppLinkOptions _options;
    private readonly BindRequest _bind;
    private readonly SessionParts _parts;
    private readonly Connector _connector;
    private readonly Action _changed;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _logName;
    private volatile LinkState _state = LinkState.Closed;
    private volatile SmppSession? _session;
    private bool _wasBound;

    /// <param name="bindType">Which bind it keeps.</param>
    /// <param name="connector">Opens its connections.</param>
    /// <param name="parts">What each of its sessions is given.</param>
    /// <param name="changed">Told when <see cref="State"/> is another.</param>
    /// <exception cref="ArgumentException">system_id, password or system_type are too long.</exception>
    public LinkLeg(SmppLinkOptions options, BindType bindType, Connector connector, SessionParts parts, Action changed)
    {
        _options = options;
        _bind = BindRequest.Of(bindType, options.SystemId, options.Password, options.SystemType) with { InterfaceVersion = (byte)options.InterfaceVersion };
        PduWriter.Check(_bind);
        _connector = connector;
        _parts = parts;
        _changed = changed;
        _time = parts.Time;
        _logger = parts.Logger;
        _logName = options.BindPair ? $"{options.EffectiveName} ({bindType})" : options.EffectiveName;
    }

    public LinkState State => _state;

    /// <summary>The session of the moment, bound; null while there is none.</summary>
    public SmppSession? Session => _session;

    /// <summary>Runs until <paramref name="stopping"/> says otherwise.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var backoff = new ReconnectBackoff(_options);
        while (!stopping.IsCancellationRequested)
        {
            SetState(LinkState.Connecting);
            var startedAt = _time.GetTimestamp();
            var end = await GuardAsync(stopping).ConfigureAwait(false);
            if (stopping.IsCancellationRequested)
            {
                break;
            }
            var pause = backoff.Next(end, _time.GetElapsedTime(startedAt));
            LogDown(end, pause);
            SetState(LinkState.Waiting);
            try
            {
                await Task.Delay(pause, _time, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        SetState(LinkState.Closed);
    }

    /// <summary>The outer edge of the loop: a defect costs a pause, not the link.</summary>
    private async Task<SessionEnd> GuardAsync(CancellationToken stopping)
    {
        try
        {
            return await ConnectAndRunAsync(stopping).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Outer edge.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _session = null;
            LogDefect(e, _logName);
            return new(SessionEndReason.Defect);
        }
    }

    /// <summary>One life of the bind: connect, bind, stay, end.</summary>
    private async Task<SessionEnd> ConnectAndRunAsync(CancellationToken stopping)
    {
        if (await _connector.ConnectAsync(_logName, _options.Host, _options.Port, _options.ConnectTimeout, _options.BindTimeout, stopping).ConfigureAwait(false) is not { } connection)
        {
            return new(SessionEndReason.ConnectionLost);
        }
        using var session = new SmppSession(SessionSide.Esme, _options.EffectiveName, connection, _options, _parts);
        SetState(LinkState.Binding);
        var running = session.RunAsync();
        RequestOutcome bind;
        using (stopping.UnsafeRegister(_ => session.Abort(), null))
        {
            bind = await session.BindAsync(_bind).ConfigureAwait(false);
        }
        if (!bind.IsAccepted)
        {
            await session.UnbindAsync().ConfigureAwait(false);
            var end = await running.ConfigureAwait(false);
            if (_options.Tls.Enabled && end.Reason == SessionEndReason.ConnectionLost)
            {
                LogTlsDropped(_logName, session.RemoteName);
            }
            return bind.Kind == RequestOutcomeKind.Responded ? new(SessionEndReason.BindRefused, bind.Status) : end;
        }
        _session = session;
        SetState(LinkState.Bound);
        if (_wasBound || !_options.BindPair || _bind.BindType == BindType.Transmitter)
        {
            // The other bind of a pair is no reconnect.
            _parts.Measures?.CountBind();
        }
        _wasBound = true;
        LogBound(_logName, session.RemoteName);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stopping.UnsafeRegister(_ => stopped.TrySetResult(), null))
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

    private void SetState(LinkState state)
    {
        if (_state != state)
        {
            _state = state;
            _changed();
        }
    }

    private void LogDown(SessionEnd end, TimeSpan pause)
    {
        switch (end)
        {
            case { Reason: SessionEndReason.BindTimeout }:
                LogBindUnanswered(_logName, _options.InterfaceVersion, _options.BindTimeout, pause);
                break;
            case { Reason: SessionEndReason.BindRefused, BindStatus: CommandStatus.RALYBND }:
                LogAlreadyBound(_logName, pause);
                break;
            case { Reason: SessionEndReason.BindRefused, BindStatus: CommandStatus.RINVPASWD or CommandStatus.RINVSYSID }:
                LogCredentialsRefused(_logName, end.BindStatus, pause);
                break;
            case { Reason: SessionEndReason.BindRefused }:
                // Also RBINDFAIL, which an SMSC says while it restarts.
                LogBindRefused(_logName, end.BindStatus, Advice.ForRefusedBind(end.BindStatus), pause);
                break;
            default:
                LogLinkDown(_logName, end.Reason, Advice.For(end.Reason), pause);
                break;
        }
    }

    [LoggerMessage(SmppEventIds.LinkDefect, LogLevel.Error, "Link {SessionName} met a defect and tries again; report it")]
    private partial void LogDefect(Exception e, string sessionName);

    [LoggerMessage(SmppEventIds.LinkBound, LogLevel.Information, "Link {SessionName} was bound to {RemoteName}")]
    private partial void LogBound(string sessionName, string remoteName);

    [LoggerMessage(SmppEventIds.LinkDown, LogLevel.Warning, "Link {SessionName} went down ({Reason}): {Advice}; the next try comes in {Pause}")]
    private partial void LogLinkDown(string sessionName, SessionEndReason reason, string advice, TimeSpan pause);

    [LoggerMessage(SmppEventIds.TlsDropped, LogLevel.Error, "ALARM: {RemoteName} hung up on link {SessionName} behind the handshake of TLS: it may want a certificate of ours, or another one; check with its operator")]
    private partial void LogTlsDropped(string sessionName, string remoteName);

    [LoggerMessage(SmppEventIds.AlreadyBound, LogLevel.Warning, "Link {SessionName} was refused because the SMSC still holds an older session; if it lasts, look for another engine with the same SystemId; the next try comes in {Pause}")]
    private partial void LogAlreadyBound(string sessionName, TimeSpan pause);

    [LoggerMessage(SmppEventIds.BindUnanswered, LogLevel.Error, "ALARM: link {SessionName} had no answer to its bind with InterfaceVersion {InterfaceVersion} within {BindTimeout}: some SMSCs are silent about a version that they do not know, so try another; the next try comes in {Pause}")]
    private partial void LogBindUnanswered(string sessionName, SmppVersion interfaceVersion, TimeSpan bindTimeout, TimeSpan pause);

    [LoggerMessage(SmppEventIds.BindRefused, LogLevel.Error, "ALARM: link {SessionName} was refused with {CommandStatus}: {Advice}; the next try comes in {Pause}")]
    private partial void LogBindRefused(string sessionName, CommandStatus commandStatus, string advice, TimeSpan pause);

    [LoggerMessage(SmppEventIds.CredentialsRefused, LogLevel.Error, "ALARM: link {SessionName} was refused with {CommandStatus}: check SystemId and Password; quick tries would lock the account; the next try comes in {Pause}")]
    private partial void LogCredentialsRefused(string sessionName, CommandStatus commandStatus, TimeSpan pause);
}
