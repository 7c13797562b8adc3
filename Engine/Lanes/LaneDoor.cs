using System.Collections.Concurrent;
using System.Threading.Channels;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Lanes;

/// <summary>The one door: everything that can change a subscriber's money is posted here and decided in the subscriber's lane.</summary>
public sealed class LaneDoor
{
    private readonly LaneQueue[] _lanes;
    private readonly Channel<LaneQueue>[] _turns;
    private readonly ConcurrentQueue<OutboundMessage> _givenBack = new();
    private readonly ConcurrentQueue<(OutboundMessage Message, string Reason)> _refused = new();
    private readonly LanesOptions _options;
    private volatile bool _isClosed;

    /// <param name="lanes">The number of lanes, fixed at installation.</param>
    public LaneDoor(LaneCount lanes, IOptions<LanesOptions> options)
    {
        _options = options.Value;
        _lanes = [.. Enumerable.Range(0, lanes.Value).Select(lane => new LaneQueue((short)lane))];
        _turns = [.. Enumerable.Range(0, _options.Workers).Select(_ => Channel.CreateUnbounded<LaneQueue>())];
    }

    public int Waiting => _lanes.Sum(lane => lane.Count);

    internal IReadOnlyList<LaneQueue> Lanes => _lanes;

    /// <summary>Brings an event to its lane. The answer comes after the commit of the batch that took it.</summary>
    public Task<EventFate> PostAsync(Route route, SubscriberEvent subscriberEvent) => Post(new(route, subscriberEvent));

    internal Task<EventFate> Post(PostedEvent posted)
    {
        var lane = _lanes[posted.Route.Lane];
        if (_isClosed || !lane.TryAdd(posted, _options.MaxWaiting, out var schedule))
            return Task.FromResult(EventFate.NotDecided);
        if (schedule)
            GiveTurn(lane);
        return posted.Fate;
    }

    /// <summary>An SMSC accepted the message.</summary>
    public void Sent(OutboundMessage message)
    {
        if (message.Parcel.Remove(message.Id))
            _lanes[message.Parcel.Lane].AddSent(message.Parcel.Id);
    }

    /// <summary>An SMSC refused the message for good: it is noted and leaves the outbox.</summary>
    public void Refused(OutboundMessage message, string reason) => _refused.Enqueue((message, reason));

    /// <summary>The message could not be sent now: its lease is given back, and an engine that can send takes it up.</summary>
    public void GiveBack(OutboundMessage message) => _givenBack.Enqueue(message);

    /// <summary>Takes no more events; what waits is still decided.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Has each lane delete what was sent, even if no event comes.</summary>
    internal void FlushSent()
    {
        foreach (var lane in _lanes)
        {
            if (lane.FlushSent())
                GiveTurn(lane);
        }
    }

    internal ChannelReader<LaneQueue> Turns(int worker) => _turns[worker].Reader;

    /// <summary>A lane stays with its worker: measured, 7 % less work than lanes that wander.</summary>
    internal void GiveTurn(LaneQueue lane) => _turns[lane.Lane % _turns.Length].Writer.TryWrite(lane);

    internal List<OutboundMessage> TakeGivenBack()
    {
        List<OutboundMessage> taken = [];
        while (taken.Count < 1000 && _givenBack.TryDequeue(out var message))
            taken.Add(message);
        return taken;
    }

    internal List<(OutboundMessage Message, string Reason)> TakeRefused()
    {
        List<(OutboundMessage, string)> taken = [];
        while (taken.Count < 1000 && _refused.TryDequeue(out var refused))
            taken.Add(refused);
        return taken;
    }
}

/// <summary>The number of lanes of this installation, read from the database at the start.</summary>
public sealed record LaneCount(int Value);
