namespace CarrierPay.Engine.Lanes;

/// <summary>What waits in one lane. Its worker takes from it; anybody may add.</summary>
internal sealed class LaneQueue(short lane)
{
    private readonly Lock _gate = new();
    private readonly Queue<PostedEvent> _waiting = [];
    private readonly Queue<PostedEvent> _returned = [];
    private List<long> _sent = [];
    private bool _isScheduled;
    private bool _flushesSent;

    public short Lane => lane;

    public int Count
    {
        get
        {
            lock (_gate)
                return _waiting.Count + _returned.Count;
        }
    }

    /// <summary>Adds an event. False if the lane is full; <paramref name="schedule"/> tells that the lane's worker must be called.</summary>
    public bool TryAdd(PostedEvent posted, int most, out bool schedule)
    {
        lock (_gate)
        {
            schedule = false;
            if (_waiting.Count >= most)
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

    private bool Schedule()
    {
        if (_isScheduled)
            return false;
        _isScheduled = true;
        return true;
    }
}
