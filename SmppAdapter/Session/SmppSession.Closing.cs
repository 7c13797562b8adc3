using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <content>The end: unbinding, hanging up, and letting what was said go out.</content>
public sealed partial class SmppSession
{
    /// <summary>Lets requests in flight finish (bounded), unbinds, and closes. May be called more than once. The session ends in any case.</summary>
    public async Task<SessionEnd> UnbindAsync()
    {
        Task drained;
        lock (_gate)
        {
            if (!_state.IsBound())
            {
                drained = Task.CompletedTask;
                if (_state != SessionState.Unbinding)
                {
                    CloseAfterFlush(new(SessionEndReason.Aborted));
                }
            }
            else
            {
                Become(SessionState.Unbinding);
                RefuseWaiting();
                _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
                drained = _drained.Task;
                SignalIfDrained();
            }
        }
        if (drained != Task.CompletedTask)
        {
            await Task.WhenAny(drained, _endDecided.Task, Task.Delay(_options.DrainTimeout, _time, _ending.Token)).ConfigureAwait(false);
            await SendUnbindAsync().ConfigureAwait(false);
        }
        return await Completion.ConfigureAwait(false);
    }

    /// <summary>Closes the connection at once. Harmless when repeated; never waits.</summary>
    public void Abort() => End(new(SessionEndReason.Aborted));

    /// <summary>The same as <see cref="Abort"/>; what it holds is released when its loops have ended.</summary>
    public void Dispose() => Abort();

    /// <summary>Ends the session; the first reason given stays.</summary>
    internal void End(SessionEnd end)
    {
        lock (_gate)
        {
            if (_end is not null)
            {
                return;
            }
            _end = end;
            Become(SessionState.Closed);
            RefuseWaiting();
            _outbound.Complete();
        }
        _endDecided.TrySetResult();
        _outbind.TrySetResult(null);
    }

    /// <summary>Says what was written so far, then nothing more, and waits (bounded) for the peer to hang up. Under the gate.</summary>
    private void CloseAfterFlush(SessionEnd end)
    {
        if (_state is SessionState.Closing or SessionState.Closed)
        {
            return;
        }
        _plannedEnd = end;
        Become(SessionState.Closing);
        RefuseWaiting();
        _outbound.Complete();
    }

    private async Task SendUnbindAsync()
    {
        ValueTask<RequestOutcome> unbind;
        lock (_gate)
        {
            if (_state != SessionState.Unbinding)
            {
                return;
            }
            var pending = Rent();
            pending.Start(new Unbind(), takesPlace: false);
            Send(pending, _options.CloseTimeout);
            _outbound.Flush();
            unbind = pending.Task;
        }
        await unbind.ConfigureAwait(false);
        lock (_gate)
        {
            CloseAfterFlush(new(SessionEndReason.Unbound));
        }
    }
}
