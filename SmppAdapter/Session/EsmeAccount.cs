namespace CarrierPay.SmppAdapter.Session;

/// <summary>What one system_id has in use at a server: over all its binds. For any number of threads.</summary>
internal sealed class EsmeAccount(EsmeLimits limits, TimeProvider time)
{
    /// <summary>What a second allows may come at once: ESMEs count by the second.</summary>
    private const double BurstSeconds = 1;

    private readonly Lock _gate = new();
    private readonly Pacer _rate = new(limits.MaxRate, TimeSpan.Zero, time, burstSeconds: BurstSeconds);
    private int _binds;
    private int _unanswered;

    /// <summary>Nothing of it is in use, and its rate is what a new one would have.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _binds == 0 && _unanswered == 0 && _rate.IsFull(time.GetTimestamp());
            }
        }
    }

    /// <summary>Takes a place for a bind; false if all are taken.</summary>
    public bool TryBind()
    {
        lock (_gate)
        {
            if (limits.MaxBinds > 0 && _binds >= limits.MaxBinds)
            {
                return false;
            }
            _binds++;
            return true;
        }
    }

    public void Unbind()
    {
        lock (_gate)
        {
            _binds--;
        }
    }

    /// <summary>Lets a request in, which is given back with <see cref="Answered"/>; false if it is too much.</summary>
    /// <param name="messages">What it counts for at the rate; 0 for questions.</param>
    public bool TryAdmit(int messages)
    {
        lock (_gate)
        {
            if ((limits.MaxUnanswered > 0 && _unanswered >= limits.MaxUnanswered) || (messages > 0 && !_rate.TryTake(messages, time.GetTimestamp())))
            {
                return false;
            }
            _unanswered++;
            return true;
        }
    }

    public void Answered()
    {
        lock (_gate)
        {
            _unanswered--;
        }
    }
}
