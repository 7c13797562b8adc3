using System.Collections.Concurrent;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Ussd;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.Simulator.Smsc;

/// <summary>What the bound systems ask for: judged and answered here. Messages go to <see cref="Mailbox"/>.</summary>
internal sealed class Submissions(Mailbox mailbox, SubmittedMessages messages, UssdCentre ussd, Faults faults, SmscLog log, TimeProvider time, SmscOptions options) : IAsyncDisposable
{
    /// <summary>Longest source address that a receipt can go to (SMPP 3.4, section 5.2.8, without NUL).</summary>
    private const int LongestSource = 20;
    private static readonly MessageId SameId = new(1, "1");

    private readonly ConcurrentDictionary<Task, bool> _late = new();
    private readonly CancellationTokenSource _stopping = new();
    // Unique over restarts too: the milliseconds of the start, then a count.
    private long _lastId = time.GetUtcNow().ToUnixTimeMilliseconds() << 20;
    private long _submitted;

    /// <summary>submit_sm, data_sm and submit_multi that were answered with ROK, or would have been but for a fault.</summary>
    public long Submitted => Volatile.Read(ref _submitted);

    /// <summary>Takes one request and answers it. Called by one reader only, so what a system submits in order arrives in order.</summary>
    public void Take(InboundRequest request)
    {
        switch (request.Pdu)
        {
            case SubmitSm or DataSm or SubmitMulti when faults.TryTake(FaultKind.SubmitStatus, out var refuse):
                Refuse(request, (CommandStatus)refuse.Status);
                break;
            case SubmitSm submit when ussd.IsUssd(submit):
                TakeUssd(request, submit);
                break;
            case SubmitSm submit:
                Take(request, submit, id => new SubmitSmResp { MessageId = id });
                break;
            case DataSm data:
                Take(request, AsMessage(data), id => new DataSmResp { MessageId = id });
                break;
            case SubmitMulti multi:
                Take(request, multi);
                break;
            case QuerySm when faults.TryTake(FaultKind.QueryMute):
                log.Add("fault", "query_sm not answered");
                break;
            case QuerySm query:
                request.Respond(messages.Answer(query, request.Session.SystemId));
                break;
            case CancelSm cancel:
                var (status, cancelled) = messages.Cancel(cancel, request.Session.SystemId);
                request.Respond(status);
                foreach (var message in cancelled) mailbox.TellCancelled(message, request.Session);
                break;
            case ReplaceSm replace:
                request.Respond(messages.Replace(replace, request.Session.SystemId));
                break;
            default:
                log.Add("error", $"{request.Pdu.CommandId} refused: the simulator has no use for it");
                request.Respond(CommandStatus.RINVCMDID);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_late.Keys);
        _stopping.Dispose();
    }

    private void Take(InboundRequest request, MessagePdu pdu, Func<string, SmppPdu> response)
    {
        if (Judge(pdu) is var status and not CommandStatus.ROK)
        {
            Refuse(request, status);
            return;
        }
        var id = NextId();
        var receipt = mailbox.Take(new SubmittedMessage(id, request.Session.SystemId, pdu, time.GetUtcNow(), Due(pdu)), request.Session);
        Answer(request, response(id.Text), receipt is null ? [] : [receipt]);
    }

    /// <remarks>SMPP 3.4, section 4.5: one id for all; those that are not taken are named in the response.</remarks>
    private void Take(InboundRequest request, SubmitMulti multi)
    {
        var judged = multi.Destinations.Select(destination => AsMessage(multi, destination)).Select(pdu => (Pdu: pdu, Status: pdu is null ? CommandStatus.RINVDLNAME : Judge(pdu))).ToArray();
        if (judged.All(one => one.Status != CommandStatus.ROK))
        {
            Refuse(request, judged.Length == 0 ? CommandStatus.RINVNUMDESTS : judged[0].Status);
            return;
        }
        var id = NextId();
        var receipts = judged.Where(one => one.Status == CommandStatus.ROK)
            .Select(one => mailbox.Take(new SubmittedMessage(id, request.Session.SystemId, one.Pdu!, time.GetUtcNow(), Due(one.Pdu!)), request.Session))
            .OfType<Receipts.DueReceipt>().ToArray();
        Answer(request, new SubmitMultiResp
        {
            MessageId = id.Text,
            UnsuccessSmes = [.. judged.Where(one => one.Status != CommandStatus.ROK).Select(one => new UnsuccessSme(one.Pdu?.DestinationAddr ?? default, one.Status))],
        }, receipts);
    }

