using System.Collections.Concurrent;
using CarrierPay.Engine.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Rule 8: ids from blocks of a sequence.</summary>
[TestFixture]
internal sealed class IdAllocatorTests : LaneFixture
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task A_block_is_thrown_away_after_a_second()
    {
        using var ids = new IdAllocator(Database.Databases.Engine, _time);
        var first = await NextAsync(ids);
        _time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.That(await NextAsync(ids), Is.EqualTo(first + 1));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.That(await NextAsync(ids), Is.EqualTo(first + 16384));
    }

    [Test]
    public async Task Processes_never_hand_out_the_same_id()
    {
        var all = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var ids = new IdAllocator(Database.Databases.Engine, _time);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            {
                for (var i = 0; i < 50; i++)
                {
                    var slice = await ids.TakeAsync(300, CancellationToken.None);
                    while (slice.Remaining > 0)
                        all.Add(slice.Next());
                }
            }));
        }));
        Assert.That(all, Has.Count.EqualTo(4 * 4 * 50 * 300));
        Assert.That(all.Distinct().Count(), Is.EqualTo(all.Count));
    }

    private static async Task<long> NextAsync(IdAllocator ids) => (await ids.TakeAsync(1, CancellationToken.None)).Next();
}
