using CarrierPay.Engine.Primitives;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Remembers which unknown numbers were told how to register, so that each is told once an hour at most. For any number of threads.</summary>
/// <remarks>The memory is bounded: while it is full nobody else is told, for a stream of made-up senders must not become a stream of texts.</remarks>
internal sealed class RegistrationHints(TimeProvider time, int capacity = 50_000)
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private readonly HashSet<Msisdn> _told = [];
    private readonly Queue<(Msisdn Number, long At)> _inOrder = [];
    private readonly Lock _gate = new();

    /// <summary>True if this number is to be told now; it then counts as told.</summary>
    public bool ShouldTell(Msisdn number)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            while (_inOrder.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At, now) >= Pause)
                _told.Remove(_inOrder.Dequeue().Number);
            if (_told.Count >= capacity || !_told.Add(number))
                return false;
            _inOrder.Enqueue((number, now));
            return true;
        }
    }
}
