using CarrierPay.SmppAdapter.Pdu;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <content>Requests that wait: for a place in the window, or for their turn by the rate. All under the gate but the timer.</content>
public sealed partial class SmppSession
{
    /// <summary>Rings when the next turn by the rate comes. Made when it is first needed.</summary>
    private ITimer? _turn;
    private long _turnAt = long.MaxValue;

    private bool MayGo(int messages) => messages == 0 || _parts.Pacer!.IsFree || _parts.Pacer.TryTake(messages, _time.GetTimestamp());

    private ValueTask<RequestOutcome> Wait(SmppPdu request, RequestPriority priority, int messages, CancellationToken cancellationToken)
    {
        // A wrong PDU is the caller's error and must not show on the read loop, which will send this one.
        PduWriter.Check(request);
        var pending = Rent();
        pending.Start(request, takesPlace: true, priority, messages);
        var place = _waiting.Add(pending);
        if (cancellationToken.CanBeCanceled)
        {
            pending.Cancellation = cancellationToken.UnsafeRegister(_ => StopWaiting(place), null);
        }
        var outcome = pending.Task;
        // It may go before those who wait for their turn by the rate.
        SendWaiting();
        _outbound.Flush();
        return outcome;
    }

    private void StopWaiting(LinkedListNode<PendingRequest> place)
    {
        lock (_gate)
        {
            if (_waiting.Remove(place))
            {
                place.Value.Complete(RequestOutcome.NotSent(NoAnswerReason.Cancelled));
            }
        }
    }

    private void SendWaiting()
    {
        while (_state.IsBound() && _window.HasRoom && _waiting.First is { } next)
        {
            if (!MayGo(next.Messages))
            {
                WakeAt(_parts.Pacer!.NextAt);
                return;
            }
            _waiting.TakeFirst();
            Send(next, _options.ResponseTimeout);
        }
    }

    private void RefuseWaiting()
    {
        while (_waiting.TakeFirst() is { } waiting)
        {
            waiting.Complete(RequestOutcome.NotSent(NoAnswerReason.NotBound));
        }
    }

    private void WakeAt(long at)
    {
        if (at < _turnAt)
        {
            _turnAt = at;
            _turn ??= _time.CreateTimer(_ => TakeTurn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            // Timers count in whole milliseconds: one that rings early would ring again and again.
            var milliseconds = Math.Max(1, Math.Ceiling((at - _time.GetTimestamp()) * 1000.0 / _time.TimestampFrequency));
            _turn.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        }
    }

    private void TakeTurn()
    {
        lock (_gate)
        {
            _turnAt = long.MaxValue;
            SendWaiting();
            _outbound.Flush();
        }
    }

    /// <summary>Learns from an answer what the peer takes.</summary>
    private void LearnFrom(PendingRequest pending, CommandStatus status)
    {
        if (pending.Messages == 0)
        {
            return;
        }
        if (status == CommandStatus.ROK)
        {
            _parts.Pacer!.Accepted(pending.Messages, Volatile.Read(ref _lastReceived));
        }
        else if (status.IsTemporary())
        {
            Counters.CountThrottled();
            if (_parts.Pacer!.Throttled(_time.GetTimestamp()) && MayLog())
            {
                LogThrottled(Name, status, _parts.Pacer.Rate);
            }
        }
    }

    [LoggerMessage(SmppEventIds.Throttled, LogLevel.Warning, "Session {SessionName} was told {CommandStatus}: it pauses, then sends {Rate:0.#} messages a second and slowly more. If this lasts, set MaxRate to the contracted rate")]
    private partial void LogThrottled(string sessionName, CommandStatus commandStatus, double rate);
}
