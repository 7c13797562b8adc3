using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>A number of places, given to whoever waits with the highest priority, within one priority in the order in which they came. For any number of threads.</summary>
internal sealed class Places(int count)
{
    private readonly LinkedList<TaskCompletionSource<bool>>[] _waiting = [.. Enum.GetValues<RequestPriority>().Select(_ => new LinkedList<TaskCompletionSource<bool>>())];
    private readonly Lock _gate = new();
    private int _free = count;

    /// <summary>Places that nobody has.</summary>
    public int Free => Volatile.Read(ref _free);

    /// <summary>Takes a place, now or when one is given back. False if the wait was cancelled before.</summary>
    public async ValueTask<bool> TakeAsync(RequestPriority priority, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource<bool>> place;
        lock (_gate)
        {
            // Whoever is free is free for all: while places are left nobody waits.
            if (_free > 0)
            {
                _free--;
                return true;
            }
            place = _waiting[(int)priority].AddLast(new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        using (cancellationToken.UnsafeRegister(_ => Leave(place), null))
            return await place.Value.Task.ConfigureAwait(false);
    }

    /// <summary>Gives a place back.</summary>
    public void Release()
    {
        lock (_gate)
        {
            foreach (var waiting in _waiting)
            {
                if (waiting.First is { } first)
                {
                    waiting.RemoveFirst();
                    first.Value.SetResult(true);
                    return;
                }
            }
            _free++;
        }
    }

    private void Leave(LinkedListNode<TaskCompletionSource<bool>> place)
    {
        lock (_gate)
        {
            if (place.List is not { } waiting)
                return;
            waiting.Remove(place);
        }
        place.Value.SetResult(false);
    }
}
