using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Rules 4 and 5: a commit whose outcome is not known is looked up, and nothing is released before.</summary>
[TestFixture]
internal sealed class CommitTests : LaneFixture
{
    [Test]
    public async Task A_commit_whose_answer_was_lost_is_found_by_the_batch_row_and_not_repeated()
    {
        await using var proxy = new DatabaseProxy(Database.OwnerConnectionString);
        await using var stack = await LaneStack.StartAsync(Database, Spend, connectionString: proxy.ConnectionString);
        proxy.LoseNextCommitAnswer();

        Assert.That(await stack.PostAsync(1, new Probe()), Is.EqualTo(EventFate.Decided));
        Assert.That(proxy.LostAnswers, Is.EqualTo(1));
        Assert.That(await BalanceAsync(1), Is.EqualTo(Opening - 1));
        Assert.That(stack.Decided, Has.Count.EqualTo(1));
        await Eventually.True(() => stack.Health.Problem is null, "the lanes are ready again");
    }

    [Test]
    public async Task A_backend_killed_in_its_commit_has_not_committed_and_the_batch_runs_again()
    {
        await AtCommitAsync("if nextval('commits') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;");
        await using var stack = await LaneStack.StartAsync(Database, Spend);

        Assert.That(await stack.PostAsync(1, new Probe()), Is.EqualTo(EventFate.Decided));
        Assert.That(await BalanceAsync(1), Is.EqualTo(Opening - 1));
        Assert.That(stack.Decided, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_warning_during_commit_releases_nothing_until_a_later_commit_goes_without()
    {
        await AtCommitAsync("if (select is_alone from standby) then raise warning 'committed locally'; end if;", "create table standby (is_alone boolean); insert into standby values (true)");
        await using var stack = await LaneStack.StartAsync(Database, Spend);

        var fate = stack.PostAsync(1, new Probe());
        await Eventually.True(() => stack.Health.Problem is { } problem && problem.Contains("commit", StringComparison.Ordinal), "the lanes say that they do not know");
        Assert.That(fate.IsCompleted, Is.False);
        Assert.That(await BalanceAsync(1), Is.EqualTo(Opening - 1), "it is committed here, and perhaps nowhere else");

        await ExecuteAsync("update standby set is_alone = false");
        Assert.That(await fate, Is.EqualTo(EventFate.Decided));
        Assert.That(stack.Decided, Has.Count.EqualTo(1));
        await Eventually.True(() => stack.Health.Problem is null, "the lanes are ready again");
    }

    [Test]
    public async Task An_error_at_commit_is_known_to_have_failed_and_parks_the_event_that_fails_alone()
    {
        await AtCommitAsync("raise exception 'no room';");
        await using var stack = await LaneStack.StartAsync(Database, Spend);

        Assert.That(await stack.PostAsync(1, new Probe()), Is.EqualTo(EventFate.Parked));
        Assert.That(await BalanceAsync(1), Is.EqualTo(Opening));
    }

    [Test]
    public async Task Messages_of_a_batch_that_did_not_commit_are_not_sent()
    {
        await AtCommitAsync("if nextval('commits') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;");
        await using var stack = await LaneStack.StartAsync(Database, (SubscriberState _, SubscriberEvent _, in Given _, Changes changes) => changes.Tell(TextTemplate.Help));
        stack.Outgoing.CanSend = true;

        await stack.PostAsync(1, new Probe { ReplyPath = LaneStack.ShortCode });

        var message = await NextMessageAsync(stack);
        Assert.That(stack.Outgoing.Reader.Count, Is.Zero, "a second message");
        Assert.That(message.Id, Is.EqualTo(await ReadAsync<long>("select id from messages")));
    }

    [Test]
    public async Task While_the_database_is_away_events_wait_and_are_decided_when_it_is_back()
    {
        await using var proxy = new DatabaseProxy(Database.OwnerConnectionString);
        await using var stack = await LaneStack.StartAsync(Database, Spend, connectionString: proxy.ConnectionString);
        await stack.PostAsync(1, new Probe());
        proxy.IsCut = true;

        var patient = stack.PostAsync(1, new Probe());
        var urgent = stack.PostAsync(1, new Probe { DecideBefore = TimeProvider.System.GetUtcNow() });
        Assert.That(await urgent, Is.EqualTo(EventFate.NotDecided), "whoever brought it hears in time that it must come again");
        Assert.That(patient.IsCompleted, Is.False);

        proxy.IsCut = false;
        Assert.That(await patient, Is.EqualTo(EventFate.Decided));
        Assert.That(await BalanceAsync(1), Is.EqualTo(Opening - 2));
    }

    /// <summary>Has PL/pgSQL run while a transaction with a batch row commits.</summary>
    private Task AtCommitAsync(string body, string before = "select 1") => ExecuteAsync(
        $"""
        {before};
        create sequence commits;
        create function at_commit() returns trigger language plpgsql security definer as $f$ begin {body} return null; end $f$;
        create constraint trigger at_commit after insert on lane_batches deferrable initially deferred for each row execute function at_commit()
        """);

    private static void Spend(SubscriberState subscriber, SubscriberEvent subscriberEvent, in Given given, Changes changes)
    {
        subscriber.BalanceMinor--;
        subscriber.IsChanged = true;
    }
}
