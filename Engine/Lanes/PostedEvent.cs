using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Lanes;

/// <summary>An event that waits in its lane, with the promise of an answer to whoever brought it.</summary>
internal sealed class PostedEvent(Route route, SubscriberEvent subscriberEvent)
{
    private readonly TaskCompletionSource<EventFate> _fate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Route Route => route;
    public SubscriberEvent Event => subscriberEvent;

    /// <summary>How often its subscriber's row was locked by somebody else.</summary>
    public int TimesSkipped { get; set; }

    /// <summary>The row of the parked event that is tried again; 0 for any other.</summary>
    public long ParkedId { get; init; }

    public Task<EventFate> Fate => _fate.Task;

    public void Complete(EventFate fate) => _fate.TrySetResult(fate);

    public bool IsTooLate(DateTimeOffset now) => subscriberEvent.DecideBefore is { } before && now > before;
}
