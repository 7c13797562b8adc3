namespace CarrierPay.Engine.Lanes;

/// <summary>Why the lanes cannot work now, for readiness; each condition ends by itself and covers no other.</summary>
public sealed class LanesHealth(EngineLease lease)
{
    private volatile bool _isStarted;
    private volatile string? _clock;
    private int _unknownCommits;

    /// <summary>For a person; null while the lanes work.</summary>
    public string? Problem =>
        !_isStarted ? "the lanes have not started"
        : _clock ?? (Volatile.Read(ref _unknownCommits) > 0 ? "the outcome of a commit is not known"
        : !lease.IsHeld ? "the heartbeat is late: nothing may be sent"
        : null);

    internal void Started() => _isStarted = true;

    /// <param name="problem">How the clock differs from the database's; null = not more than it may.</param>
    internal void Clock(string? problem) => _clock = problem;

    internal void CommitUnknown() => Interlocked.Increment(ref _unknownCommits);

    internal void CommitKnown() => Interlocked.Decrement(ref _unknownCommits);
}
