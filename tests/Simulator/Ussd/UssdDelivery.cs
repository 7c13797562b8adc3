using System.Collections.Concurrent;
using CarrierPay.Simulator.Smsc;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.Simulator.Ussd;

/// <summary>
/// Brings inputs to the bound system, those of a session in their order. Nothing is stored: when the link is lost before the answer, the input is repeated with a new
/// sequence number over the next bind, as long as its session lasts; an error is the end of the session.
/// </summary>
internal sealed class UssdDelivery(Links links, Faults faults, SmscLog log, TimeProvider time, TimeSpan retryInterval) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<UssdCall, Task> _running = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="refused">Told what the bound system said.</param>
    /// <param name="delivered">Told when it was taken.</param>
    public void Add(UssdCall call, DeliverSm message, UssdInputKind kind, Action<string> refused, Action delivered)
    {
        var last = _running.GetValueOrDefault(call, Task.CompletedTask);
        var next = Task.Run(() => RunAsync(last, call, message, kind, refused, delivered));
        _running[call] = next;
        next.ContinueWith(done => _running.TryRemove(new(call, done)), TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values);
        _stopping.Dispose();
    }

    private async Task RunAsync(Task last, UssdCall call, DeliverSm message, UssdInputKind kind, Action<string> refused, Action delivered)
    {
        await last;
        // The end of a session is told after it; everything else is of no use then.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, kind is UssdInputKind.Abort or UssdInputKind.Acknowledged ? default : call.Over);
        try
        {
            var repeats = 0;
            do
            {
                if (await DeliverAsync(call, message, kind, over.Token) is { } problem)
                {
                    refused(problem);
                    return;
                }
                if (repeats == 0 && kind is UssdInputKind.Begin or UssdInputKind.Answer && faults.TryTakeAll(FaultKind.UssdDuplicate, out var duplicate))
                {
                    log.Add("fault", $"USSD input of {call.Name} delivered {duplicate.Remaining} times more");
                    repeats = duplicate.Remaining + 1;
                }
            }
            while (--repeats > 0);
            delivered();
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The session is over, or the simulator stops.
        }
    }

    /// <summary>Null if it was taken, else what the bound system said.</summary>
    private async Task<string?> DeliverAsync(UssdCall call, DeliverSm message, UssdInputKind kind, CancellationToken cancellationToken)
    {
        var said = call.View.Lines.Count;
        for (var attempt = 1; ; attempt++)
        {
            if (await BindAsync(call, cancellationToken) is not { } bind) return "no receiving system is bound";
            // Who has sent a text since had the input.
            if (attempt > 1 && call.View.Lines.Count > said) return null;
            var isCut = faults.HappensHere(FaultKind.LinkCut);
            var outcome = await bind.RequestAsync(message, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (isCut)
            {
                // After the answer, which counts as never seen: so it is certain that the input was on the other side.
                log.Add("fault", "link cut");
                bind.Abort();
            }
            else if (outcome.Kind == RequestOutcomeKind.Responded)
            {
                return outcome.IsAccepted ? null : $"answered {outcome.Status} (0x{(uint)outcome.Status:X2})";
            }
            // What ended is told once.
            if (kind == UssdInputKind.Abort) return null;
            log.Add("retry", $"{call.Name}: USSD input without an answer, to be repeated");
            if (outcome.Kind == RequestOutcomeKind.NotSent && attempt > 1) await Task.Delay(retryInterval, time, cancellationToken);
        }
    }

    // A session stays with its bind as long as that is there.
    private async Task<SmppSession?> BindAsync(UssdCall call, CancellationToken cancellationToken)
    {
        if (call.Bind is { State: SessionState.BoundRx or SessionState.BoundTrx } bound) return bound;
        while (true)
        {
            if (links.NextReceiver(call.Session.Service.Digits, out var receiverCame) is { } bind) return call.Bind = bind;
            if (call.IsOver) return null;
            await receiverCame.WaitAsync(cancellationToken);
        }
    }
}
