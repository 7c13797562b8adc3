using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CarrierPay.Simulator.Masp;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc;

namespace CarrierPay.Simulator.Web;

/// <summary>Something that a page shows has changed.</summary>
public abstract record FeedEvent(string Type)
{
    public sealed record Message(string Msisdn, PhoneMessage Content) : FeedEvent("message");

    public sealed record Erased(string Msisdn, int Seq) : FeedEvent("erased");

    public sealed record PhoneChanged(string Msisdn, string Name, PhoneLanguage Language) : FeedEvent("phone");

    public sealed record PhoneRemoved(string Msisdn) : FeedEvent("phoneRemoved");

    public sealed record LinkChanged(SmscState State) : FeedEvent("smsc");

    public sealed record Logged(LogLine Line) : FeedEvent("log");

    public sealed record MaspChanged(MaspView Masp) : FeedEvent("masp");

    public sealed record MaspRemoved(string Keyword) : FeedEvent("maspRemoved");

    public sealed record FaultsChanged(IReadOnlyList<FaultView> Faults) : FeedEvent("faults");
}

/// <summary>Carries changes to whoever is watching. Nobody watching costs nothing; a watcher that is too slow is let go and asks again for everything.</summary>
public sealed class Feed
{
    private const int RoomPerListener = 1000;

    private readonly Lock _lock = new();
    private Channel<FeedEvent>[] _listeners = [];

    public void Publish(FeedEvent happened)
    {
        foreach (var listener in Volatile.Read(ref _listeners))
            if (!listener.Writer.TryWrite(happened))
                listener.Writer.TryComplete();
    }

    /// <summary>True if it is worth the work of making an event.</summary>
    internal bool IsWatched => Volatile.Read(ref _listeners).Length > 0;

    /// <summary>Listens from the moment of this call, not from the first read. Ends when the listener was too slow.</summary>
    public IAsyncEnumerable<FeedEvent> Listen(CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<FeedEvent>(RoomPerListener);
        lock (_lock) _listeners = [.. _listeners, channel];
        return ReadAsync(channel, cancellationToken);
    }

    private async IAsyncEnumerable<FeedEvent> ReadAsync(Channel<FeedEvent> channel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happened in channel.Reader.ReadAllAsync(cancellationToken))
                yield return happened;
        }
        finally
        {
            lock (_lock) _listeners = [.. _listeners.Where(other => other != channel)];
        }
    }
}
