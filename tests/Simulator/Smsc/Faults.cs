using System.Globalization;
using CarrierPay.Simulator.Web;

namespace CarrierPay.Simulator.Smsc;

/// <summary>A fault that is still to happen.</summary>
/// <param name="Value">For <see cref="FaultKind.DeliverSequence"/> and <see cref="FaultKind.WireLength"/>.</param>
public sealed record FaultView(FaultKind Kind, int Remaining, int? DelayMs, string? Status, string? Value = null);

/// <summary>One order, as far as it has not happened yet.</summary>
internal readonly record struct Fault(FaultKind Kind, int Remaining, TimeSpan Delay, uint Status, uint Value)
{
    public FaultView View => new(Kind, Remaining,
        Delay > TimeSpan.Zero ? (int)Delay.TotalMilliseconds : null,
        Status != 0 ? string.Create(CultureInfo.InvariantCulture, $"0x{Status:X2}") : null,
        Kind is FaultKind.DeliverSequence or FaultKind.WireLength ? string.Create(CultureInfo.InvariantCulture, $"0x{Value:X8}") : null);
}

/// <summary>The faults that are still to happen, first ordered, first done. Safe to use from several threads.</summary>
public sealed class Faults(Feed feed)
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _pending = [];
    private int _count;

    /// <summary>What is still to happen.</summary>
    public IReadOnlyList<FaultView> All
    {
        get { lock (_lock) return Views(); }
    }

    /// <summary>Nothing is ordered: the usual case, told without a lock.</summary>
    internal bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Told after each order.</summary>
    internal event Action? Ordered;

    /// <summary>Told when all was forgotten: what is held back is to be let go.</summary>
    internal event Action? Cleared;

    /// <summary>Adds a fault.</summary>
    /// <exception cref="ArgumentException">The order is not one of those in README's table; the message says which field.</exception>
    public void Order(FaultOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var fault = order.Read();
        lock (_lock)
        {
            _pending.Add(fault);
            Changed();
        }
        Ordered?.Invoke();
    }

    /// <summary>Forgets all of them, and lets go what reorder holds back.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _pending.Clear();
            Changed();
        }
        Cleared?.Invoke();
    }

    /// <summary>Takes one of the kind, if any is pending.</summary>
    internal bool TryTake(FaultKind kind, out Fault fault) => TryTake(kind, all: false, out fault);

    /// <summary>Takes one of the kind, if any is pending.</summary>
    internal bool TryTake(FaultKind kind) => TryTake(kind, all: false, out _);

    /// <summary>Takes all that is left of the first order of the kind.</summary>
    internal bool TryTakeAll(FaultKind kind, out Fault fault) => TryTake(kind, all: true, out fault);

    /// <summary>Counts one of what passes; true at the last one that was ordered, where it is to happen.</summary>
    internal bool HappensHere(FaultKind kind) => TryTake(kind, out var fault) && fault.Remaining == 1;

    private bool TryTake(FaultKind kind, bool all, out Fault fault)
    {
        fault = default;
        if (IsEmpty) return false;
        lock (_lock)
        {
            var index = _pending.FindIndex(candidate => candidate.Kind == kind);
            if (index < 0) return false;
            fault = _pending[index];
            if (all || fault.Remaining == 1) _pending.RemoveAt(index);
            else _pending[index] = fault with { Remaining = fault.Remaining - 1 };
            Changed();
            return true;
        }
    }

    private void Changed()
    {
        Volatile.Write(ref _count, _pending.Count);
        if (feed.IsWatched) feed.Publish(new FeedEvent.FaultsChanged(Views()));
    }

    private List<FaultView> Views() => [.. _pending.Select(fault => fault.View)];
}