    private void TakeUssd(InboundRequest request, SubmitSm submit)
    {
        if (ussd.Take(submit, out var show) is var status and not CommandStatus.ROK)
        {
            Refuse(request, status);
            return;
        }
        Answer(request, new SubmitSmResp { MessageId = NextId().Text });
        show();
    }

    private CommandStatus Judge(MessagePdu pdu)
    {
        // In a data_sm or submit_multi: no gateway kind here has it there.
        if (ussd.IsUssd(pdu)) return CommandStatus.RINVSERTYP;
        if (pdu.SourceAddr.Digits.Length > LongestSource) return CommandStatus.RINVSRCADR;
        if (!PhoneBook.IsNumber(PhoneBook.Normalize(pdu.DestinationAddr.Digits))) return CommandStatus.RINVDSTADR;
        return pdu.ScheduleDeliveryTime.Length == 0 || SmppTime.TryParse(pdu.ScheduleDeliveryTime, time.GetUtcNow(), out _) ? CommandStatus.ROK : CommandStatus.RINVSCHED;
    }

    private void Refuse(InboundRequest request, CommandStatus status)
    {
        log.Add("error", $"{request.Pdu.CommandId} refused: {status} (0x{(uint)status:X2})");
        request.Respond(status);
    }

    private MessageId NextId()
    {
        Interlocked.Increment(ref _submitted);
        return faults.TryTake(FaultKind.SubmitSameId) ? SameId : MessageId.Of(Interlocked.Increment(ref _lastId), options.MessageIds);
    }

    private DateTimeOffset Due(MessagePdu pdu) => SmppTime.TryParse(pdu.ScheduleDeliveryTime, time.GetUtcNow(), out var due) ? due : time.GetUtcNow();

    private void Answer(InboundRequest request, SmppPdu response, IReadOnlyList<Receipts.DueReceipt> receipts)
    {
        foreach (var receipt in receipts.Where(receipt => receipt.IsBefore)) receipt.Send();
        Answer(request, response);
        foreach (var receipt in receipts.Where(receipt => !receipt.IsBefore)) receipt.Send();
    }

    private void Answer(InboundRequest request, SmppPdu response)
    {
        if (faults.HappensHere(FaultKind.LinkCut))
        {
            log.Add("fault", "link cut before the answer to a submit_sm");
            request.Session.Abort();
        }
        else if (faults.TryTake(FaultKind.SubmitMute))
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

    private async Task AnswerLateAsync(InboundRequest request, SmppPdu response, TimeSpan delay)
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

    private static SubmitSm AsMessage(DataSm data) => new()
    {
        ServiceType = data.ServiceType,
        SourceAddr = data.SourceAddr,
        DestinationAddr = data.DestinationAddr,
        EsmClass = data.EsmClass,
        RegisteredDelivery = data.RegisteredDelivery,
        DataCoding = data.DataCoding,
        Tlvs = data.Tlvs,
    };

    /// <summary>Null for a distribution list: there are none here.</summary>
    private static SubmitSm? AsMessage(SubmitMulti multi, Destination destination) => destination.DistributionList is not null ? null : new()
    {
        ServiceType = multi.ServiceType,
        SourceAddr = multi.SourceAddr,
        DestinationAddr = destination.Address,
        EsmClass = multi.EsmClass,
        RegisteredDelivery = multi.RegisteredDelivery,
        DataCoding = multi.DataCoding,
        ScheduleDeliveryTime = multi.ScheduleDeliveryTime,
        ShortMessage = multi.ShortMessage,
        Tlvs = multi.Tlvs,
    };
}
