namespace CarrierPay.SmppAdapter.Session;

/// <summary>Requests that wait for a place in the window or for their turn by the rate: a line for each priority, first come, first served. The session's gate guards it.</summary>
internal sealed class WaitingRequests(int most)
{
    private readonly LinkedList<PendingRequest>[] _lines = [new(), new(), new()];

    public int Count { get; private set; }

    public bool IsFull => Count >= most;

    /// <summary>The one that goes next, or null.</summary>
    public PendingRequest? First
    {
        get
        {
            if (Count > 0)
            {
                foreach (var line in _lines)
                {
                    if (line.First is { } first)
                    {
                        return first.Value;
                    }
                }
            }
            return null;
        }
    }

    public LinkedListNode<PendingRequest> Add(PendingRequest pending)
    {
        Count++;
        return _lines[(int)pending.Priority].AddLast(pending);
    }

    public PendingRequest? TakeFirst()
    {
        if (First is { } first)
        {
            Count--;
            _lines[(int)first.Priority].RemoveFirst();
            return first;
        }
        return null;
    }

    /// <summary>False if it no longer waits.</summary>
    public bool Remove(LinkedListNode<PendingRequest> place)
    {
        if (place.List is not { } line)
        {
            return false;
        }
        Count--;
        line.Remove(place);
        return true;
    }
}
