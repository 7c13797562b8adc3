using System.Collections.Concurrent;

namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>deliver_sm that went out under another sequence number, so that their answers find the way back. Several may share a number: answers come in order then.</summary>
internal sealed class ChangedSequences
{
    private readonly ConcurrentQueue<(uint Shown, uint Original)> _open = new();

    public bool Any => !_open.IsEmpty;

    public void Add(uint shown, uint original) => _open.Enqueue((shown, original));

    public bool TryTake(uint shown, out uint original)
    {
        original = 0;
        if (!_open.TryPeek(out var oldest) || oldest.Shown != shown) return false;
        original = oldest.Original;
        return _open.TryDequeue(out _);
    }
}
