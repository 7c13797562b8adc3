using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <content>Requests of ours: their places in the window, sending, and their end. All under the gate.</content>
public sealed partial class SmppSession
{
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
