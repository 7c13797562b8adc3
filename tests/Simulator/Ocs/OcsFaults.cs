namespace CarrierPay.Simulator.Ocs;

/// <summary>What the charging system can be told to do wrong with a request.</summary>
public enum OcsFaultKind
{
    /// <summary>It is lost before it is read: nothing is booked, nothing answered.</summary>
    Lose,

    /// <summary>It is booked and never answered.</summary>
    Mute,

    /// <summary>It is booked, and the connection is cut in place of the answer.</summary>
    Cut,

    /// <summary>It is booked and answered late.</summary>
    Delay,

    /// <summary>It is held back unread until its repeat was answered, or until it is released: the original is overtaken.</summary>
    Hold,

    /// <summary>It is not booked; the answer has this result.</summary>
    Result,

    /// <summary>It is booked and answered twice.</summary>
    Duplicate,

    /// <summary>Another amount than the one asked for is booked, and the answer says so; or the answer names another currency.</summary>
    WrongAmount,

    /// <summary>It is booked, and an agent answers 3002 instead of the charging system, as one does whose connection to it was cut.</summary>
    Relay,
}

/// <summary>A fault as it is ordered.</summary>
/// <param name="Count">How often, 1 to 1,000,000; default 1.</param>
/// <param name="Msisdn">Only for requests of this number; default for all.</param>
/// <param name="DelayMs">For delay: milliseconds, 1 to 600,000.</param>
/// <param name="Result">For result: a Result-Code, or with <paramref name="Vendor"/> an Experimental-Result-Code.</param>
/// <param name="Vendor">For result: its vendor; default the standard's.</param>
/// <param name="Granted">For wrongAmount: what is booked, in minor units.</param>
/// <param name="Currency">For wrongAmount: the currency that the answer names.</param>
public sealed record OcsFaultOrder(OcsFaultKind Fault, int Count = 1, string? Msisdn = null, int? DelayMs = null, uint? Result = null, uint? Vendor = null, long? Granted = null, string? Currency = null);

/// <summary>The faults that are still to happen, first ordered, first done. Safe to use from several threads.</summary>
public sealed class OcsFaults
{
    private readonly Lock _lock = new();
    private readonly List<OcsFaultOrder> _pending = [];

    /// <summary>What is still to happen; the counts are what is left.</summary>
    public IReadOnlyList<OcsFaultOrder> All
    {
        get { lock (_lock) return [.. _pending]; }
    }

    /// <exception cref="ArgumentException">The order makes no sense; the message says which field.</exception>
    public void Order(OcsFaultOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        Check(order);
        lock (_lock) _pending.Add(order with { Msisdn = order.Msisdn?.TrimStart('+') });
    }

    public void Clear()
    {
        lock (_lock) _pending.Clear();
    }

    /// <summary>The fault that happens to a request of this number, once; null if none does.</summary>
    internal OcsFaultOrder? Take(string? msisdn)
    {
        lock (_lock)
        {
            var index = _pending.FindIndex(order => order.Msisdn is null || order.Msisdn == msisdn);
            if (index < 0) return null;
            var order = _pending[index];
            if (order.Count == 1) _pending.RemoveAt(index);
            else _pending[index] = order with { Count = order.Count - 1 };
            return order;
        }
    }

    private static void Check(OcsFaultOrder order)
    {
        if (order.Count is < 1 or > 1_000_000) throw new ArgumentException("count is 1 to 1000000.");
        if (order.Fault == OcsFaultKind.Delay ? order.DelayMs is not (>= 1 and <= 600_000) : order.DelayMs is not null)
            throw new ArgumentException("delay needs delayMs, 1 to 600000, and no other fault has it.");
        if (order.Fault == OcsFaultKind.Result ? order.Result is null or 0 : order.Result is not null || order.Vendor is not null)
            throw new ArgumentException("result needs result such as 4012, and no other fault has result or vendor.");
        if (order.Vendor is 0) throw new ArgumentException("vendor is a vendor's number; without it, result is a Result-Code.");
        if (order.Fault == OcsFaultKind.WrongAmount ? order is { Granted: null, Currency: null } : order.Granted is not null || order.Currency is not null)
            throw new ArgumentException("wrongAmount needs granted (minor units) or currency, and no other fault has them.");
        if (order.Granted < 0) throw new ArgumentException("granted is 0 or more, in minor units.");
        if (order.Currency is { } code) _ = Engine.Primitives.Currency.Of(code);
    }
}
