namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Remembers when something last happened to a number, for a time, for so many numbers; the oldest are forgotten first.</summary>
internal sealed class BoundedMemory<T>(int most, TimeSpan keep, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, (DateTimeOffset At, T Value)> _entries = [];
    private readonly Queue<(long Number, DateTimeOffset At)> _order = [];

    /// <summary>Changes what is remembered of the number (default if nothing is) and gives the new value.</summary>
    public T Change(long number, Func<T?, T> change)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            while (_order.TryPeek(out var oldest) && (now - oldest.At >= keep || _order.Count > most))
            {
                _order.Dequeue();
                if (_entries.TryGetValue(oldest.Number, out var entry) && entry.At == oldest.At)
                    _entries.Remove(oldest.Number);
            }
            if (_entries.TryGetValue(number, out var known))
            {
                var value = change(known.Value);
                _entries[number] = (known.At, value);
                return value;
            }
            var first = change(default);
            _entries[number] = (now, first);
            _order.Enqueue((number, now));
            return first;
        }
    }
}
