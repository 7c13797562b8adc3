using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Rule 10: who lives, and what becomes of the work of who does not.</summary>
[TestFixture]
internal sealed class EngineLeaseTests : LaneFixture
{
    private const string FreeLock = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 7230003 and objid = ";

    [Test]
    public async Task An_engine_lives_by_its_lock_and_its_heartbeat()
    {
        await using var stack = await LaneStack.StartAsync(Database);
        var id = stack.Lease.Id;
        Assert.That(stack.Lease.IsHeld, Is.True);
        Assert.That(await ReadAsync<long>($"select count(*) from engines where id = {id}"), Is.EqualTo(1));
        Assert.That(await ReadAsync<bool>($"select pg_try_advisory_xact_lock({EngineLease.LockClass}, {id})"), Is.False);
        var beat = await ReadAsync<DateTime>("select heartbeat_at from engines");
        await Eventually.True(async () => await ReadAsync<DateTime>("select heartbeat_at from engines") > beat, "it beats");

        await stack.StopAsync();
        Assert.That(stack.Lease.IsHeld, Is.False);
        Assert.That(await ReadAsync<long>("select count(*) from engines"), Is.Zero, "it signs off");
    }

    [Test]
    public async Task An_engine_that_cannot_beat_stops_acting_before_the_others_take_over()
    {
        var time = new FakeTimeProvider();
        using var lease = new EngineLease(Database.Databases.Engine, time, NullLogger<EngineLease>.Instance);
        await lease.StartAsync(CancellationToken.None);
        await lease.Registered;
        Assert.That(lease.IsHeld, Is.True);

        // Frozen from here on: no beat, while the monotonic clock goes on.
        await ExecuteAsync("alter table engines rename to engines_gone");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(lease.IsHeld, Is.False);
        Assert.That(EngineLease.DeadAfter, Is.GreaterThan(TimeSpan.FromSeconds(5)));
        await lease.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task An_engine_whose_heartbeat_fails_stops_acting_before_its_lock_is_free_for_the_others()
    {
        var time = new FakeTimeProvider();
        using var lease = new EngineLease(Database.Databases.Engine, time, NullLogger<EngineLease>.Instance);
        await lease.StartAsync(CancellationToken.None);
        await lease.Registered;
        var (number, registered) = (lease.Id, time.GetUtcNow());
        await ExecuteAsync("alter table engines rename to engines_gone");

        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                return !lease.Holds(number);
            },
            "its next beat fails");
        Assert.That(time.GetUtcNow() - registered, Is.LessThan(TimeSpan.FromSeconds(5)), "not only because it has not beaten for so long");
        await lease.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task A_woken_engine_knows_that_it_lost_its_lease_and_goes_on_under_a_new_number()
    {
        var time = new FakeTimeProvider();
        using var frozen = new EngineLease(Database.Databases.Engine, time, NullLogger<EngineLease>.Instance);
        await frozen.StartAsync(CancellationToken.None);
        await frozen.Registered;
        var number = frozen.Id;
        await using var other = await LaneStack.StartAsync(Database);
        // Its lock is still held, its heart does not beat.
        await ExecuteAsync($"update engines set heartbeat_at = heartbeat_at - interval '9 seconds' where id = {number}");
        await Eventually.True(async () => await ReadAsync<long>($"select count(*) from engines where id = {number}") == 0, "the other takes it for dead");

        time.Advance(TimeSpan.FromSeconds(9));
        Assert.That(frozen.IsHeld, Is.False, "woken, it may not act on what it held");
        await Eventually.True(() => frozen.Id != number, "it has a new number");
        Assert.That(frozen.IsHeld, Is.True);
        await frozen.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task A_dead_engine_is_known_by_its_free_lock_before_its_heartbeat_is_old()
    {
        await using var living = await LaneStack.StartAsync(Database);
        await ExecuteAsync("insert into engines (id, name, started_at, heartbeat_at) values (1000, 'killed', now(), now())");
        await Eventually.True(async () => await ReadAsync<long>("select count(*) from engines where id = 1000") == 0, "it is taken for dead");
        Assert.That(living.Lease.IsHeld, Is.True);
    }

    [Test]
    public async Task Messages_of_a_dead_engine_are_taken_up_by_one_that_can_send()
    {
        await using var dead = await LaneStack.StartAsync(Database);
        dead.Outgoing.CanSend = true;
        await dead.TextAsync(1, "PAY NEWS");
        await dead.TextAsync(2, "BAL");
        var prompt = await NextMessageAsync(dead);
        var number = dead.Lease.Id;

        await using var mute = await LaneStack.StartAsync(Database);
        await using var living = await LaneStack.StartAsync(Database);
        living.Outgoing.CanSend = true;
        await dead.StopAsync();

        var taken = new[] { await NextMessageAsync(living), await NextMessageAsync(living) };
        var again = taken.Single(m => m.Subscriber.Value == 1);
        Assert.That((again.Id, again.To, again.Template, again.Parameters, again.ReplyPath), Is.EqualTo((prompt.Id, prompt.To, prompt.Template, prompt.Parameters, prompt.ReplyPath)), "word for word");
        Assert.That(again.Template, Is.EqualTo(TextTemplate.Prompt));
        Assert.That(mute.Outgoing.Reader.Count, Is.Zero, "an engine without a link takes up nothing");
        Assert.That(await ReadAsync<long>($"select count(*) from outbox where owner = {number}"), Is.Zero);
    }

    [Test]
    public async Task Messages_of_an_engine_that_cannot_send_belong_to_nobody_and_are_taken_up()
    {
        await using var mute = await LaneStack.StartAsync(Database);
        await mute.TextAsync(1, "BAL");
        Assert.That(await ReadAsync<int>("select owner from outbox"), Is.Zero);
        Assert.That(mute.Outgoing.Reader.Count, Is.Zero);

        mute.Outgoing.CanSend = true;
        Assert.That((await NextMessageAsync(mute)).Template, Is.EqualTo(TextTemplate.Balance));
    }

    [Test]
    public async Task A_call_of_a_dead_engine_is_made_by_another_with_the_same_request_and_a_permit()
    {
        await using var dead = await LaneStack.StartAsync(Database);
        await dead.TextAsync(1, "PAY EA COINS");
        Assert.That(dead.Quotes.TryRead(out var call), Is.True);
        await dead.StopAsync();

        await using var living = await LaneStack.StartAsync(Database);
        await Eventually.True(() => living.Quotes.Count == 1, "the call is taken up");
        Assert.That(living.Quotes.TryRead(out var again), Is.True);
        Assert.That((again!.Id, again.Request, again.Payment), Is.EqualTo((call!.Id, call.Request, call.Payment)));
        Assert.That(await ReadAsync<int>("select owner from connector_calls"), Is.EqualTo(living.Lease.Id));

        await living.PostAsync(1, new QuoteAnswered(again, new(QuoteKind.Priced, 500, "EUR")));
        Assert.That(await ReadAsync<long>("select count(*) from connector_calls"), Is.Zero);
        Assert.That(await ReadAsync<short>("select state from open_payments"), Is.EqualTo((short)PaymentState.AwaitingConfirmation));
    }

    [Test]
    public async Task A_lost_connection_gives_a_new_number_and_what_the_old_one_owned_is_taken_up_again()
    {
        await using var stack = await LaneStack.StartAsync(Database);
        stack.Outgoing.CanSend = true;
        await stack.TextAsync(1, "BAL");
        var first = await NextMessageAsync(stack);
        var number = stack.Lease.Id;

        await ExecuteAsync($"{FreeLock}{number}");

        Assert.That((await NextMessageAsync(stack)).Id, Is.EqualTo(first.Id));
        Assert.That(stack.Lease.Id, Is.Not.EqualTo(number));
    }

    [Test]
    public async Task A_take_over_whose_answer_was_lost_leaves_nothing_behind()
    {
        await using var stack = await LaneStack.StartAsync(Database);
        stack.Outgoing.CanSend = true;
        await stack.TextAsync(1, "BAL");
        var first = await NextMessageAsync(stack);

        stack.Lease.StartAnew();

        Assert.That((await NextMessageAsync(stack)).Id, Is.EqualTo(first.Id));
    }
}
