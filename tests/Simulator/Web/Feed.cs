using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CarrierPay.Simulator.Masp;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Ussd;

namespace CarrierPay.Simulator.Web;

/// <summary>Something that a page shows has changed.</summary>
public abstract record FeedEvent(string Type)
{
    public sealed record Message(string Msisdn, PhoneMessage Content) : FeedEvent("message");

    public sealed record UssdChanged(string Msisdn, UssdView Session) : FeedEvent("ussd");

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
    private readonly Lock _lock = new();
    private Listener[] _listeners = [];

    /// <summary>True if it is worth the work of making an event.</summary>
    internal bool IsWatched => Volatile.Read(ref _listeners).Length > 0;

    internal void Publish(FeedEvent happened)
    {
        foreach (var listener in Volatile.Read(ref _listeners)) listener.Take(happened);
    }

    /// <summary>Listens from now on, until it is disposed.</summary>
    internal Listener Listen()
    {
        var listener = new Listener(this);
        lock (_lock) _listeners = [.. _listeners, listener];
        return listener;
    }

    internal sealed class Listener(Feed feed) : IDisposable
    {
        private const int Room = 1000;

        private readonly Channel<FeedEvent> _events = Channel.CreateBounded<FeedEvent>(Room);

        public void Take(FeedEvent happened)
        {
            if (!_events.Writer.TryWrite(happened)) _events.Writer.TryComplete();
        }

        /// <summary>The changes. Ends when this listener was too slow, or quietly when <paramref name="ended"/> says so.</summary>
        public async IAsyncEnumerable<FeedEvent> ReadAsync([EnumeratorCancellation] CancellationToken ended)
        {
            while (await WaitAsync(ended))
                while (_events.Reader.TryRead(out var happened))
                    yield return happened;
        }

        public void Dispose()
        {
            lock (feed._lock) feed._listeners = [.. feed._listeners.Where(other => other != this)];
        }

        private async ValueTask<bool> WaitAsync(CancellationToken ended)
        {
            try
            {
                return await _events.Reader.WaitToReadAsync(ended);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
