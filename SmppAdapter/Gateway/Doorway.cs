using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>The way from a number to its subscriber's lane. What comes from one number is posted in the order in which it came.</summary>
internal sealed class Doorway(LaneDoor door, Numbers numbers)
{
    private readonly Turns<Msisdn> _turns = new();

    /// <summary>Brings an event to the lane of a number. <see cref="EventFate.Misrouted"/> never comes out.</summary>
    /// <returns>Null if nobody has this number.</returns>
    /// <exception cref="Npgsql.NpgsqlException">The database did not say whose number it is.</exception>
    public async Task<EventFate?> PostAsync(Msisdn from, SubscriberEvent subscriberEvent)
    {
        Task<EventFate> posted;
        // The turn covers look-up and posting, not the decision: the lane keeps the order from there on.
        using (var turn = _turns.Take(from))
        {
            await turn.Comes.ConfigureAwait(false);
            if (await numbers.FindAsync(from).ConfigureAwait(false) is not { } route)
                return null;
            posted = door.PostAsync(route, subscriberEvent);
        }
        return await DecideAsync(from, subscriberEvent, posted).ConfigureAwait(false);
    }

    /// <summary>Brings to the lane of a number what <paramref name="make"/> makes of it, if it makes anything; what came later from the number waits for both.</summary>
    /// <returns>Null if nobody has this number, or nothing was made.</returns>
    /// <exception cref="Npgsql.NpgsqlException">The database did not say whose number it is.</exception>
    public async Task<EventFate?> PostAsync(Msisdn from, Func<Route, Task<SubscriberEvent?>> make)
    {
        Task<EventFate> posted;
        SubscriberEvent subscriberEvent;
        using (var turn = _turns.Take(from))
        {
            await turn.Comes.ConfigureAwait(false);
            if (await numbers.FindAsync(from).ConfigureAwait(false) is not { } route || await make(route).ConfigureAwait(false) is not { } made)
                return null;
            subscriberEvent = made;
            posted = door.PostAsync(route, made);
        }
        return await DecideAsync(from, subscriberEvent, posted).ConfigureAwait(false);
    }

    private async Task<EventFate?> DecideAsync(Msisdn from, SubscriberEvent subscriberEvent, Task<EventFate> posted)
    {
        var fate = await posted.ConfigureAwait(false);
        if (fate != EventFate.Misrouted)
            return fate;

        numbers.Forget(from);
        if (await numbers.FindAsync(from).ConfigureAwait(false) is not { } owner)
            return null;
        fate = await door.PostAsync(owner, subscriberEvent).ConfigureAwait(false);
        return fate == EventFate.Misrouted ? EventFate.NotDecided : fate;
    }
}
