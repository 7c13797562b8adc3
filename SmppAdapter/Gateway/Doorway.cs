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
