using System.Runtime.InteropServices;
using CarrierPay.Simulator.Phones;

namespace CarrierPay.Simulator.Smsc;

/// <summary>A text that is complete.</summary>
/// <param name="Parts">How many short messages it was.</param>
internal sealed record WholeText(string Text, MessageEncoding Encoding, int Parts);

/// <summary>Puts the parts of long texts together, in whatever order they come. Bounded: the text that has waited longest makes room. For one thread.</summary>
internal sealed class PartsCollector
{
    private const int Memory = 1000;

    private readonly Dictionary<Key, AirPart?[]> _open = [];
    private readonly Queue<Key> _order = new();

    private readonly record struct Key(string Way, int Reference, int Total);

    /// <summary>Gives the text when this was its last part. A part that comes twice replaces itself.</summary>
    /// <param name="way">From whom to whom.</param>
    /// <param name="part">A part, or a whole message.</param>
    public WholeText? Add(string way, AirPart part)
    {
        if (part.Place is not { } place) return new WholeText(part.Text, part.Encoding, 1);

        var key = new Key(way, place.Reference, place.Total);
        ref var parts = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, key, out var isKnown);
        parts ??= new AirPart?[place.Total];
        parts[place.Sequence - 1] = part;
        var all = parts;
        if (!isKnown) MakeRoom(key);
        if (all.Contains(null)) return null;

        _open.Remove(key);
        // One part that needs UCS-2 makes the text what a person would call UCS-2.
        var encoding = all.Any(one => one!.Value.Encoding == MessageEncoding.Ucs2) ? MessageEncoding.Ucs2 : MessageEncoding.Gsm7;
        return new WholeText(string.Concat(all.Select(one => one!.Value.Text)), encoding, all.Length);
    }

    private void MakeRoom(Key key)
    {
        _order.Enqueue(key);
        if (_order.Count > Memory) _open.Remove(_order.Dequeue());
    }
}
