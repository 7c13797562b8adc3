using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <content>The clock: deadlines of requests, keep-alive, and the bounds of binding, writing and closing.</content>
public sealed partial class SmppSession
{
    private readonly long _startedAt;
    private readonly List<PendingRequest> _expired = [];

    /// <summary>A share of the interval, drawn once, so that links that came up together do not ask together.</summary>
    private readonly double _keepAliveShare = 0.8 + (Random.Shared.NextDouble() * 0.2);
    private long _lastReceived;
    private long _stateSince;
    private long _handedOverSeen;
    private long _handedOverSince;
    private PendingRequest? _probe;

    private async Task WatchAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(_options.Tick, _time, _ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            if (Watch(_time.GetTimestamp()) is { } end)
            {
                End(end);
            }
        }
    }

    /// <summary>Looks at everything that has a time. Gives the session's end if one is due.</summary>
    private SessionEnd? Watch(long now)
    {
        lock (_gate)
        {
            if (WriteHasStalled(now))
            {
                return _plannedEnd ?? new(SessionEndReason.WriteFailed);
            }
            switch (_state)
            {
                case SessionState.Open or SessionState.Binding when HasPassed(_startedAt, _options.BindTimeout, now):
                    return new(SessionEndReason.BindTimeout);
                case SessionState.Closing when HasPassed(_stateSince, _options.CloseTimeout, now):
                    return _plannedEnd;
                case SessionState.Closed:
                    return null;
            }
            var probe = _probe;
            var probeSentAt = probe is null ? 0 : probe.Deadline - ToTicks(_options.EnquireLinkTimeout);
            ExpireRequests(now);
            if (probe is not null && _probe is null && Volatile.Read(ref _lastReceived) < probeSentAt)
            {
                return new(SessionEndReason.KeepAliveTimeout);
            }
            if (_state.IsBound() && _probe is null && HasPassed(Volatile.Read(ref _lastReceived), _options.EnquireLinkInterval * _keepAliveShare, now))
            {
                _probe = Rent();
                _probe.Start(new EnquireLink(), takesPlace: false);
                Send(_probe, _options.EnquireLinkTimeout);
            }
            _outbound.Flush();
            return null;
        }
    }

    private void ExpireRequests(long now)
    {
        _window.Expire(now, _expired);
        foreach (var pending in _expired)
        {
            if (pending != _probe)
            {
                Counters.CountUnknown(pending.TakesPlace);
            }
            Finish(pending, RequestOutcome.Unknown(NoAnswerReason.TimedOut, pending.SequenceNumber));
        }
        if (_expired.Count > 0)
        {
            _expired.Clear();
            SendWaiting();
            SignalIfDrained();
        }
    }

    /// <summary>True when the peer has taken nothing for too long although there is something to take.</summary>
    private bool WriteHasStalled(long now)
    {
        var handedOver = _outbound.HandedOver;
        if (_outbound.UnsentOctets == 0 || handedOver != _handedOverSeen || _handedOverSince == 0)
        {
            _handedOverSeen = handedOver;
            _handedOverSince = now;
            return false;
        }
        return HasPassed(_handedOverSince, _options.WriteTimeout, now);
    }

    private bool HasPassed(long since, TimeSpan timeout, long now) => now - since >= ToTicks(timeout);

    private long ToTicks(TimeSpan duration) => (long)(duration.TotalSeconds * _time.TimestampFrequency);
}
