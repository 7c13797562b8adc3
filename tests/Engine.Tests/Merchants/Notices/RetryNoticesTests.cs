using CarrierPay.Engine.Merchants.Notices;
using CarrierPay.Engine.Storage;

namespace CarrierPay.Engine.Tests.Merchants.Notices;

[TestFixture]
public sealed class RetryNoticesTests
{
    private NoticeStage _stage = null!;

    [SetUp]
    public async Task SetStage() => _stage = await NoticeStage.SetAsync();

    [TearDown]
    public async Task DisposeStage() => await _stage.DisposeAsync();

    [TestCase(500)]
    [TestCase(400)]
    [TestCase(302)]
    public async Task What_is_not_answered_with_2xx_is_sent_again_the_same_octets_under_the_same_id(int status)
    {
        var left = 3;
        _stage.Answer = (_, http) =>
        {
            http.Response.StatusCode = left-- > 0 ? status : 200;
            http.Response.Headers.Location = "/NEWS";
            return Task.CompletedTask;
        };
        await _stage.ChargeAsync("COFFEE", 2);
        var engine = await _stage.StartEngineAsync();
        await DeliverAsync(engine);

        Assert.That(_stage.Arrivals, Has.Count.EqualTo(4));
        Assert.That(_stage.Arrivals.Select(a => (a.Keyword, a.Id, a.Body)).Distinct().Count(), Is.EqualTo(1), "a redirect is not followed");
        Assert.That(await _stage.ScalarAsync<long>("select count(*) from notice_attempts where not delivered and status = @status", new { status = (short)status }), Is.EqualTo(3));
        Assert.That(engine.Scheduled.IsEmpty, Is.EqualTo(status < 500), "a merchant that is down gets its retries by a job of its own, soon");
    }

    [Test]
    public async Task While_a_merchant_is_down_its_new_notices_wait_for_the_schedule_and_the_job_stops_at_the_first()
    {
        var isDown = true;
        _stage.Answer = (_, http) =>
        {
            http.Response.StatusCode = isDown ? 503 : 204;
            return Task.CompletedTask;
        };
        var engine = await _stage.StartEngineAsync();
        var merchant = await _stage.MerchantAsync("COFFEE");
        await _stage.ChargeAsync("COFFEE", 1);
        await _stage.UntilAsync(arrivals: 1);
        await NoticeStage.UntilAsync(() => Task.FromResult(!engine.Scheduled.IsEmpty), "the merchant is held");
        for (var i = 0; i < 5; i++)
            await _stage.ChargeAsync("COFFEE", 1);
        await NoticeStage.UntilAsync(async () => await _stage.ScalarAsync<long>("select count(*) from notice_queue") == 0, "all is bundled");
        await NoticeStage.UntilAsync(async () => await _stage.ScalarAsync<long>("select count(*) from open_notices where state = 1") == 0, "and left to the schedule");
        Assert.That(_stage.Arrivals, Has.Count.EqualTo(1));

        await _stage.ScalarAsync<object?>("update open_notices set next_attempt_at = now()");
        await engine.Retries.RunAsync(merchant, CancellationToken.None);
        Assert.That(_stage.Arrivals, Has.Count.EqualTo(2));
        isDown = false;
        await _stage.ScalarAsync<object?>("update open_notices set next_attempt_at = now()");
        await engine.Retries.RunAsync(merchant, CancellationToken.None);
        await _stage.UntilDoneAsync();
        Assert.That(_stage.Arrivals.SelectMany(a => a.Payments).Select(p => p.GetProperty("paymentId").GetString()).Distinct().Count(), Is.EqualTo(6));
    }

    [Test]
    public async Task Every_merchant_with_something_due_gets_a_job_of_its_own()
    {
        _stage.Answer = (_, http) =>
        {
            http.Response.StatusCode = 400;
            return Task.CompletedTask;
        };
        var engine = await _stage.StartEngineAsync();
        await _stage.ChargeAsync("COFFEE", 1);
        await _stage.ChargeAsync("NEWS", 1);
        await NoticeStage.UntilAsync(async () => await _stage.ScalarAsync<long>("select count(*) from open_notices where state = 2") == 2, "both are put off");
        await NoticeStage.UntilAsync(
            async () =>
            {
                engine.Scheduled.Clear();
                await engine.Retries.FindDueAsync(CancellationToken.None);
                return engine.Scheduled.Count == 2;
            }, "both are due");
    }

