using System.Threading.Channels;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Protocols.Iso8583.Links;

/// <summary>One bank: its connections, its window and its circuit. Requests go in, outcomes come out; nothing about money is decided here.</summary>
/// <remarks>The caller has stored a message with its trace before it gives it to <see cref="RequestAsync"/>. Safe for threads.</remarks>
public sealed partial class BankClient : IAsyncDisposable
{
    private readonly BankLinkParts _parts;
    private readonly BankLink[] _links;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private Circuit _circuit;
    private int _waiting;
    private uint _turn;

    /// <param name="keys">Null if this bank's messages carry no authentication code.</param>
    /// <param name="mayGo">Asked with the context of each request about money or accounts right before its octets, with nothing waiting in between; if it says no, the request is <see cref="NoAnswerReason.Withheld"/>. Must be quick. Null: all go.</param>
    /// <exception cref="ArgumentException">A setting is wrong; the message names it.</exception>
    public BankClient(BankSettings settings, IMacKeys? keys, TimeProvider time, ILogger logger, Func<object?, bool>? mayGo = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _parts = new(settings, BankDialect.From(settings.Dialect), keys, time, logger, mayGo);
        _logger = logger;
        _places = new(settings.Window, settings.Window);
        _links = [.. Enumerable.Range(1, settings.Connections).Select(number => new BankLink($"{settings.Code}/{number}", _parts, Changed))];
    }

    public BankDialect Dialect => _parts.Dialect;

    public BankCounters Counters => _parts.Counters;

    /// <summary>Connections that are signed on.</summary>
    public int SignedOn => _links.Count(link => link.Current is not null);

    /// <summary>Requests that wait for their answers, network messages included.</summary>
    public int InFlight => _parts.InFlight.Count;

    /// <summary>Answers whose requests had been given up, or answered with something else than a yes; the newest thousand of those not read.</summary>
    public ChannelReader<LateAnswer> LateAnswers => _parts.LateAnswers.Reader;

    /// <summary>How many reversals wait for this bank; the caller's queue says so, and the circuit opens when they are too many.</summary>
    public int ReversalsWaiting { get; set; }

    public CircuitPhase CircuitPhase
    {
        get { lock (_gate) return _circuit.Phase; }
    }

    /// <summary>Connects and stays connected until <see cref="StopAsync"/>.</summary>
    public void Start()
    {
        lock (_gate) _running = Task.WhenAll(_links.Select(link => Task.Run(() => link.RunAsync(_stopping.Token, _closing.Token))));
    }

    /// <summary>Sends a request and waits for what becomes of it. Reversals pass an open circuit: they must get through.</summary>
    /// <param name="timeout">Null for <see cref="BankSettings.ResponseTimeout"/>.</param>
    /// <param name="context">Whatever the caller wants to have back with a late answer.</param>
    public async Task<BankOutcome> RequestAsync(IsoMessage request, TimeSpan? timeout = null, object? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var isTrial = false;
        var underCircuit = Mti.ClassOf(request.Mti) != Mti.Reversal;
        if (underCircuit && !MayGo(out isTrial)) return BankOutcome.NotSent(NoAnswerReason.CircuitOpen);
        // Until it is known better: an exception below has sent nothing.
        var outcome = BankOutcome.NotSent(NoAnswerReason.Cancelled);
        try
        {
            outcome = await SendInWindowAsync(request, timeout ?? _parts.Settings.ResponseTimeout, context, cancellationToken);
            return outcome;
        }
        finally
        {
            if (underCircuit) Learn(outcome, isTrial);
        }
    }

    /// <summary>Waits until at least this many connections are signed on.</summary>
    public async Task WaitUntilSignedOnAsync(int connections = 1, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_gate) changed = _changed.Task;
            if (SignedOn >= connections) return;
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Lets requests in flight finish, signs off and stops for good; what still waits for an answer is unknown then. May be called again.</summary>
    /// <param name="hurry">When it is cancelled the connections are closed as they are. Without it, <see cref="BankSettings.NetworkTimeout"/> bounds each step.</param>
    public async Task StopAsync(CancellationToken hurry = default)
    {
        await _stopping.CancelAsync();
        Task running;
        lock (_gate) running = _running;
        await using (hurry.Register(_closing.Cancel)) await running;
        _parts.LateAnswers.Writer.TryComplete();
    }

