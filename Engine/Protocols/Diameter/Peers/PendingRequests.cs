namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>One request on its way; its task gives the outcome.</summary>
/// <param name="mayHaveBeenSent">Sent with the T flag.</param>
/// <param name="deadline">Timestamp of the time provider; after it the request is given up.</param>
/// <param name="context">The caller's: it comes back with a late answer.</param>
internal sealed class PendingRequest(ReadOnlyMemory<byte> octets, bool mayHaveBeenSent, long deadline, object? context)
    : TaskCompletionSource<RequestOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public ReadOnlyMemory<byte> Octets => octets;

    public bool MayHaveBeenSent => mayHaveBeenSent;

    public long Deadline => deadline;

    public object? Context => context;

    /// <summary>On the connection that carries it.</summary>
    public uint HopByHop { get; set; }

    /// <summary>Where it stands in the connection's stream.</summary>
    public long Position { get; set; }
}

/// <summary>The requests of one connection: in flight by Hop-by-Hop id, waiting for a place in their order, and given up but perhaps still answered. Not safe for threads: the connection's gate guards it.</summary>
internal sealed class PendingRequests(int window, int maxWaiting, uint firstHopByHop)
{
    /// <summary>How many given-up requests are remembered for late answers.</summary>
    private const int LateKept = 1000;

    private readonly Dictionary<uint, PendingRequest> _inFlight = [];
    private readonly LinkedList<PendingRequest> _waiting = [];
    private readonly Dictionary<uint, PendingRequest> _late = [];
    private readonly Queue<uint> _lateOrder = new();
    private uint _lastHopByHop = firstHopByHop & 0x7fffffff;

    public int InFlight => _inFlight.Count;

    public int Waiting => _waiting.Count;

    /// <summary>A place is free and nobody came earlier.</summary>
    public bool HasRoom => _inFlight.Count < window && _waiting.Count == 0;

    public bool MayWait => _waiting.Count < maxWaiting;

    /// <summary>Gives the request an id that is not in use on this connection, and a place.</summary>
    public void Add(PendingRequest request)
    {
        do
            _lastHopByHop = (_lastHopByHop + 1) & 0x7fffffff;
        while (_inFlight.ContainsKey(_lastHopByHop) || _late.ContainsKey(_lastHopByHop));
        request.HopByHop = _lastHopByHop;
        _inFlight.Add(_lastHopByHop, request);
    }

    public void Wait(PendingRequest request) => _waiting.AddLast(request);

    /// <summary>The next one that may go, or null.</summary>
    public PendingRequest? NextWaiting()
    {
        if (_inFlight.Count >= window || _waiting.First is not { } first)
            return null;
        _waiting.RemoveFirst();
        return first.Value;
    }

    /// <summary>The request that an answer belongs to: the ids and the command have to agree, for an id alone may be one of yesterday. It is no longer in flight.</summary>
    public PendingRequest? TakeAnswered(in DiameterHeader answer) => Take(_inFlight, answer);

    /// <summary>The request that was given up and is answered after all, once.</summary>
    public PendingRequest? TakeLate(in DiameterHeader answer) => Take(_late, answer);

    /// <summary>Takes what is overdue: in flight it becomes unknown and is remembered, waiting it was never sent.</summary>
    public void TakeOverdue(long now, List<PendingRequest> unknown, List<PendingRequest> notSent)
    {
        foreach (var request in _inFlight.Values)
        {
            if (request.Deadline <= now)
                unknown.Add(request);
        }
        foreach (var request in unknown)
            GiveUp(request);
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Deadline <= now)
            {
                notSent.Add(node.Value);
                _waiting.Remove(node);
            }
            node = next;
        }
    }

    /// <summary>Takes all that wait.</summary>
    public List<PendingRequest> TakeWaiting()
    {
        var all = _waiting.ToList();
        _waiting.Clear();
        return all;
    }

    /// <summary>Takes all in flight; a late answer still finds them.</summary>
    public List<PendingRequest> TakeInFlight()
    {
        var all = _inFlight.Values.ToList();
        all.ForEach(GiveUp);
        return all;
    }

    private static PendingRequest? Take(Dictionary<uint, PendingRequest> from, in DiameterHeader answer)
    {
        if (!from.TryGetValue(answer.HopByHop, out var request))
            return null;
        var asked = DiameterHeader.Read(request.Octets.Span);
        if (asked.EndToEnd != answer.EndToEnd || asked.Command != answer.Command)
            return null;
        from.Remove(answer.HopByHop);
        return request;
    }

    private void GiveUp(PendingRequest request)
    {
        _inFlight.Remove(request.HopByHop);
        _late[request.HopByHop] = request;
        _lateOrder.Enqueue(request.HopByHop);
        // The order may name some that were answered meanwhile; they count, so that it is bounded, too.
        while (_lateOrder.Count > LateKept)
            _late.Remove(_lateOrder.Dequeue());
    }
}
