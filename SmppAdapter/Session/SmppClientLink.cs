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

/// <summary>One configured link to an SMSC: connects, binds, and does so again whenever it is lost, until stopped. With <see cref="SmppLinkOptions.BindPair"/> it keeps two binds and looks like one.</summary>
/// <remarks>Messages of all its sessions come through <see cref="Inbound"/> in the order of their arrival. A request is never sent twice: what a lost session leaves behind is Unknown or NotSent.</remarks>
public sealed class SmppClientLink : IAsyncDisposable
{
    /// <summary>Late answers kept for a reader that is slow or absent.</summary>
    private const int LateResponsesKept = 1000;

    /// <summary>What a pair is when its binds differ: the first of these that one of them is.</summary>
    private static readonly LinkState[] LeastFirst =
        [LinkState.Waiting, LinkState.Connecting, LinkState.Binding, LinkState.Unbinding, LinkState.Closed, LinkState.Bound];

    private readonly SmppLinkOptions _options;
    private readonly Channel<InboundRequest> _inbound;
    private readonly Channel<LateResponse> _lateResponses =
        Channel.CreateBounded<LateResponse>(new BoundedChannelOptions(LateResponsesKept) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly CancellationTokenSource _stopping = new();
    private readonly LinkLeg[] _legs;
    private readonly SmppMetrics? _metrics;
    private readonly LinkMeasures? _measures;
    private readonly Lock _gate = new();
    private TaskCompletionSource _stateChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkState _state = LinkState.Closed;
    private Task _running = Task.CompletedTask;

    /// <exception cref="ArgumentException">system_id, password or system_type are too long, or a certificate cannot be used; the message names the setting.</exception>
    /// <param name="trace">Records PDUs of this link when it is switched on; may serve many links.</param>
    /// <param name="metrics">Shows this link; may serve many links.</param>
    public SmppClientLink(SmppLinkOptions options, TimeProvider time, ILogger<SmppClientLink> logger, PduTrace? trace = null, SmppMetrics? metrics = null)
    {
        _options = options;
        // Full: TryWrite gives false, and the peer keeps its message.
        _inbound = Channel.CreateBounded<InboundRequest>(options.MaxUnanswered);
        _metrics = metrics;
        _measures = metrics?.Measure(Name);
        var parts = new SessionParts(time, logger, _inbound.Writer, _lateResponses.Writer, new LogLimit(options.MaxWarningsPerMinute, time))
        {
            Pacer = new Pacer((double)options.MaxRate / options.RateSharedBy, options.ThrottlePauseMax, time),
            Trace = trace,
            Measures = _measures,
            FirstSequenceNumber = options.FirstSequenceNumber,
        };
        var connector = new Connector(TlsCredentials.Load(options.Tls, options.EffectiveName), time, logger);
        BindType[] binds = options.BindPair ? [BindType.Transmitter, BindType.Receiver] : [options.BindType];
        _legs = [.. binds.Select(bind => new LinkLeg(options, bind, connector, parts, OnLegChanged))];
        if (_measures is not null)
        {
            _metrics!.Show(_measures, this, options.WindowSize);
        }
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

    /// <summary>The bound session of the moment; null while there is none. Its counters start anew with each session. Of a pair, the one that sends.</summary>
    public SmppSession? Session => _legs[0].Session;

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
            _running = Task.WhenAll(_legs.Select(leg => leg.RunAsync(_stopping.Token)));
        }
    }

    /// <summary>The same as the other, with <see cref="RequestPriority.Normal"/>.</summary>
    public ValueTask<RequestOutcome> RequestAsync(SmppPdu request, CancellationToken cancellationToken = default) =>
        RequestAsync(request, RequestPriority.Normal, cancellationToken);

    /// <summary>Sends a request over the bound session, of a pair over that of the transmitter; NotSent when there is none. See <see cref="SmppSession.RequestAsync(SmppPdu, RequestPriority, CancellationToken)"/>.</summary>
    public ValueTask<RequestOutcome> RequestAsync(SmppPdu request, RequestPriority priority, CancellationToken cancellationToken = default) =>
        Session?.RequestAsync(request, priority, cancellationToken) ?? ValueTask.FromResult(RequestOutcome.NotSent(NoAnswerReason.NotBound));

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
        if (_measures is not null)
        {
            _metrics!.Forget(_measures, this);
        }
    }

    /// <summary>The same as <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>Takes the state of the binds: a pair is bound when both are; each comes back by itself.</summary>
    private void OnLegChanged()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            var state = LeastFirst.First(state => _legs.Any(leg => leg.State == state));
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
}
