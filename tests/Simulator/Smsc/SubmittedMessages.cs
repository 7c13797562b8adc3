using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Smsc;

/// <summary>A message to one number, from its submission on.</summary>
internal sealed class SubmittedMessage(MessageId id, string systemId, MessagePdu pdu, DateTimeOffset at, DateTimeOffset due)
{
    public MessageId Id => id;

    public string SystemId => systemId;

    public DateTimeOffset SubmittedAt => at;

    /// <summary>replace_sm changes it while the message waits.</summary>
    public MessagePdu Pdu { get; set; } = pdu;

    /// <summary>When it goes to the phone.</summary>
    public DateTimeOffset Due { get; set; } = due;

    public SmMessageState State { get; set; } = SmMessageState.Enroute;

    /// <summary>It has not gone to its phone, and can still be taken back.</summary>
    public bool IsWaiting { get; set; } = true;

    /// <summary>For whoever waits with the message: ends when it was replaced or taken back. Null if nobody waits.</summary>
    public TaskCompletionSource? Changed { get; set; }

    /// <summary>When it came to its final state.</summary>
    public DateTimeOffset DoneAt { get; set; }
}

/// <summary>The messages of the bound systems, for query_sm, cancel_sm and replace_sm. Bounded: the oldest are forgotten. Safe to use from several threads.</summary>
internal sealed class SubmittedMessages(TimeProvider time)
{
    private const int Memory = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SubmittedMessage> _byId = new(StringComparer.Ordinal);
    private readonly Queue<SubmittedMessage> _order = new();

    public void Add(SubmittedMessage message)
    {
        lock (_lock)
        {
            _byId[message.Id.Text] = message;
            _order.Enqueue(message);
            if (_order.Count <= Memory) return;
            var oldest = _order.Dequeue();
            if (_byId.GetValueOrDefault(oldest.Id.Text) == oldest) _byId.Remove(oldest.Id.Text);
        }
    }

    /// <summary>How long a message still waits; null if it does not any more: it is due, or was taken back. Before that <paramref name="changed"/> ends when this may be another answer.</summary>
    public TimeSpan? WaitsFor(SubmittedMessage message, out Task changed)
    {
        lock (_lock)
        {
            changed = Task.CompletedTask;
            var left = message.Due - time.GetUtcNow();
            if (!message.IsWaiting || left <= TimeSpan.Zero) return null;
            message.Changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            changed = message.Changed.Task;
            return left;
        }
    }

    /// <summary>What becomes of a message that waits; false if it does not any more.</summary>
    public bool TryFinish(SubmittedMessage message, SmMessageState state)
    {
        lock (_lock)
        {
            if (!message.IsWaiting) return false;
            message.IsWaiting = false;
            message.State = state;
            message.DoneAt = time.GetUtcNow();
            Tell(message);
            return true;
        }
    }

    /// <remarks>SMPP 3.4, section 4.8: the sender must be the one of the message.</remarks>
    public SmppPdu Answer(QuerySm query, string systemId)
    {
        lock (_lock)
        {
            if (Find(query.MessageId, systemId) is not { } message) return new QuerySmResp { CommandStatus = CommandStatus.RINVMSGID };
            if (message.Pdu.SourceAddr.Digits != query.SourceAddr.Digits) return new QuerySmResp { CommandStatus = CommandStatus.RQUERYFAIL };
            var isFinal = message.State is not (SmMessageState.Enroute or SmMessageState.Accepted);
            return new QuerySmResp { MessageId = message.Id.Text, MessageState = message.State, FinalDate = isFinal ? SmppTime.Absolute(message.DoneAt) : "" };
        }
    }

    /// <summary>Takes back what still waits.</summary>
    /// <remarks>SMPP 3.4, section 4.9: by id, or without one all of a service type between two addresses.</remarks>
    public (CommandStatus Status, IReadOnlyList<SubmittedMessage> Cancelled) Cancel(CancelSm cancel, string systemId)
    {
        lock (_lock)
        {
            if (cancel.MessageId.Length > 0 && Find(cancel.MessageId, systemId) is null) return (CommandStatus.RINVMSGID, []);
            SubmittedMessage[] cancelled =
            [
                .. (cancel.MessageId.Length > 0 ? [Find(cancel.MessageId, systemId)!] : _order.Where(message => message.SystemId == systemId && message.Pdu.ServiceType == cancel.ServiceType))
                    .Where(message => message.IsWaiting && message.Pdu.SourceAddr.Digits == cancel.SourceAddr.Digits
                        && (message.Pdu.DestinationAddr.Digits == cancel.DestinationAddr.Digits || (cancel.MessageId.Length > 0 && cancel.DestinationAddr.Digits.Length == 0))),
            ];
            foreach (var message in cancelled) TryFinish(message, SmMessageState.Deleted);
            return (cancelled.Length > 0 ? CommandStatus.ROK : CommandStatus.RCANCELFAIL, cancelled);
        }
    }

    /// <summary>Puts another text in the place of one that still waits.</summary>
    public CommandStatus Replace(ReplaceSm replace, string systemId)
    {
        lock (_lock)
        {
            if (Find(replace.MessageId, systemId) is not { } message) return CommandStatus.RINVMSGID;
            if (!message.IsWaiting || message.Pdu.SourceAddr.Digits != replace.SourceAddr.Digits) return CommandStatus.RREPLACEFAIL;
            var due = message.Due;
            if (replace.ScheduleDeliveryTime.Length > 0 && !SmppTime.TryParse(replace.ScheduleDeliveryTime, time.GetUtcNow(), out due)) return CommandStatus.RINVSCHED;
            message.Due = due;
            message.Pdu = message.Pdu with { ShortMessage = replace.ShortMessage, RegisteredDelivery = replace.RegisteredDelivery };
            Tell(message);
            return CommandStatus.ROK;
        }
    }

    private static void Tell(SubmittedMessage message)
    {
        message.Changed?.SetResult();
        message.Changed = null;
    }

    // Another system's message is none.
    private SubmittedMessage? Find(string id, string systemId) => _byId.GetValueOrDefault(id) is { } message && message.SystemId == systemId ? message : null;
}
