namespace CarrierPay.SmppAdapter.Session;

/// <summary>Keeps what belongs to one key in the order in which it came, while different keys overtake each other. For any number of threads.</summary>
/// <remarks>
/// A link sends requests in the order of the calls. What is put off by the SMSC and sent again comes behind those sent meanwhile; who wants the texts to one
/// number in order even then takes a turn for the number, and keeps it until the SMSC has taken the text.
/// Nothing is kept of a key without a turn.
/// </remarks>
public sealed class Turns<TKey>
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

    /// <summary>A place in the row of one key.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly Turns<TKey> _turns;
        private readonly TKey _key;
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Turn(Turns<TKey> turns, TKey key, Turn? before)
        {
            _turns = turns;
            _key = key;
            Comes = before?._over.Task ?? Task.CompletedTask;
        }

        /// <summary>Completed when the turn before is over; at once if there is none.</summary>
        public Task Comes { get; }

        /// <summary>Lets the next one come. May be called again.</summary>
        public void Dispose()
        {
            lock (_turns._gate)
            {
                if (_turns._last.GetValueOrDefault(_key) == this)
                {
                    _turns._last.Remove(_key);
                }
            }
            _over.TrySetResult();
        }
    }
}
