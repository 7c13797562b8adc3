using System.Collections.Concurrent;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc.Receipts;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.Simulator.Smsc;

/// <summary>What became of something that was given to the bound system.</summary>
/// <param name="Problem">For <see cref="MessageState.Failed"/> and <see cref="MessageState.Expired"/>.</param>
internal readonly record struct ForwardResult(MessageState State, string? Problem = null);

/// <summary>A message, or a receipt, on its way to the bound system.</summary>
/// <param name="Line">Messages of one line go one after the other: the handset's number.</param>
/// <param name="Name">For the log: whose message it is.</param>
/// <param name="Parts">One deliver_sm each.</param>
/// <param name="IsReceipt">Not a message of a person: faults of deliveries leave it alone.</param>
internal sealed record Forwarding(string Line, string Name, IReadOnlyList<DeliverSm> Parts, DateTimeOffset ExpiresAt, bool IsReceipt, Action<ForwardResult> Done)
{
    /// <summary>Before the first attempt.</summary>
    public TimeSpan Delay { get; init; }

    public ReceiptBind Bind { get; init; }

    /// <summary>The bind of the message that this is about; null for a message of a phone.</summary>
    public SmppSession? From { get; init; }
}

/// <summary>
/// Keeps what is to go to the bound system until it is taken, as a real centre does: no bind, no answer and temporary errors (RX_T_APPN 0x64, RTHROTTLED 0x58, RMSGQFUL 0x14)
/// are tried again with the same text and a new sequence number until the validity is over; other errors are final.
/// </summary>
internal sealed class StoreAndForward(Links links, Faults faults, SmscLog log, TimeProvider time, SmscOptions options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private long _delivered;
    private int _queued;

    /// <summary>Messages and receipts that are not yet taken.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>deliver_sm that were answered with ROK, receipts aside.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <param name="atOnce">The first attempt is written before this returns, if nothing stands in its way.</param>
    public void Add(Forwarding forwarding, bool atOnce = false)
    {
        Interlocked.Increment(ref _queued);
        var line = Enqueue(forwarding);
        if (line is null) return;
        var running = atOnce ? RunAsync(forwarding.Line, line) : Task.Run(() => RunAsync(forwarding.Line, line));
        // Kept, so that the end of the simulator waits for the end of each.
        _running[running] = true;
        running.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Keys);
        _stopping.Dispose();
    }

    /// <summary>Gives the line if it is to be run now.</summary>
    private Line? Enqueue(Forwarding forwarding)
    {
        while (true)
        {
            var line = _lines.GetOrAdd(forwarding.Line, _ => new Line());
            lock (line)
            {
                // It came to its end just now, and is not in the table any more.
                if (line.IsOver) continue;
                line.Waiting.Enqueue(forwarding);
                if (line.IsRunning) return null;
                line.IsRunning = true;
                return line;
            }
        }
    }

    private async Task RunAsync(string name, Line line)
    {
        try
        {
            while (true)
            {
                Forwarding? next;
                lock (line)
                {
                    if (!line.Waiting.TryDequeue(out next))
                    {
                        // Taken away, or there would be as many as there ever were numbers.
                        line.IsOver = true;
                        _lines.TryRemove(name, out _);
                        return;
                    }
                }
                var result = await ForwardAsync(next);
                Interlocked.Decrement(ref _queued);
                next.Done(result);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The simulator stops; what waits is gone with it.
        }
    }

    private async Task<ForwardResult> ForwardAsync(Forwarding forwarding)
    {
        if (forwarding.Delay > TimeSpan.Zero) await Task.Delay(forwarding.Delay, time, _stopping.Token);
        if (!forwarding.IsReceipt && faults.TryTake(FaultKind.DeliverDelay, out var delay))
        {
            log.Add("fault", $"SMS of {forwarding.Name} held back for {delay.Delay.TotalMilliseconds} ms");
            await Task.Delay(delay.Delay, time, _stopping.Token);
        }
        var result = await ForwardPartsAsync(forwarding);
        if (!forwarding.IsReceipt && result.State == MessageState.Delivered && faults.TryTakeAll(FaultKind.DeliverDuplicate, out var duplicate))
        {
            for (var repeat = 1; repeat <= duplicate.Remaining; repeat++)
            {
                log.Add("fault", $"SMS of {forwarding.Name} delivered again ({repeat} of {duplicate.Remaining})");
                await ForwardPartsAsync(forwarding);
            }
        }
        return result;
    }

    private async Task<ForwardResult> ForwardPartsAsync(Forwarding forwarding)
    {
        foreach (var part in forwarding.Parts)
        {
            var result = await ForwardPartAsync(forwarding, part);
            if (result.State != MessageState.Delivered)
            {
                log.Add("error", $"{forwarding.Name}: not delivered, {result.Problem}");
                return result;
            }
        }
        return new ForwardResult(MessageState.Delivered);
    }

    private async Task<ForwardResult> ForwardPartAsync(Forwarding forwarding, DeliverSm part)
    {
        for (var attempt = 1; ; attempt++)
        {
            var left = forwarding.ExpiresAt - time.GetUtcNow();
            if (left <= TimeSpan.Zero) return new ForwardResult(MessageState.Expired, "nobody took it before its validity was over");

            var session = forwarding.From is { } from
                ? links.NextReceiver(from, forwarding.Bind, out var receiverCame)
                : links.NextReceiver(part.DestinationAddr.Digits, out receiverCame);
            if (session is null)
            {
                if (attempt == 1) log.Add("retry", $"{forwarding.Name}: waiting, no receiving system is bound");
                await WaitAsync(receiverCame, left);
                continue;
            }

            var problem = await TryAsync(session, part, forwarding.IsReceipt);
            if (problem is null)
            {
                if (!forwarding.IsReceipt) Interlocked.Increment(ref _delivered);
                return new ForwardResult(MessageState.Delivered);
            }
            if (problem is { IsFinal: true }) return new ForwardResult(MessageState.Failed, problem.Text);

            log.Add("retry", $"{forwarding.Name}: {problem.Text}, trying again in {options.RetryInterval.TotalSeconds:0.###} s");
            await Task.Delay(options.RetryInterval < left ? options.RetryInterval : left, time, _stopping.Token);
        }
    }

    private async Task WaitAsync(Task receiverCame, TimeSpan atMost)
    {
        try
        {
            await receiverCame.WaitAsync(atMost, time, _stopping.Token);
        }
        catch (TimeoutException)
        {
            // The validity is over; the caller sees it by the clock.
        }
    }

    /// <summary>One attempt; null if it was taken.</summary>
    private async Task<Refusal?> TryAsync(SmppSession session, DeliverSm part, bool isReceipt)
    {
        var isCut = faults.HappensHere(FaultKind.LinkCut);
        var isMute = !isReceipt && faults.TryTake(FaultKind.DeliverMute, out _);
        var outcome = await session.RequestAsync(part, _stopping.Token);
        _stopping.Token.ThrowIfCancellationRequested();
        if (isCut)
        {
            // After the answer, which counts as never seen: so it is certain that the message was on the other side.
            log.Add("fault", "link cut");
            session.Abort();
            return new Refusal("the link was cut", IsFinal: false);
        }
        if (isMute)
        {
            log.Add("fault", "answer to a deliver_sm lost");
            return new Refusal("no answer", IsFinal: false);
        }
        return outcome switch
        {
            { IsAccepted: true } => null,
            { Kind: RequestOutcomeKind.Responded, Status: var status } => new Refusal($"answered {status} (0x{(uint)status:X2})", IsFinal: !status.IsTemporary()),
            { Kind: RequestOutcomeKind.Unknown } => new Refusal(outcome.Reason == NoAnswerReason.TimedOut ? "no answer" : "the link was lost before the answer", IsFinal: false),
            _ => new Refusal("the link was lost", IsFinal: false),
        };
    }

    private sealed record Refusal(string Text, bool IsFinal);

    private sealed class Line
    {
        public Queue<Forwarding> Waiting { get; } = new();
        public bool IsRunning { get; set; }
        public bool IsOver { get; set; }
    }
}
