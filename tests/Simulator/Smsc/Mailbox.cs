using System.Collections.Concurrent;
using CarrierPay.Simulator.Load;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc.Receipts;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.Simulator.Smsc;

/// <summary>Messages on their way to phones: kept until they are due, put together from their parts, shown, and receipted if that was asked for.</summary>
internal sealed class Mailbox(
    PhoneBook phones, LoadGenerator load, SubmittedMessages messages, ReceiptOrders receipts, StoreAndForward outgoing, SmscLog log, TimeProvider time, SmscOptions options) : IAsyncDisposable
{
    /// <summary>registered_delivery: receipts, and intermediate notifications.</summary>
    private const byte AnyReceipt = 0x03;
    private const byte IntermediateBit = 0x10;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly PartsCollector _parts = new();
    private readonly Lock _delivering = new();
    private readonly ConcurrentDictionary<Task, bool> _scheduled = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Takes a message. Gives its receipt, if it is due already and one was asked for.</summary>
    public DueReceipt? Take(SubmittedMessage message, SmppSession from)
    {
        if (load.TryTake(PhoneBook.Normalize(message.Pdu.DestinationAddr.Digits), message.Pdu))
        {
            // Not kept for questions: there may be millions of them.
            if ((message.Pdu.RegisteredDelivery & AnyReceipt) == 0) return null;
            var ordered = receipts.Take();
            messages.TryFinish(message, ordered.State ?? SmMessageState.Delivered);
            return IsAskedFor(message.Pdu, message.State) ? Receipt(message, ordered, from, "") : null;
        }
        messages.Add(message);
        if (messages.WaitsFor(message, out _) is null) return Deliver(message, from);

        log.Add("submit", $"SMS from {message.Pdu.SourceAddr.Digits} kept until {message.Due:u}");
        var waiting = DeliverWhenDueAsync(message, from);
        _scheduled[waiting] = true;
        waiting.ContinueWith(done => _scheduled.TryRemove(done, out _), TaskScheduler.Default);
        return null;
    }

    /// <summary>The receipt of a message that was taken back.</summary>
    public void TellCancelled(SubmittedMessage message, SmppSession from)
    {
        log.Add("submit", $"SMS from {message.Pdu.SourceAddr.Digits} taken back");
        if (IsAskedFor(message.Pdu, message.State)) Receipt(message, receipts.Take() with { State = null, Intermediate = false }, from, "").Send();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_scheduled.Keys);
        _stopping.Dispose();
    }

    private async Task DeliverWhenDueAsync(SubmittedMessage message, SmppSession from)
    {
        try
        {
            while (messages.WaitsFor(message, out var changed) is { } left)
            {
                // Timers do not reach as far as the protocol's dates.
                var atMost = left < LongestWait ? left : LongestWait;
                await Task.WhenAny(changed, Task.Delay(atMost, time, _stopping.Token));
                _stopping.Token.ThrowIfCancellationRequested();
            }
            Deliver(message, from)?.Send();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private DueReceipt? Deliver(SubmittedMessage message, SmppSession from)
    {
        // Scheduled ones come from other threads, and parts are put together in one place.
        lock (_delivering)
        {
            var pdu = message.Pdu;
            var number = PhoneBook.Normalize(pdu.DestinationAddr.Digits);
            phones.TryGet(number, out var phone);
            var receipt = (pdu.RegisteredDelivery & AnyReceipt) != 0 ? receipts.Take() : null;
            var state = receipt?.State ?? (phone is null ? SmMessageState.Undeliverable : SmMessageState.Delivered);
            if (!messages.TryFinish(message, state)) return null;

            var part = AirText.Read(pdu);
            if (phone is not null && ReceiptWriter.IsFailure(state))
                log.Add("fault", $"SMS from {pdu.SourceAddr.Digits} to {phone.Name} not delivered: {state} was ordered");
            else if (_parts.Add($"{pdu.SourceAddr.Digits}>{number}", part) is { } whole)
                Show(phone, number, pdu.SourceAddr.Digits, whole);
            return receipt is not null && IsAskedFor(pdu, state) ? Receipt(message, receipt, from, part.Text) : null;
        }
    }

    private void Show(Phone? phone, string number, string source, WholeText whole)
    {
        if (phone is null)
        {
            log.Add("error", $"SMS from {source} for a number that no phone has here (ends in {number[^2..]})");
            return;
        }
        phone.Receive(source, whole.Text, whole.Parts, whole.Encoding, time.GetUtcNow());
        log.Add("submit", $"SMS from {source} arrived on the phone of {phone.Name}{(whole.Parts > 1 ? $" in {whole.Parts} parts" : "")}");
    }

    // SMPP 3.4, section 5.2.17: 1 = on success and failure, 2 = on failure only; SMPP 5.0, section 4.7.21: 3 = on success only.
    private static bool IsAskedFor(MessagePdu pdu, SmMessageState state) => (pdu.RegisteredDelivery & 3) switch
    {
        1 => true,
        2 => ReceiptWriter.IsFailure(state),
        3 => !ReceiptWriter.IsFailure(state),
        _ => false,
    };

    private DueReceipt Receipt(SubmittedMessage message, ReceiptOptions receipt, SmppSession from, string text)
    {
        var subject = new ReceiptSubject(message.Id, message.Pdu.SourceAddr, message.Pdu.DestinationAddr, message.State, message.SubmittedAt, message.DoneAt, text);
        var hasIntermediate = receipt.Intermediate || (message.Pdu.RegisteredDelivery & IntermediateBit) != 0;
        return new DueReceipt(subject, receipt, hasIntermediate, from, outgoing, message.DoneAt + options.Validity);
    }
}
