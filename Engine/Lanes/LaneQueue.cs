using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Lanes;

/// <summary>What waits in one lane. Its worker takes from it; anybody may add.</summary>
internal sealed class LaneQueue(short lane)
{
    private readonly Lock _gate = new();
    private readonly Queue<PostedEvent> _waiting = [];
    private readonly Queue<PostedEvent> _returned = [];
    // Events of subscribers whose row somebody else holds, in their order: a waiter has the first of each (see LaneWorkers).
    private readonly Dictionary<SubscriberId, Queue<PostedEvent>> _aside = [];
    private List<long> _sent = [];
    private bool _isScheduled;
    private bool _flushesSent;

    public short Lane => lane;

    public int Count
    {
        get
        {
            lock (_gate)
                return Waiting;
        }
    }

    /// <summary>Nothing waits, nothing is being worked on, nothing is to be deleted.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
                return !_isScheduled && Waiting == 0 && _sent.Count == 0;
        }
    }

    /// <summary>Adds an event. False if the lane is full; <paramref name="schedule"/> tells that the lane's worker must be called.</summary>
    public bool TryAdd(PostedEvent posted, int most, out bool schedule)
    {
        lock (_gate)
        {
            schedule = false;
            if (Waiting >= most)
                return false;
            _waiting.Enqueue(posted);
            schedule = Schedule();
            return true;
        }
    }

    /// <summary>A parcel whose messages were all sent: its outbox row goes with the lane's next batch, or at the next <see cref="FlushSent"/>.</summary>
    public void AddSent(long parcel)
    {
        lock (_gate)
            _sent.Add(parcel);
    }

    public void AddSent(List<long> parcels)
    {
        lock (_gate)
            _sent.AddRange(parcels);
    }

    /// <summary>Has the lane delete what was sent even if no event comes. True if its worker must be called.</summary>
    public bool FlushSent()
    {
        lock (_gate)
        {
            if (_sent.Count == 0)
                return false;
            _flushesSent = true;
            return Schedule();
        }
    }

    /// <summary>Puts events back before all others, in their order.</summary>
    public void Return(IEnumerable<PostedEvent> events)
    {
        lock (_gate)
        {
            foreach (var posted in events)
                _returned.Enqueue(posted);
        }
    }

    /// <summary>Takes what queued up, at most <paramref name="most"/>, and the parcels sent since the last time.</summary>
    public (List<PostedEvent> Events, List<long> Sent) Take(int most)
    {
        lock (_gate)
        {
            var events = new List<PostedEvent>(Math.Min(most, _waiting.Count + _returned.Count));
            while (events.Count < most && _returned.TryDequeue(out var posted))
                events.Add(posted);
            while (events.Count < most && _waiting.TryDequeue(out var posted))
                events.Add(posted);
            List<long> sent = [];
            if (_sent.Count > 0 && (events.Count > 0 || _flushesSent))
                (sent, _sent) = (_sent, []);
            _flushesSent = false;
            return (events, sent);
        }
    }

    /// <summary>Ends the worker's turn. True if more waits, so that the lane gets a further turn.</summary>
    public bool EndTurn()
    {
        lock (_gate)
        {
            _isScheduled = _waiting.Count + _returned.Count > 0 || _flushesSent;
            return _isScheduled;
        }
    }

    /// <summary>Sets a subscriber's events aside: those that come later queue up behind them. The first is somebody's to wait for: <see cref="TakeAside"/>.</summary>
    public void SetAside(SubscriberId subscriber, IEnumerable<PostedEvent> events)
    {
        lock (_gate)
            _aside.Add(subscriber, new(events));
    }

    /// <summary>Takes out the events whose subscriber is set aside, and leaves the others.</summary>
    public List<PostedEvent> PassBy(List<PostedEvent> events)
    {
        lock (_gate)
        {
            if (_aside.Count == 0)
                return events;
            List<PostedEvent> others = [];
            foreach (var posted in events)
            {
                if (_aside.TryGetValue(posted.Route.Subscriber, out var behind))
                    behind.Enqueue(posted);
                else
                    others.Add(posted);
            }
            return others;
        }
    }

    /// <summary>The first event of a subscriber that is set aside.</summary>
    public PostedEvent TakeAside(SubscriberId subscriber)
    {
        lock (_gate)
            return _aside[subscriber].Dequeue();
    }

    /// <summary>The subscriber's events come again before all that waits, first <paramref name="again"/>. True if the lane's worker must be called.</summary>
    public bool EndAside(SubscriberId subscriber, IEnumerable<PostedEvent> again)
    {
        lock (_gate)
        {
            _aside.Remove(subscriber, out var behind);
            foreach (var posted in again.Concat(behind ?? []))
                _returned.Enqueue(posted);
            return _returned.Count > 0 && Schedule();
        }
    }

    private int Waiting => _waiting.Count + _returned.Count + (_aside.Count == 0 ? 0 : _aside.Sum(a => a.Value.Count));

    private bool Schedule()
    {
        if (_isScheduled)
            return false;
        _isScheduled = true;
        return true;
    }
}
