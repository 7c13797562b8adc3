using System.Text;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using Dapper;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Rule 6: one poisonous event never sinks its neighbours, and is kept for a person.</summary>
[TestFixture]
internal sealed class ParkedEventsTests : LaneFixture
{
    [Test]
    public async Task A_failed_batch_is_split_and_the_poisonous_event_alone_is_parked()
    {
        await using var stack = new LaneStack(Database, Poisoned, workers: 1);
        var good = Enumerable.Range(0, 3).SelectMany(i => Enumerable.Range(0, 7).Select(_ => stack.PostAsync(1 + (32 * i), new Probe("good")))).ToList();
        var poison = stack.PostAsync(33, new Probe("poison"));
        good.AddRange(Enumerable.Range(0, 7).Select(_ => stack.PostAsync(97, new Probe("good"))));
        await stack.StartAsync();

        Assert.That(await Task.WhenAll(good), Is.All.EqualTo(EventFate.Decided));
        Assert.That(await poison, Is.EqualTo(EventFate.Parked));
        foreach (var id in new[] { 1, 33, 65, 97 })
            Assert.That(await BalanceAsync(id), Is.EqualTo(Opening - 7), "each is decided once, on a state that was loaded again");
    }

    [Test]
    public async Task What_is_parked_is_encrypted_and_names_its_kind_and_error()
    {
        await using var stack = await LaneStack.StartAsync(Database, Poisoned);
        await stack.PostAsync(1, new Probe("poison"));

        await using var connection = await Database.Owner.OpenConnectionAsync();
        var (subscriber, kind, octets, error) = await connection.QuerySingleAsync<(long, string, byte[], string)>("select subscriber_id, kind, event, error from parked_events");
        Assert.That((subscriber, kind, error), Is.EqualTo((1L, "Probe", "FormatException")));
        Assert.That(Encoding.Latin1.GetString(octets), Does.Not.Contain("poison"));
    }

    [Test]
    public async Task Where_parking_fails_too_the_event_is_not_taken()
    {
        await ExecuteAsync("revoke insert on parked_events from carrierpay_engine");
        await using var stack = await LaneStack.StartAsync(Database, Poisoned);
        Assert.That(await stack.PostAsync(1, new Probe("poison")), Is.EqualTo(EventFate.NotDecided));
    }

    [Test]
    public async Task A_row_that_was_not_written_rolls_the_batch_back()
    {
        await ExecuteAsync(
            """
            create function lose_row() returns trigger language plpgsql as $$ begin return null; end $$;
            create trigger lose_row before update on subscribers for each row when (new.id = 33) execute function lose_row()
            """);
        await using var stack = new LaneStack(Database, (SubscriberState subscriber, SubscriberEvent _, in Given _, Changes changes) =>
        {
            subscriber.BalanceMinor--;
            subscriber.IsChanged = true;
            changes.Tell(TextTemplate.Help);
        });
        var fates = new long[] { 1, 33, 65 }.Select(id => stack.PostAsync(id, new Probe())).ToList();
        await stack.StartAsync();

        Assert.That(await Task.WhenAll(fates), Is.EqualTo(new[] { EventFate.Decided, EventFate.Parked, EventFate.Decided }));
        Assert.That(await ReadAsync<long>("select count(*) from messages where subscriber_id = 33"), Is.Zero);
        Assert.That(await ReadAsync<long>("select count(*) from messages"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_retry_that_a_person_asks_for_is_decided_once_and_leaves_the_parked_ones()
    {
        var isBroken = true;
        Decide decide = (SubscriberState subscriber, SubscriberEvent subscriberEvent, in Given given, Changes changes) =>
        {
            if (isBroken)
                throw new FormatException("broken");
            Decisions.Decide(subscriber, subscriberEvent, given, changes);
        };
        await using var first = await LaneStack.StartAsync(Database, decide);
        await using var second = await LaneStack.StartAsync(Database, decide);
        var late = LaneStack.Text(1, "PAY NEWS") with { DecideBefore = TimeProvider.System.GetUtcNow().AddSeconds(5) };
        Assert.That(await first.PostAsync(1, late), Is.EqualTo(EventFate.Parked));
        var parked = (await ParkedEventQueries.ListAsync(Database.Databases.Engine)).Single();

        Assert.That(await ParkedEventQueries.AskRetryAsync(Database.Databases.Engine, parked.Id), Is.True);
        await Eventually.True(() => first.Decided.Count + second.Decided.Count == 2, "it is tried again");
        await Eventually.True(async () => await ReadAsync<long>($"select count(*) from parked_events where id = {parked.Id} and parked_at > '{parked.ParkedAt:O}'") == 1, "it failed again and stays");

        isBroken = false;
        Assert.That(await ParkedEventQueries.AskRetryAsync(Database.Databases.Engine, parked.Id), Is.True);
        await Eventually.True(async () => await ReadAsync<long>("select count(*) from parked_events") == 0, "it leaves the parked ones");
        Assert.That(first.Decided.Count + second.Decided.Count, Is.EqualTo(3));
        Assert.That(await ReadAsync<long>("select count(*) from open_payments"), Is.EqualTo(1));
        Assert.That(await ParkedEventQueries.AskRetryAsync(Database.Databases.Engine, parked.Id), Is.False);
    }

    [Test]
    public void Every_kind_of_event_can_be_told_from_its_name()
    {
        var names = typeof(SubscriberEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(SubscriberEvent))).Select(t => t.Name);
        Assert.That(names, Is.Unique);
    }

    private static void Poisoned(SubscriberState subscriber, SubscriberEvent subscriberEvent, in Given given, Changes changes)
    {
        // Changed first: a state that was used again would show it.
        subscriber.BalanceMinor--;
        subscriber.IsChanged = true;
        if (subscriberEvent is Probe { Name: "poison" })
            throw new FormatException("poison");
    }
}
