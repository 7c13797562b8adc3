namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Keeps what belongs to one key in the order in which it came, while different keys overtake each other. For any number of threads.</summary>
internal sealed class Turns<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Turn> _last = [];
    private readonly Lock _gate = new();

    /// <summary>Takes a place behind all earlier ones of this key. Await <see cref="Turn.Comes"/>, and dispose the turn when the next one may come.</summary>
    public Turn Take(TKey key)
    {
        lock (_gate)
        {
            var turn = new Turn(this, key, _last.GetValueOrDefault(key));
            _last[key] = turn;
            return turn;
        }
    }

    internal sealed class Turn(Turns<TKey> turns, TKey key, Turn? before) : IDisposable
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completed when all earlier turns of the key are over; at once if there is none.</summary>
        public Task Comes { get; } = before?._over.Task ?? Task.CompletedTask;

        /// <summary>May be called again.</summary>
        public void Dispose()
        {
            lock (turns._gate)
            {
                if (turns._last.GetValueOrDefault(key) == this)
                    turns._last.Remove(key);
            }
            _over.TrySetResult();
        }
    }
}
