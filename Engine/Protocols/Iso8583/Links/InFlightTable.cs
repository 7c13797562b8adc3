using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Links;

/// <summary>A request that waits for its answer. Completed once, by whoever took it off the table.</summary>
/// <param name="context">The caller's, for a late answer.</param>
internal sealed class PendingRequest(IsoMessage request, string key, BankConnection connection, object? context = null)
{
    private readonly TaskCompletionSource<BankOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IsoMessage Request => request;

    public string Key => key;

    public BankConnection Connection => connection;

    public object? Context => context;

    /// <summary>Its octets were given to the network. Changed under the table's lock only.</summary>
    public bool IsSent { get; set; }

    public Task<BankOutcome> Outcome => _outcome.Task;

    public void Complete(BankOutcome outcome) => _outcome.SetResult(outcome);
}

/// <summary>An answer as it came.</summary>
/// <param name="IsAuthentic">False if authentication codes are in use and the answer's is missing or wrong.</param>
internal readonly record struct ArrivedAnswer(BankDialect Dialect, IsoMessage Message, bool IsAuthentic)
{
    /// <summary>The key of the request that it may belong to.</summary>
    public string Key { get; } = InFlightTable.KeyOf(Dialect, Message);

    /// <summary>Whether nothing else can come about this request that changes anything: it said yes.</summary>
    /// <remarks>After a no another answer may come: a switch that stands in for the bank refuses, and the bank approves afterwards.</remarks>
    public bool IsLastWordOn(IsoMessage request) => Mti.ClassOf(request.Mti) == Mti.Network || (IsAuthentic && BankVerdict.IsYes(Dialect, request, Message));
}

/// <summary>The requests of one bank that wait for answers, over all its connections, and those about which more may come: given up, or answered with anything but a yes. Safe for threads, bounded.</summary>
/// <remarks>Who takes a request off decides its outcome: answer, deadline and lost connection cannot both have it.</remarks>
internal sealed class InFlightTable(int remembered)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PendingRequest> _pending = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (IsoMessage Request, object? Context)> _remembered = new(StringComparer.Ordinal);
    private readonly Queue<string> _inOrder = new();

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

    /// <summary>Takes the request that is waiting for this answer. One that was not sent has no answer. Unless it is the last word, another one will still find its request.</summary>
    public PendingRequest? Take(in ArrivedAnswer answer)
    {
        lock (_lock)
        {
            if (!_pending.TryGetValue(answer.Key, out var pending) || !pending.IsSent) return null;
            _pending.Remove(answer.Key);
            if (!answer.IsLastWordOn(pending.Request)) Remember(pending);
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

    /// <summary>A late answer with the request that it is about, until the last word on that has come; null = it is about none that is remembered.</summary>
    public LateAnswer? TakeLate(in ArrivedAnswer answer)
    {
        lock (_lock)
        {
            if (!_remembered.TryGetValue(answer.Key, out var known)) return null;
            if (answer.IsLastWordOn(known.Request)) _remembered.Remove(answer.Key);
            return new(known.Request, answer.Message, answer.IsAuthentic) { Context = known.Context };
        }
    }

    private bool IsWaiting(PendingRequest pending) => _pending.TryGetValue(pending.Key, out var waiting) && waiting == pending;

    private void Remember(PendingRequest pending)
    {
        // A repeat has the key of its first attempt: its answer is the answer to both, and is brought for the last one.
        var isKnown = _remembered.ContainsKey(pending.Key);
        _remembered[pending.Key] = (pending.Request, pending.Context);
        if (isKnown) return;
        _inOrder.Enqueue(pending.Key);
        if (_inOrder.Count > remembered) _remembered.Remove(_inOrder.Dequeue());
    }
}
