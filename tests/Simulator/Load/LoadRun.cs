using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using CarrierPay.Simulator.Smsc;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.Simulator.Load;

/// <summary>One load from its first conversation to its last. Memory is bounded by how many are open at a time, not by the number of phones.</summary>
/// <remarks>The phones are dealt out to as many loops as conversations may be open; each loop goes through its phones in turn. So no phone is ever in two conversations.</remarks>
internal sealed class LoadRun(LoadPlan plan, Links links, TimeProvider time)
{
    private const int MostWaiting = 100_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly LoadPhone[] _phones = [.. Enumerable.Range(0, plan.Open).Select(_ => new LoadPhone())];
    private readonly Segments?[] _fixedTexts = [.. plan.Steps.Select(step => step.IsFixed ? Encode(step.Text, 0) : null)];
    private readonly Channel<long> _due = Channel.CreateBounded<long>(MostWaiting);
    private readonly PartsCollector _parts = new();
    private readonly CancellationTokenSource _timeOver = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile LoadFigures _figures = new(time, plan.Order.WarmUpSeconds > 0 ? plan.Order.WarmUpSeconds : plan.Order.Seconds);
    private volatile string _state = plan.Order.WarmUpSeconds > 0 ? "warmingUp" : "running";
    private Task _loops = Task.CompletedTask;
    private LoadReport? _final;

    public LoadReport Report => _final ?? _figures.Report(_state);

    /// <summary>Ends when the last conversation has let go, which after a stop may be as late as the answers to what is in flight.</summary>
    public Task Loops => _loops;

    /// <summary>Ends it now; conversations that are open are left.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    /// <summary>Runs to the end. Called once.</summary>
    public async Task<LoadReport> RunAsync()
    {
        try
        {
            if (plan.Steps.Count > 0) _loops = Task.WhenAll(Enumerable.Range(0, plan.Open).Select(loop => Task.Run(() => ConverseAsync(loop))));
            var pacing = plan.Order.Rate is { } rate ? PaceAsync(rate) : Task.CompletedTask;
            if (plan.Order.WarmUpSeconds > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(plan.Order.WarmUpSeconds), time, _stopping.Token);
                // What is open now counts where it ends.
                _figures = new LoadFigures(time, plan.Order.Seconds);
                _state = "running";
            }
            await Task.Delay(TimeSpan.FromSeconds(plan.Order.Seconds), time, _stopping.Token);
            _state = "finishing";
            await _timeOver.CancelAsync();
            await pacing;
            await _loops.WaitAsync(_stopping.Token);
            _state = "finished";
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            await _timeOver.CancelAsync();
            _state = "stopped";
        }
        return _final = _figures.Report(_state);
    }

    /// <summary>True if the number is one of this load's. By one caller at a time.</summary>
    public bool TryTake(string digits, MessagePdu pdu)
    {
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        var index = number - plan.FirstNumber;
        if (index < 0 || index >= plan.Order.Phones || digits.Length != plan.Order.First.Length) return false;
        _figures.CountTaken();
        if (plan.Steps.Count > 0) Take(number, (int)(index % plan.Open), pdu);
        return true;
    }

    private void Take(long number, int loop, MessagePdu pdu)
    {
        var part = AirText.Read(pdu);
        if (part.Place is null) _phones[loop].Take(number, () => part.Text);
        else if (_parts.Add(pdu.DestinationAddr.Digits, part) is { } whole) _phones[loop].Take(number, () => whole.Text);
    }

    /// <summary>Says when conversations are due, whatever becomes of them.</summary>
    private async Task PaceAsync(int rate)
    {
        var start = time.GetTimestamp();
        var ticksEach = time.TimestampFrequency / (double)rate;
        var all = (long)rate * (plan.Order.WarmUpSeconds + plan.Order.Seconds);
        for (long said = 0; !_timeOver.IsCancellationRequested;)
        {
            var due = Math.Min(all, (long)(time.GetElapsedTime(start).TotalSeconds * rate) + 1);
            for (; said < due; said++)
                if (!_due.Writer.TryWrite(start + (long)(said * ticksEach))) _figures.CountSkipped();
            await Task.Delay(Tick, time);
        }
        _due.Writer.Complete();
    }

    private async Task ConverseAsync(int loop)
    {
        try
        {
            for (var phone = loop; !_timeOver.IsCancellationRequested; phone = phone + plan.Open < plan.Order.Phones ? phone + plan.Open : loop)
            {
                var due = plan.Order.Rate is null ? time.GetTimestamp() : await _due.Reader.ReadAsync(_timeOver.Token);
                if (!await ConverseAsync(_phones[loop], plan.FirstNumber + phone, due)) await Task.Delay(PauseAfterFailure, time, _timeOver.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // The time is over.
        }
    }

    /// <summary>One conversation; false if something went wrong with it.</summary>
    private async Task<bool> ConverseAsync(LoadPhone phone, long number, long due)
    {
        _figures.CountBegun();
        var source = Address.International(number.ToString(CultureInfo.InvariantCulture));
        Match? last = null;
        for (var step = 0; step < plan.Steps.Count; step++)
        {
            var begun = step == 0 ? due : time.GetTimestamp();
            var reply = plan.Steps[step].Reply is { } pattern ? phone.Await(number, pattern) : null;
            var text = _fixedTexts[step] ?? Encode(last?.Result(plan.Steps[step].Text) ?? plan.Steps[step].Text, (int)(number & byte.MaxValue));
            if (!await SendAsync(source, text, begun))
            {
                phone.Forget();
                return false;
            }
            if (reply is null) continue;
            try
            {
                last = await reply.WaitAsync(plan.ReplyTimeout, time, _stopping.Token);
                _figures.CountReply();
                _figures.Reply.Add(time.GetElapsedTime(begun));
            }
            catch (TimeoutException)
            {
                phone.Forget();
                _figures.CountUnanswered();
                return false;
            }
        }
        _figures.CountCompleted();
        return true;
    }

    private async Task<bool> SendAsync(Address source, Segments text, long begun)
    {
        foreach (var part in text.Parts)
        {
            if (links.NextReceiver(plan.ShortCode, out var receiverCame) is not { } session)
            {
                await receiverCame.WaitAsync(_timeOver.Token);
                session = links.NextReceiver(plan.ShortCode, out _);
            }
            if (session is null || !await SendAsync(session, source, text.DataCoding, part, begun)) return false;
        }
        return true;
    }

    private async Task<bool> SendAsync(SmppSession session, Address source, byte dataCoding, TextPart part, long begun)
    {
        var sending = session.RequestAsync(new DeliverSm
        {
            SourceAddr = source,
            DestinationAddr = Address.ShortCode(plan.ShortCode),
            EsmClass = part.EsmClass,
            DataCoding = dataCoding,
            ShortMessage = part.ShortMessage,
        }, _stopping.Token);
        _figures.CountSent();
        var outcome = await sending;
        if (outcome.IsAccepted)
        {
            _figures.CountAnswered();
            _figures.Deliver.Add(time.GetElapsedTime(begun));
            return true;
        }
        if (outcome.Kind == RequestOutcomeKind.Responded) _figures.CountRefused(outcome.Status);
        else if (outcome.Kind == RequestOutcomeKind.Unknown) _figures.CountUnknown();
        else _figures.CountNotSent();
        return false;
    }

    private static Segments Encode(string text, int reference) => ShortMessageText.Split(text, reference);
}
