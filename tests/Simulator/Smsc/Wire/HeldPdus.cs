namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>Holds as many PDUs as were ordered, and then gives them in reverse order. For one connection.</summary>
internal sealed class HeldPdus(Faults faults, FaultKind kind)
{
    private readonly List<byte[]> _held = [];
    private int _awaited;

    public bool IsHolding => _held.Count > 0;

    /// <summary>What goes out now that this PDU has come: itself, nothing, or all that was held.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pass(ReadOnlyMemory<byte> frame)
    {
        if (_awaited == 0)
        {
            if (!faults.TryTakeAll(kind, out var order)) return [frame];
            _awaited = order.Remaining;
        }
        _held.Add(frame.ToArray());
        return _held.Count < _awaited ? [] : Release();
    }

    /// <summary>Gives what is held, in reverse order, and holds nothing more.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Release()
    {
        _held.Reverse();
        ReadOnlyMemory<byte>[] released = [.. _held.Select(frame => new ReadOnlyMemory<byte>(frame))];
        _held.Clear();
        _awaited = 0;
        return released;
    }
}
