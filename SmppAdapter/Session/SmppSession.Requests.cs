using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <content>Requests of ours: their places in the window, sending, and their end. What is private runs under the gate.</content>
public sealed partial class SmppSession
{
    /// <summary>The same as the other, with <see cref="RequestPriority.Normal"/>.</summary>
    public ValueTask<RequestOutcome> RequestAsync(SmppPdu request, CancellationToken cancellationToken = default) =>
        RequestAsync(request, RequestPriority.Normal, cancellationToken);

    /// <summary>Sends a request and gives its outcome. Waits for a place in the window and, at a contracted rate, for its turn; once written, it is given up after <see cref="SmppSessionOptions.ResponseTimeout"/>.</summary>
    /// <remarks>The task may be awaited once. The sequence number of <paramref name="request"/> is not read. <paramref name="cancellationToken"/> ends only the wait.</remarks>
    /// <exception cref="ArgumentException">Not a request that an application may send, or it breaks the specification; nothing was sent.</exception>
    public ValueTask<RequestOutcome> RequestAsync(SmppPdu request, RequestPriority priority, CancellationToken cancellationToken = default)
    {
        if (request.CommandId.IsResponse() || request.CommandId.IsBind() || request.CommandId == CommandId.Unbind || !request.CommandId.HasResponse())
        {
            throw new ArgumentException($"{request.CommandId} is not sent with RequestAsync.", nameof(request));
        }
        lock (_gate)
        {
            if (WhyNot(request) is var reason and not NoAnswerReason.None)
            {
                return ValueTask.FromResult(RequestOutcome.NotSent(reason));
            }
            var messages = _parts.Pacer is null ? 0 : request.Messages();
            if (_waiting.Count == 0 && _window.HasRoom && MayGo(messages))
            {
                var pending = Rent();
                pending.Start(request, takesPlace: true, priority, messages);
                Send(pending, _options.ResponseTimeout);
                _outbound.Flush();
                return pending.Task;
            }
            return _waiting.IsFull
                ? ValueTask.FromResult(RequestOutcome.NotSent(NoAnswerReason.TooManyWaiting))
                : Wait(request, priority, messages, cancellationToken);
        }
    }

    /// <summary>Sends what has no response: nobody says whether it was taken.</summary>
    /// <returns>False if the session is not bound so that it may be sent, or the peer does not know it; nothing was written then.</returns>
    /// <exception cref="ArgumentException">It breaks the specification; nothing was written.</exception>
    public bool Notify(AlertNotification notification)
    {
        lock (_gate)
        {
            if (WhyNot(notification) != NoAnswerReason.None)
            {
                return false;
            }
            _outbound.Append(notification, _window.NextNumber());
            _outbound.Flush();
            return true;
        }
    }

    /// <summary>Why a request may not be sent now; None if it may.</summary>
    private NoAnswerReason WhyNot(SmppPdu request)
    {
        if (!_state.IsBound() || !Side.MaySend(BindType!.Value, request.CommandId))
        {
            return NoAnswerReason.NotBound;
        }
        return request.Fits(_version) ? NoAnswerReason.None : NoAnswerReason.PeerVersion;
    }

    /// <summary>A peer of 3.3 does not get what it would take for garbage behind the last field.</summary>
    private SmppPdu ForPeer(SmppPdu pdu) => _version < SmppVersion.V34 && pdu.Tlvs.Count > 0 ? pdu with { Tlvs = default } : pdu;

    /// <summary>Registers first, then writes: an answer cannot come before its request is known.</summary>
    private void Send(PendingRequest pending, TimeSpan timeout)
    {
        _window.Add(pending);
        try
        {
            _outbound.Append(pending.TakesPlace ? ForPeer(pending.Request) : pending.Request, pending.SequenceNumber);
        }
        catch (ArgumentException)
        {
            _window.Remove(pending);
            throw;
        }
        pending.EndOffset = _outbound.Appended;
        pending.Deadline = _time.GetTimestamp() + ToTicks(timeout);
        Counters.CountSubmitted();
    }

    /// <summary>Gives every request in flight its outcome once nothing moves any more.</summary>
    private void FinishRequests()
    {
        foreach (var pending in _window.TakeAll())
        {
            // A request whose last octet the operating system never took cannot have been understood by anyone.
            if (pending.EndOffset > _outbound.HandedOver)
            {
                Finish(pending, RequestOutcome.NotSent(NoAnswerReason.ConnectionLost));
            }
            else
            {
                Counters.CountUnknown(pending.TakesPlace);
                Finish(pending, RequestOutcome.Unknown(NoAnswerReason.ConnectionLost, pending.SequenceNumber));
            }
        }
    }

    private void Finish(PendingRequest pending, RequestOutcome outcome)
    {
        if (pending == _probe)
        {
            _probe = null;
            pending.Recycle();
        }
        else
        {
            pending.Complete(outcome);
        }
    }

    private void SignalIfDrained()
    {
        if (_drained is not null && _window.InFlight == 0 && _unanswered == 0)
        {
            _drained.TrySetResult();
        }
    }

    private PendingRequest Rent()
    {
        lock (_spares)
        {
            return _spares.TryPop(out var spare) ? spare : new PendingRequest(GiveBack);
        }
    }

    private void GiveBack(PendingRequest pending)
    {
        lock (_spares)
        {
            if (_spares.Count < _options.WindowSize)
            {
                _spares.Push(pending);
            }
        }
    }
}
