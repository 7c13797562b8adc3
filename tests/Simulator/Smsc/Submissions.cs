using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Ussd;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.Simulator.Smsc;

/// <summary>What the bound system submits: put together from its parts, shown on the handset, receipted if it asked for that.</summary>
internal sealed class Submissions(PhoneBook phones, StoreAndForward outgoing, UssdCentre ussd, Faults faults, SmscLog log, TimeProvider time, SmscOptions options) : IAsyncDisposable
{
    private const string SameId = "1";

    private readonly PartsCollector _parts = new();
    private readonly ConcurrentDictionary<Task, bool> _late = new();
    private readonly CancellationTokenSource _stopping = new();
    // Unique over restarts too: the milliseconds of the start, then a count.
    private long _lastId = time.GetUtcNow().ToUnixTimeMilliseconds() << 20;
    private long _submitted;

    /// <summary>submit_sm that were answered with ROK, or would have been but for a fault.</summary>
    public long Submitted => Volatile.Read(ref _submitted);

    /// <summary>Takes one submit_sm and answers it. Called by one reader only, so what a system submits in order arrives in order.</summary>
    public void Take(InboundRequest request)
    {
        if (request.Message is not { } pdu)
        {
            log.Add("error", $"{request.Pdu.CommandId} refused: the simulator has no use for it");
            request.Respond(CommandStatus.RINVCMDID);
            return;
        }
        if (faults.TryTake(FaultKind.SubmitStatus, out var refuse))
        {
            log.Add("fault", $"submit_sm refused with 0x{refuse.Status:X2}");
            request.Respond((CommandStatus)refuse.Status);
            return;
        }
        var show = () => { };
        if ((pdu is SubmitSm submit && ussd.IsUssd(pdu) ? ussd.Take(submit, out show) : Judge(pdu)) is var status and not CommandStatus.ROK)
        {
            log.Add("error", $"submit_sm refused: {status} (0x{(uint)status:X2})");
            request.Respond(status);
            return;
        }

        var id = faults.TryTake(FaultKind.SubmitSameId) ? SameId : Interlocked.Increment(ref _lastId).ToString("x14", CultureInfo.InvariantCulture);
        Interlocked.Increment(ref _submitted);
        if (ussd.IsUssd(pdu))
        {
            Answer(request, id);
            show();
            return;
        }
        Deliver(pdu, id);
        Answer(request, id);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_late.Keys);
        _stopping.Dispose();
    }

    private static CommandStatus Judge(MessagePdu pdu) =>
        PhoneBook.IsNumber(PhoneBook.Normalize(pdu.DestinationAddr.Digits)) ? CommandStatus.ROK : CommandStatus.RINVDSTADR;

    private void Answer(InboundRequest request, string id)
    {
        var response = new SubmitSmResp { MessageId = id };
        if (faults.HappensHere(FaultKind.LinkCut))
        {
            log.Add("fault", "link cut before the answer to a submit_sm");
            request.Session.Abort();
        }
        else if (faults.TryTake(FaultKind.SubmitMute, out _))
        {
            log.Add("fault", "submit_sm taken, but not answered");
        }
        else if (faults.TryTake(FaultKind.SubmitDelay, out var delay))
        {
            log.Add("fault", $"submit_sm to be answered after {delay.Delay.TotalMilliseconds} ms");
            var late = AnswerLateAsync(request, response, delay.Delay);
            _late[late] = true;
            late.ContinueWith(done => _late.TryRemove(done, out _), TaskScheduler.Default);
        }
        else
        {
            request.Respond(response);
        }
    }

    private async Task AnswerLateAsync(InboundRequest request, SubmitSmResp response, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, time, _stopping.Token);
            request.Respond(response);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private void Deliver(MessagePdu pdu, string id)
    {
        var now = time.GetUtcNow();
        var number = PhoneBook.Normalize(pdu.DestinationAddr.Digits);
        var isKnown = phones.TryGet(number, out var phone);
        var part = AirText.Read(pdu);
        if (_parts.Add($"{pdu.SourceAddr.Digits}>{number}", part) is { } whole)
        {
            if (phone is not null)
            {
                phone.Receive(pdu.SourceAddr.Digits, whole.Text, whole.Parts, whole.Encoding, now);
                log.Add("submit", $"SMS from {pdu.SourceAddr.Digits} arrived on the phone of {phone.Name}{(whole.Parts > 1 ? $" in {whole.Parts} parts" : "")}");
            }
            else
            {
                log.Add("error", $"SMS from {pdu.SourceAddr.Digits} for a number that no phone has here (ends in {number[^2..]})");
            }
        }
        Receipt(pdu, id, isKnown, now);
    }

    // SMPP 3.4, section 5.2.17: 1 = on success and failure, 2 = on failure only. Appendix B for the text, TLVs for those who read them.
    private void Receipt(MessagePdu pdu, string id, bool isDelivered, DateTimeOffset now)
    {
        if ((pdu.RegisteredDelivery & 3) is not 1 && ((pdu.RegisteredDelivery & 3) is not 2 || isDelivered)) return;
        const byte Delivered = 2, Undeliverable = 5;
        var moment = now.ToString("yyMMddHHmm", CultureInfo.InvariantCulture);
        var text = $"id:{id} sub:001 dlvrd:{(isDelivered ? "001" : "000")} submit date:{moment} done date:{moment} stat:{(isDelivered ? "DELIVRD" : "UNDELIV")} err:{(isDelivered ? "000" : "001")} text:";
        var receipt = new DeliverSm
        {
            SourceAddr = pdu.DestinationAddr,
            DestinationAddr = pdu.SourceAddr,
            EsmClass = EsmClass.DeliveryReceipt,
            ShortMessage = Encoding.ASCII.GetBytes(text),
            Tlvs =
            [
                new Tlv(TlvTag.ReceiptedMessageId, Encoding.ASCII.GetBytes(id + '\0')),
                Tlv.OfByte(TlvTag.MessageState, isDelivered ? Delivered : Undeliverable),
            ],
        };
        outgoing.Add(new Forwarding("receipts>" + pdu.DestinationAddr.Digits, "Receipt", [receipt], now + options.Validity, IsReceipt: true, _ => { }));
    }
}
