using System.Globalization;
using CarrierPay.Simulator.Web;

namespace CarrierPay.Simulator.Smsc;

/// <summary>What the short message centre can be told to do wrong.</summary>
public enum FaultKind
{
    /// <summary>The next message of a phone is delivered again <c>count</c> times: same text, new sequence numbers.</summary>
    DeliverDuplicate,
    /// <summary>The answers to the next deliver_sm are lost on the way, so that each is tried again.</summary>
    DeliverMute,
    /// <summary>The next deliver_sm are held back.</summary>
    DeliverDelay,
    /// <summary>The next submit_sm are taken, but not answered.</summary>
    SubmitMute,
    /// <summary>The next submit_sm are answered late.</summary>
    SubmitDelay,
    /// <summary>The next submit_sm are refused with a command_status.</summary>
    SubmitStatus,
    /// <summary>The connection is cut at the message that is the <c>count</c>th from now, which is taken but not answered.</summary>
    LinkCut,
    /// <summary>The next binds are refused with a command_status.</summary>
    LinkRefuse,
}

/// <summary>A fault as it is ordered: exactly one of <see cref="Deliver"/>, <see cref="Submit"/> and <see cref="Link"/> names it.</summary>
/// <param name="Deliver">duplicate, mute or delay.</param>
/// <param name="Submit">mute, delay or status.</param>
/// <param name="Link">cut or refuse.</param>
/// <param name="Count">How often, 1 to 1,000,000; default 1.</param>
/// <param name="DelayMs">For delay: milliseconds, 1 to 600,000.</param>
/// <param name="Status">For status and refuse: command_status, <c>"0x58"</c> or <c>"88"</c>.</param>
public sealed record FaultOrder(string? Deliver = null, string? Submit = null, string? Link = null, int Count = 1, int? DelayMs = null, string? Status = null);

/// <summary>A fault that is still to happen.</summary>
public sealed record FaultView(FaultKind Kind, int Remaining, int? DelayMs, string? Status);

/// <summary>The faults that are still to happen, first ordered, first done. Safe to use from several threads.</summary>
public sealed class Faults(Feed feed)
{
    private readonly Lock _lock = new();
    private readonly List<Pending> _pending = [];
    private int _count;

    internal readonly record struct Fault(FaultKind Kind, int Remaining, TimeSpan Delay, uint Status);

    /// <summary>What is still to happen.</summary>
    public IReadOnlyList<FaultView> All
    {
        get { lock (_lock) return Views(); }
    }

    /// <summary>Adds a fault.</summary>
    /// <exception cref="ArgumentException">The order is not one of those in the table above; the message says which field.</exception>
    public void Order(FaultOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var pending = Read(order);
        lock (_lock)
        {
            _pending.Add(pending);
            Changed();
        }
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _pending.Clear();
            Changed();
        }
    }

    /// <summary>Takes one of the kind, if any is pending.</summary>
    internal bool TryTake(FaultKind kind, out Fault fault) => TryTake(kind, all: false, out fault);

    /// <summary>Takes all that is left of the first order of the kind.</summary>
    internal bool TryTakeAll(FaultKind kind, out Fault fault) => TryTake(kind, all: true, out fault);

    /// <summary>Counts a message that passes; true if the link is to be cut at it.</summary>
    internal bool CutsHere() => TryTake(FaultKind.LinkCut, out var cut) && cut.Remaining == 1;

    private bool TryTake(FaultKind kind, bool all, out Fault fault)
    {
        fault = default;
        // The usual case, without the lock: nothing is ordered.
        if (Volatile.Read(ref _count) == 0) return false;
        lock (_lock)
        {
            var pending = _pending.Find(candidate => candidate.Kind == kind);
            if (pending is null) return false;
            fault = new Fault(kind, pending.Remaining, pending.Delay, pending.Status);
            pending.Remaining -= all ? pending.Remaining : 1;
            if (pending.Remaining == 0) _pending.Remove(pending);
            Changed();
            return true;
        }
    }

    private void Changed()
    {
        Volatile.Write(ref _count, _pending.Count);
        feed.Publish(new FeedEvent.FaultsChanged(Views()));
    }

    private List<FaultView> Views() => [.. _pending.Select(fault => new FaultView(fault.Kind, fault.Remaining,
        fault.Delay > TimeSpan.Zero ? (int)fault.Delay.TotalMilliseconds : null,
        fault.Kind is FaultKind.SubmitStatus or FaultKind.LinkRefuse ? string.Create(CultureInfo.InvariantCulture, $"0x{fault.Status:X2}") : null))];

    private static Pending Read(FaultOrder order)
    {
        var kind = (order.Deliver, order.Submit, order.Link) switch
        {
            ("duplicate", null, null) => FaultKind.DeliverDuplicate,
            ("mute", null, null) => FaultKind.DeliverMute,
            ("delay", null, null) => FaultKind.DeliverDelay,
            (null, "mute", null) => FaultKind.SubmitMute,
            (null, "delay", null) => FaultKind.SubmitDelay,
            (null, "status", null) => FaultKind.SubmitStatus,
            (null, null, "cut") => FaultKind.LinkCut,
            (null, null, "refuse") => FaultKind.LinkRefuse,
            _ => throw new ArgumentException("Exactly one of deliver (duplicate, mute, delay), submit (mute, delay, status) and link (cut, refuse) is needed."),
        };
        if (order.Count is < 1 or > 1_000_000)
            throw new ArgumentException("count is 1 to 1000000.");

        var delays = kind is FaultKind.DeliverDelay or FaultKind.SubmitDelay;
        if (delays ? order.DelayMs is not (>= 1 and <= 600_000) : order.DelayMs is not null)
            throw new ArgumentException(delays ? "delay needs delayMs, 1 to 600000." : "delayMs goes only with delay.");

        var hasStatus = kind is FaultKind.SubmitStatus or FaultKind.LinkRefuse;
        if (hasStatus != order.Status is not null)
            throw new ArgumentException(hasStatus ? "status (of submit) and refuse (of link) need a status such as \"0x58\"." : "status goes only with submit status and link refuse.");

        return new Pending
        {
            Kind = kind,
            Remaining = order.Count,
            Delay = TimeSpan.FromMilliseconds(order.DelayMs ?? 0),
            Status = order.Status is { } text ? ReadStatus(text) : 0,
        };
    }

    private static uint ReadStatus(string text) =>
        (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var status)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status))
        && status != 0
            ? status
            : throw new ArgumentException($"\"{text}\" is not a command_status: \"0x58\" or \"88\", and not 0.");

    private sealed class Pending
    {
        public required FaultKind Kind { get; init; }
        public required int Remaining { get; set; }
        public required TimeSpan Delay { get; init; }
        public required uint Status { get; init; }
    }
}