    /// <summary>The same as <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<BankOutcome> SendInWindowAsync(IsoMessage request, TimeSpan timeout, object? context, CancellationToken cancellationToken)
    {
        byte[] frame;
        try
        {
            frame = await _parts.FrameAsync(request, null, cancellationToken);
        }
        catch (MacUnavailableException e)
        {
            LogMacUnavailable(_parts.Settings.Code, e.Message);
            return BankOutcome.NotSent(NoAnswerReason.MacUnavailable);
        }
        catch (Iso8583Exception e)
        {
            LogUnwritable(_parts.Settings.Code, request.ToString(), e.Message);
            return BankOutcome.NotSent(NoAnswerReason.Unwritable);
        }
        using var deadline = new CancellationTokenSource(timeout, _parts.Time);
        if (await EnterAsync(deadline.Token, cancellationToken) is { } refused) return BankOutcome.NotSent(refused);
        try
        {
            return NextConnection() is { } connection
                ? await connection.ExchangeAsync(request, frame, context, deadline.Token, cancellationToken)
                : BankOutcome.NotSent(NoAnswerReason.NotSignedOn);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Takes a place in the window; gives the reason if there is none.</summary>
    private async ValueTask<NoAnswerReason?> EnterAsync(CancellationToken deadline, CancellationToken cancelled)
    {
        if (NextConnection() is null) return NoAnswerReason.NotSignedOn;
        if (_places.Wait(0, CancellationToken.None)) return null;
        if (Interlocked.Increment(ref _waiting) > _parts.Settings.Waiting)
        {
            Interlocked.Decrement(ref _waiting);
            return NoAnswerReason.NoRoom;
        }
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancelled);
        try
        {
            await _places.WaitAsync(enough.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return cancelled.IsCancellationRequested ? NoAnswerReason.Cancelled : NoAnswerReason.TimedOut;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private BankConnection? NextConnection()
    {
        var turn = Interlocked.Increment(ref _turn);
        for (uint i = 0; i < _links.Length; i++)
            if (_links[(int)((turn + (ulong)i) % (ulong)_links.Length)].Current is { } connection) return connection;
        return null;
    }

    private bool MayGo(out bool isTrial)
    {
        lock (_gate) return _circuit.MayGo(_parts.Settings.Circuit, _parts.Time.GetUtcNow(), ReversalsWaiting, out isTrial, out _circuit);
    }

    private void Learn(BankOutcome outcome, bool isTrial)
    {
        CircuitPhase before, after;
        lock (_gate)
        {
            before = _circuit.Phase;
            _circuit = outcome.Kind switch
            {
                BankOutcomeKind.Answered => _circuit.Succeeded(isTrial),
                // A caller who lost interest says nothing about the bank.
                BankOutcomeKind.Unknown when outcome.Reason != NoAnswerReason.Cancelled => _circuit.Failed(_parts.Settings.Circuit, _parts.Time.GetUtcNow(), isTrial),
                _ => _circuit.NotTried(isTrial),
            };
            after = _circuit.Phase;
        }
        if (before != after && after != CircuitPhase.HalfOpen) LogCircuit(_parts.Settings.Code, after);
    }

    private void Changed()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    [LoggerMessage(EventIds.BankCircuitMoved, LogLevel.Warning, "The circuit of bank {Bank} is now {Phase}")]
    private partial void LogCircuit(string bank, CircuitPhase phase);

    [LoggerMessage(EventIds.BankMacUnavailable, LogLevel.Error, "ALARM: a request to bank {Bank} was not sent, because its authentication code could not be made: {Problem}")]
    private partial void LogMacUnavailable(string bank, string problem);

    [LoggerMessage(EventIds.BankUnwritable, LogLevel.Error, "ALARM: a request to bank {Bank} was not sent, because it cannot be written in the bank's profile: {Problem}. {Request}")]
    private partial void LogUnwritable(string bank, string request, string problem);
}