    [Test]
    public async Task Gone_is_dead_and_a_replay_sends_it_again_under_the_same_id()
    {
        var isGone = true;
        _stage.Answer = (_, http) =>
        {
            http.Response.StatusCode = isGone ? 410 : 204;
            return Task.CompletedTask;
        };
        var engine = await _stage.StartEngineAsync();
        await _stage.ChargeAsync("COFFEE", 1);
        await NoticeStage.UntilAsync(async () => await _stage.ScalarAsync<long>("select count(*) from open_notices where state = 3") == 1, "it is dead");
        isGone = false;
        await engine.Retries.FindDueAsync(CancellationToken.None);
        Assert.That(engine.Scheduled, Is.Empty);

        var outcome = await ReplayAsync(await _stage.ScalarAsync<long>("select id from notices"));
        Assert.That(outcome, Is.EqualTo(ReplayNotice.Outcome.Replayed));
        await _stage.UntilDoneAsync();
        Assert.That(_stage.Arrivals.Select(a => (a.Id, a.Body)).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_stage.Arrivals, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_delivered_notice_can_be_replayed_once_a_form_by_whom_the_audit_trail_names()
    {
        await _stage.StartEngineAsync();
        await _stage.ChargeAsync("COFFEE", 1);
        await _stage.UntilAsync(arrivals: 1);
        await _stage.UntilDoneAsync();
        var id = await _stage.ScalarAsync<long>("select id from notices");
        var operation = Guid.NewGuid();
        Assert.That(await ReplayAsync(id, operation), Is.EqualTo(ReplayNotice.Outcome.Replayed));
        await _stage.UntilAsync(arrivals: 2);
        await _stage.UntilDoneAsync();
        Assert.That(await ReplayAsync(id, operation), Is.EqualTo(ReplayNotice.Outcome.Replayed), "the answer of the first click");
        Assert.That(await _stage.ScalarAsync<long>("select count(*) from open_notices"), Is.Zero);

        Assert.That(_stage.Arrivals.Select(a => a.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await _stage.ScalarAsync<string>("select who || ' ' || action || ' ' || object_id from audit"), Is.EqualTo($"mia notice replayed notice_{id}"));
        Assert.That(await _stage.ScalarAsync<long>("select count(*) from notice_attempts where delivered"), Is.EqualTo(2));
    }

    [Test]
    public async Task What_cannot_be_replayed_says_why()
    {
        await _stage.ChargeAsync("COFFEE", 1);
        var engine = await _stage.StartEngineAsync(o => o.Interval = TimeSpan.FromMinutes(1));
        await engine.Store.BundleAsync(engine.Id, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.That(await ReplayAsync(await _stage.ScalarAsync<long>("select id from notices")), Is.EqualTo(ReplayNotice.Outcome.OnItsWay));
        Assert.That(await ReplayAsync(4711), Is.EqualTo(ReplayNotice.Outcome.NotFound));
        Assert.That(await ReplayAsync(4711, reason: " "), Is.EqualTo(ReplayNotice.Outcome.ReasonMissing));
    }

    [Test]
    public async Task The_desk_sees_the_notice_its_body_and_its_attempts()
    {
        var left = 1;
        _stage.Answer = (_, http) =>
        {
            http.Response.StatusCode = left-- > 0 ? 500 : 204;
            return Task.CompletedTask;
        };
        var engine = await _stage.StartEngineAsync();
        await _stage.ChargeAsync("COFFEE", 2);
        await NoticeStage.UntilAsync(async () => await _stage.ScalarAsync<long>("select count(*) from open_notices where state = 2") == 1, "it is put off");
        await using var admin = Databases.Open(_stage.Database.OwnerConnectionString, DatabaseRole.Admin);
        var queries = new NoticeQueries(admin);
        var open = (await queries.ListOpenAsync(null, NoticeState.Retrying, null, 10)).Single();
        Assert.That((open.Keyword, open.Payments, open.State, open.Attempts), Is.EqualTo(("COFFEE", 2, (NoticeState?)NoticeState.Retrying, (int?)1)));
        await DeliverAsync(engine);

        Assert.That(await queries.ListOpenAsync(null, null, null, 10), Is.Empty);
        Assert.That((await queries.ListAsync(new(open.MerchantId), null, 10)).Single().State, Is.Null);
        var detail = (await queries.FindAsync(open.Id))!;
        Assert.That((detail.WebhookId, detail.Body), Is.EqualTo((_stage.Arrivals.First().Id, _stage.Arrivals.First().Body)));
        Assert.That(detail.Attempts.Select(a => (a.Status, a.Delivered, a.Problem)), Is.EqualTo(new[] { ((short?)500, false, (string?)"it answered 500"), ((short?)204, true, null) }));
        Assert.That(await queries.FindAsync(1), Is.Null);
    }

    private async Task DeliverAsync(NoticeEngine engine)
    {
        var merchant = await _stage.MerchantAsync("COFFEE");
        await NoticeStage.UntilAsync(
            async () =>
            {
                await engine.Retries.RunAsync(merchant, CancellationToken.None);
                return await _stage.ScalarAsync<long>("select (select count(*) from notice_queue) + (select count(*) from open_notices)") == 0;
            }, "it is delivered");
    }

    private async Task<ReplayNotice.Outcome> ReplayAsync(long id, Guid? operation = null, string reason = "the merchant lost it")
    {
        await using var admin = Databases.Open(_stage.Database.OwnerConnectionString, DatabaseRole.Admin);
        var replay = new ReplayNotice(admin, TimeProvider.System, Microsoft.Extensions.Options.Options.Create(new NoticesOptions()));
        return await replay.HandleAsync(new(id, "mia", reason, operation ?? Guid.NewGuid()));
    }
}
