using System.Threading.Tasks.Sources;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>A request that waits for a place in the window or for its answer. Completed once, always under the session's gate or after its end.</summary>
/// <remarks>Reused: a finished entry goes back to its session when the caller has taken the outcome.</remarks>
internal sealed class PendingRequest : IValueTaskSource<RequestOutcome>
{
    private readonly Action<PendingRequest> _giveBack;
    private ManualResetValueTaskSourceCore<RequestOutcome> _core = new() { RunContinuationsAsynchronously = true };

    public PendingRequest(Action<PendingRequest> giveBack)
    {
        _giveBack = giveBack;
        Request = null!;
    }

    public SmppPdu Request { get; private set; }

    public uint SequenceNumber { get; set; }

    /// <summary>Timestamp of the session's clock.</summary>
    public long Deadline { get; set; }

    /// <summary>Position of its last octet in all that the session ever wrote: tells whether the peer can have the whole of it.</summary>
    public long EndOffset { get; set; }

    /// <summary>False for bind, unbind and enquire_link, which never wait for a place.</summary>
    public bool TakesPlace { get; private set; }

    public RequestPriority Priority { get; private set; }

    /// <summary>Messages that it counts for at the contracted rate; 0 for what is not paced.</summary>
    public int Messages { get; private set; }

    /// <summary>Set when the caller's token was watched; such an entry is not reused, because a late cancellation may still hold it.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    public ValueTask<RequestOutcome> Task => new(this, _core.Version);

    public void Start(SmppPdu request, bool takesPlace, RequestPriority priority = RequestPriority.Normal, int messages = 0)
    {
        Request = request;
        TakesPlace = takesPlace;
        Priority = priority;
        Messages = messages;
        SequenceNumber = 0;
    }

    public void Complete(RequestOutcome outcome) => _core.SetResult(outcome);

    public RequestOutcome GetResult(short token)
    {
        var outcome = _core.GetResult(token);
        if (Cancellation == default)
        {
            Recycle();
        }
        else
        {
            Cancellation.Unregister();
        }
        return outcome;
    }

    /// <summary>For an entry whose outcome nobody awaits.</summary>
    public void Recycle()
    {
        Request = null!;
        _core.Reset();
        _giveBack(this);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
