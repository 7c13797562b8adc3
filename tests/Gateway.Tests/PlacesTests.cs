using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

[TestFixture]
public sealed class PlacesTests
{
    [Test]
    public async Task What_is_urgent_goes_first_and_bulk_last_whoever_came_first()
    {
        var places = new Places(1);
        await places.TakeAsync(RequestPriority.Normal, CancellationToken.None);
        List<string> order = [];
        var waiting = new[] { ("hint", RequestPriority.Bulk), ("text", RequestPriority.Normal), ("text behind", RequestPriority.Normal), ("screen", RequestPriority.Urgent) }
            .Select(w => TakeAsync(w.Item1, w.Item2)).ToList();
        places.Release();
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(order, Is.EqualTo(new[] { "screen", "text", "text behind", "hint" }));

        async Task TakeAsync(string name, RequestPriority priority)
        {
            await places.TakeAsync(priority, CancellationToken.None);
            order.Add(name);
            places.Release();
        }
    }

    [Test]
    public async Task Whoever_stops_waiting_takes_no_place()
    {
        var places = new Places(1);
        await places.TakeAsync(RequestPriority.Normal, CancellationToken.None);
        using var patience = new CancellationTokenSource();
        var given = places.TakeAsync(RequestPriority.Urgent, patience.Token).AsTask();
        var next = places.TakeAsync(RequestPriority.Bulk, CancellationToken.None).AsTask();
        await patience.CancelAsync();
        Assert.That(await given, Is.False);
        places.Release();
        Assert.That(await next.WaitAsync(TimeSpan.FromSeconds(10)), Is.True);
        places.Release();
        Assert.That(places.Free, Is.EqualTo(1));
    }

    [Test]
    public async Task No_place_is_lost_or_given_twice_however_many_come_and_go()
    {
        var places = new Places(3);
        var inside = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => Task.Run(async () =>
        {
            using var patience = new CancellationTokenSource();
            if (i % 3 == 0)
                patience.CancelAfter(TimeSpan.FromMilliseconds(i % 7));
            if (!await places.TakeAsync((RequestPriority)(i % 3), patience.Token))
                return;
            var now = Interlocked.Increment(ref inside);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            places.Release();
        })));
        Assert.That(places.Free, Is.EqualTo(3));
        Assert.That(most, Is.InRange(1, 3));

        static void InterlockedMax(ref int most, int value)
        {
            for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
                Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
