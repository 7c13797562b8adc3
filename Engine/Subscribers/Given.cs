using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>Everything a decision may know besides the subscriber: made before it, the same for a whole batch.</summary>
/// <param name="Now">The time of the batch.</param>
/// <param name="Period">The ledger period that is open while the batch writes.</param>
/// <param name="BusinessDay">Days since 0001-01-01 in the installation's time zone.</param>
/// <param name="BusinessMonth">Year * 12 + month - 1 in the installation's time zone.</param>
public readonly record struct Given(
    DateTimeOffset Now, int Period, int BusinessDay, int BusinessMonth, IdBlock Ids, ConfirmationCodes Codes, ReferenceData Reference, Permits Permits)
{
    /// <summary>The systems outside that keep money.</summary>
    public Rails Rails { get; init; } = Rails.None;

    /// <summary>The time as people of the installation read it.</summary>
    public DateTimeOffset LocalTime(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Reference.Rules.TimeZone);
}

/// <summary>Ids for the rows of one batch, in order of time.</summary>
public sealed class IdBlock(long first, long count)
{
    private readonly long _end = first + count;
    private long _next = first;

    public long Remaining => _end - _next;

    /// <exception cref="InvalidOperationException">The block is used up.</exception>
    public long Next() => _next < _end ? _next++ : throw new InvalidOperationException("The block of ids is used up.");
}

/// <summary>Room at the connectors, taken before the decision that needs it. Without a permit a payment is declined at once.</summary>
public sealed class Permits
{
    private readonly int _perMerchant;
    private readonly Dictionary<int, int> _taken = [];
    private readonly Lock _gate = new();

    /// <param name="perMerchant">How many quotes of one merchant may be asked for at a time.</param>
    public Permits(int perMerchant) => _perMerchant = perMerchant;

    /// <summary>Takes room for one quote of this merchant. Given back by <see cref="Return"/>.</summary>
    public bool TryTake(MerchantId merchant)
    {
        lock (_gate)
        {
            var taken = _taken.GetValueOrDefault(merchant.Value);
            if (taken >= _perMerchant)
                return false;
            _taken[merchant.Value] = taken + 1;
            return true;
        }
    }

    public void Return(MerchantId merchant)
    {
        lock (_gate)
            _taken[merchant.Value] = Math.Max(0, _taken.GetValueOrDefault(merchant.Value) - 1);
    }
}
