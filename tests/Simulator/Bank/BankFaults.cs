namespace CarrierPay.Simulator.Bank;

/// <summary>What the bank can be told to do wrong.</summary>
public enum BankFault
{
    /// <summary>The message is lost before it is looked at.</summary>
    Lose,
    /// <summary>It is done, and never answered.</summary>
    Mute,
    /// <summary>It is done, and the connection is cut instead of an answer.</summary>
    Cut,
    /// <summary>It is done at once, and answered late.</summary>
    Delay,
    /// <summary>It is done and answered only when the held messages are released: what was sent later overtakes it.</summary>
    Hold,
    /// <summary>It is not done, and answered with this response code.</summary>
    Code,
    /// <summary>A switch stands in for the bank and answers with this response code; the bank does it all the same, and answers too.</summary>
    StandIn,
    /// <summary>It is done once, and answered twice.</summary>
    Duplicate,
    /// <summary>It is done, and the answer has an amount that is one higher.</summary>
    WrongAmount,
    /// <summary>It is done, and the answer has another STAN.</summary>
    WrongStan,
}

/// <summary>Which messages a fault is for.</summary>
public enum BankMessageKind
{
    Debit,
    Refund,
    Balance,
    Reversal,
    /// <summary>Sign-on, sign-off, echo.</summary>
    Network,
}

/// <summary>A fault as it is ordered.</summary>
/// <param name="On">Only for these messages; left out, for the next message about money of any kind.</param>
/// <param name="Count">How often, 1 to 1,000,000; default 1.</param>
/// <param name="DelayMs">For delay: milliseconds, 1 to 600,000; for standIn, until the bank does it, if not at once.</param>
/// <param name="ResponseCode">For code and standIn: field 39.</param>
public sealed record BankFaultOrder(BankFault Fault, BankMessageKind? On = null, int Count = 1, int? DelayMs = null, string? ResponseCode = null);

/// <summary>A fault that is still to happen.</summary>
public sealed record BankFaultView(BankFault Fault, BankMessageKind? On, int Remaining, int? DelayMs, string? ResponseCode);

/// <summary>The faults that are still to happen, first ordered, first done. Safe to use from several threads.</summary>
public sealed class BankFaults
{
    private readonly Lock _lock = new();
    private readonly List<BankFaultView> _pending = [];

    public IReadOnlyList<BankFaultView> All
    {
        get { lock (_lock) return [.. _pending]; }
    }

    /// <exception cref="ArgumentException">A field has no possible value; the message says which.</exception>
    public void Order(BankFaultOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.Count is < 1 or > 1_000_000) throw new ArgumentException("count is 1 to 1000000.");
        var isDelay = order.Fault == BankFault.Delay;
        if (isDelay ? order.DelayMs is null : order.DelayMs is not null && order.Fault != BankFault.StandIn)
            throw new ArgumentException(isDelay ? "delay needs delayMs." : "delayMs goes only with delay and standIn.");
        if (order.DelayMs is < 1 or > 600_000) throw new ArgumentException("delayMs is 1 to 600000.");
        var isCode = order.Fault is BankFault.Code or BankFault.StandIn;
        if (isCode ? order.ResponseCode is not { Length: 2 or 3 } code || !code.All(char.IsAsciiLetterOrDigit) : order.ResponseCode is not null)
            throw new ArgumentException(isCode ? "code and standIn need a responseCode of two (1987) or three (1993) characters." : "responseCode goes only with code and standIn.");
        lock (_lock) _pending.Add(new(order.Fault, order.On, order.Count, order.DelayMs, order.ResponseCode));
    }

    public void Clear()
    {
        lock (_lock) _pending.Clear();
    }

    /// <summary>The fault for this message, if there is one; it is used up by it.</summary>
    internal BankFaultView? Take(BankMessageKind kind)
    {
        lock (_lock)
        {
            var index = _pending.FindIndex(fault => fault.On == kind || (fault.On is null && kind != BankMessageKind.Network));
            if (index < 0) return null;
            var fault = _pending[index];
            if (fault.Remaining == 1) _pending.RemoveAt(index);
            else _pending[index] = fault with { Remaining = fault.Remaining - 1 };
            return fault;
        }
    }
}
