using CarrierPay.Engine.Settlement.Periods;
using CarrierPay.Engine.Storage;
using Npgsql;

namespace CarrierPay.Engine.Tests.Settlement.Periods;

[TestFixture]
public sealed class ClosePeriodTests : BooksFixture
{
    /// <summary>Later than the migration, which opened the first period by the database's clock.</summary>
    [SetUp]
    public void LetAYearPass() => Books.Time.Advance(TimeSpan.FromDays(365));

    [Test]
    public async Task A_cut_off_closes_the_period_that_was_opened_before_it_and_only_once()
    {
        var cutOff = Books.Time.GetUtcNow().AddHours(-1);

        Assert.That(await Books.Close.AtCutOffAsync(cutOff), Is.EqualTo(new ClosePeriod.Result(ClosePeriod.Outcome.Closed, 1)));
        Assert.That(await Books.Close.AtCutOffAsync(cutOff), Is.EqualTo(new ClosePeriod.Result(ClosePeriod.Outcome.NotDue, 1)));
        var (open, closed) = ((await Books.Queries.PeriodsAsync(null, 2))[0], (await Books.Queries.PeriodsAsync(null, 2))[1]);
        Assert.That((open.Id, open.OpenedAt, open.ClosedAt), Is.EqualTo((2, Books.Time.GetUtcNow(), (DateTimeOffset?)null)));
        Assert.That((closed.ClosedBy, closed.CutOff, closed.DrainedAt), Is.EqualTo((AuditTrail.Schedule, (DateTimeOffset?)cutOff, (DateTimeOffset?)Books.Time.GetUtcNow())));
    }

    [Test]
    public async Task Eight_closers_of_one_cut_off_close_one_period()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Books.Close.AtCutOffAsync(Books.Time.GetUtcNow())));

        Assert.That(outcomes.Count(o => o.Outcome == ClosePeriod.Outcome.Closed), Is.EqualTo(1));
        Assert.That(await Books.ScalarAsync<int>("select id from open_period"), Is.EqualTo(2));
    }

    [Test]
    public async Task What_a_person_asked_for_is_done_once_even_if_the_job_runs_twice()
    {
        var operation = Guid.NewGuid();
        await Books.ExecuteAsync("insert into closing_requests values (@operation, 1, 'mia', now())", new { operation });

        Assert.That((await Books.Close.AsAskedAsync(operation)).Outcome, Is.EqualTo(ClosePeriod.Outcome.Closed));
        Assert.That((await Books.Close.AsAskedAsync(operation)).Outcome, Is.EqualTo(ClosePeriod.Outcome.AlreadyClosed));
        Assert.That((await Books.Close.AsAskedAsync(Guid.NewGuid())).Outcome, Is.EqualTo(ClosePeriod.Outcome.NotAsked));
        Assert.That(await Books.ScalarAsync<int>("select id from open_period"), Is.EqualTo(2));
    }

    [Test]
    public async Task The_partition_of_the_next_period_is_made_if_it_is_not_waiting()
    {
        await Books.ExecuteAsync("update open_period set id = 40; insert into periods (id, opened_at) values (40, now()); select make_period_partitions(40, 1)");

        Assert.That((await Books.Close.AtCutOffAsync(Books.Time.GetUtcNow())).Outcome, Is.EqualTo(ClosePeriod.Outcome.Closed));
        Assert.That(await Books.ScalarAsync<bool>("select to_regclass('transfers_41') is not null"), Is.True);
    }

    [Test]
    public async Task Without_the_next_partition_theDatabase_refuses_to_close() =>
        Assert.That(
            async () => await Books.ExecuteAsync("update open_period set id = 400; select close_period(400, now(), 'x', null)"),
            Throws.InstanceOf<PostgresException>().With.Message.Contains("no partition"));

    [Test]
    public async Task A_writer_is_waited_for_and_nobody_new_waits_behind_the_closer()
    {
        await using var writer = await Books.Engine.OpenConnectionAsync();
        await using var writing = await writer.BeginTransactionAsync();
        Assert.That(await PeriodLock.TryTakeAsync(writer, writing, default), Is.EqualTo(1));

        var closing = Books.CloseAsync();
        await Eventually.True(async () => await Books.ScalarAsync<long>("select count(*) from pg_locks where locktype = 'advisory' and not granted and classid = 7230002") == 1, "the closer waits");
        await using (var next = await Books.Engine.OpenConnectionAsync())
        {
            await using var later = await next.BeginTransactionAsync();
            Assert.That(await PeriodLock.TryTakeAsync(next, later, default), Is.EqualTo(2), "the next period is open already");
        }
        Assert.That(closing.IsCompleted, Is.False);
        Assert.That((await Books.Queries.PeriodsAsync(2, 1)).Single().DrainedAt, Is.Null);
        await writing.CommitAsync();

        Assert.That(await closing, Is.EqualTo(1));
        Assert.That((await Books.Queries.PeriodsAsync(2, 1)).Single().DrainedAt, Is.Not.Null);
    }

    [Test]
    public async Task Draining_the_open_period_takes_no_lock()
    {
        await Books.Close.DrainAsync(1);
        Assert.That((await Books.Queries.PeriodsAsync(null, 1)).Single().DrainedAt, Is.Null);
    }
}
