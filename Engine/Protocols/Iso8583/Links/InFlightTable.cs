using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Links;

/// <summary>A request that waits for its answer. Completed once, by whoever took it off the table.</summary>
internal sealed class PendingRequest(IsoMessage request, string key, BankConnection connection)
{
    private readonly TaskCompletionSource<BankOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IsoMessage Request => request;

    public string Key => key;

    public BankConnection Connection => connection;

    /// <summary>Its octets were given to the network. Changed under the table's lock only.</summary>
    public bool IsSent { get; set; }

    public Task<BankOutcome> Outcome => _outcome.Task;

    public void Complete(BankOutcome outcome) => _outcome.SetResult(outcome);
}

/// <summary>The requests of one bank that wait for answers, over all its connections, and those that were given up. Safe for threads, bounded.</summary>
/// <remarks>Who takes a request off decides its outcome: answer, deadline and lost connection cannot both have it.</remarks>
internal sealed class InFlightTable(int remembered)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PendingRequest> _pending = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IsoMessage> _givenUp = new(StringComparer.Ordinal);
    private readonly Queue<string> _givenUpInOrder = new();

    public int Count
    {
        get { lock (_lock) return _pending.Count; }
    }

    /// <summary>The key under which the answer to this request will come, or under which this answer came.</summary>
    public static string KeyOf(BankDialect dialect, IsoMessage message)
    {
        var key = new System.Text.StringBuilder(Mti.IsAnswer(message.Mti) ? Mti.FirstOf(message.Mti) : Mti.AnswerTo(message.Mti));
        foreach (var field in dialect.MatchFields)
            key.Append('|').Append(message[field] is { } value ? dialect.Profile.Canonical(field, value) : "");
        return key.ToString();
    }

    /// <summary>False if a request with the same key is waiting.</summary>
    public bool TryAdd(PendingRequest pending)
    {
        lock (_lock) return _pending.TryAdd(pending.Key, pending);
    }

    /// <summary>The last moment before the octets go; false if it was given up meanwhile, and then it must not go.</summary>
    public bool TryMarkSent(PendingRequest pending)
    {
        lock (_lock)
        {
            if (!IsWaiting(pending)) return false;
            pending.IsSent = true;
            return true;
        }
    }

    /// <summary>Takes the request that is waiting under this key. One that was not sent has no answer.</summary>
    public PendingRequest? Take(string key)
    {
        lock (_lock)
        {
            if (!_pending.TryGetValue(key, out var pending) || !pending.IsSent) return null;
            _pending.Remove(key);
            return pending;
        }
    }

    /// <summary>Takes it off without an answer; a late one will still find its request. False if somebody else took it: its outcome is on the way.</summary>
    public bool TryGiveUp(PendingRequest pending)
    {
        lock (_lock)
        {
            if (!IsWaiting(pending)) return false;
            _pending.Remove(pending.Key);
            if (pending.IsSent) Remember(pending);
            return true;
        }
    }

    /// <summary>Takes all requests of a connection that is lost.</summary>
    public IReadOnlyList<PendingRequest> GiveUpAll(BankConnection connection)
    {
        lock (_lock)
        {
            var lost = _pending.Values.Where(pending => pending.Connection == connection).ToList();
            foreach (var pending in lost)
            {
                _pending.Remove(pending.Key);
                if (pending.IsSent) Remember(pending);
            }
            return lost;
        }
    }

    /// <summary>Notes a request whose answer did not count, so that a better one finds it.</summary>
    public void RememberTaken(PendingRequest pending)
    {
        lock (_lock) Remember(pending);
    }

    /// <summary>The request of a late answer, once.</summary>
    public IsoMessage? TakeGivenUp(string key)
    {
        lock (_lock) return _givenUp.Remove(key, out var request) ? request : null;
    }

    private bool IsWaiting(PendingRequest pending) => _pending.TryGetValue(pending.Key, out var waiting) && waiting == pending;

    private void Remember(PendingRequest pending)
    {
        // A repeat has the key of its first attempt: its answer is the answer to both.
        if (!_givenUp.TryAdd(pending.Key, pending.Request)) return;
        _givenUpInOrder.Enqueue(pending.Key);
        if (_givenUpInOrder.Count > remembered) _givenUp.Remove(_givenUpInOrder.Dequeue());
    }
}
