using System.Text.Json;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Merchants.Notices;

[TestFixture]
public sealed class SendNoticesTests
{
    private NoticeStage _stage = null!;

    [SetUp]
    public async Task SetStage() => _stage = await NoticeStage.SetAsync();

    [TearDown]
    public async Task DisposeStage() => await _stage.DisposeAsync();

    [Test]
    public async Task Payments_of_one_merchant_come_as_one_signed_notice_each_payment_once()
    {
        var expected = (await _stage.ChargeAsync("COFFEE", 3, lane: 3)).Concat(await _stage.ChargeAsync("COFFEE", 2, lane: 17)).ToList();
        await _stage.StartEngineAsync();
        await _stage.UntilDoneAsync();

        var notice = _stage.Arrivals.Single();
        Assert.That((notice.Keyword, notice.Signature), Is.EqualTo(("COFFEE", WebhookVerification.Verified)));
        Assert.That(notice.Payments.Select(p => p.GetProperty("paymentId").GetString()), Is.EquivalentTo(expected));
        Assert.That(JsonDocument.Parse(notice.Body).RootElement.GetProperty("type").GetString(), Is.EqualTo("payment.charged"));
    }

    [Test]
    public async Task A_payment_is_told_with_all_that_its_merchant_may_know()
    {
        var id = (await _stage.ChargeAsync("COFFEE", 1, source: FundingKind.PhoneBill)).Single();
        await _stage.StartEngineAsync();
        await _stage.UntilDoneAsync();

        var payment = _stage.Arrivals.Single().Payments.Single();
        Assert.That(payment.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "paymentId", "reference", "subscriber", "item", "quoteId", "amount", "currency", "source", "chargedAt" }));
        var subscriber = _stage.PublicIds.Read(id, 32)!.Value.Subscriber;
        Assert.That(
            new[] { "paymentId", "reference", "item", "quoteId", "currency", "source" }.Select(name => payment.GetProperty(name).GetString()),
            Is.EqualTo(new[] { id, PaymentReference.Of(subscriber, 1), "LATTE", "q_1", "EUR", "phone_bill" }));
        Assert.That(payment.GetProperty("amount").GetInt64(), Is.EqualTo(subscriber.Value));
        Assert.That(payment.GetProperty("subscriber").GetString(), Does.StartWith("sub_"));
    }

    [Test]
    public async Task More_payments_than_one_notice_may_hold_come_as_several()
    {
        var expected = await _stage.ChargeAsync("COFFEE", 25);
        await _stage.StartEngineAsync(o => o.PaymentsPerNotice = 10);
        await _stage.UntilDoneAsync();

        Assert.That(_stage.Arrivals.Select(a => a.Payments.Count()), Is.EqualTo(new[] { 10, 10, 5 }));
        Assert.That(_stage.Arrivals.SelectMany(a => a.Payments).Select(p => p.GetProperty("paymentId").GetString()), Is.EquivalentTo(expected));
    }

    [Test]
    public async Task Two_engines_tell_of_each_payment_once()
    {
        await _stage.StartEngineAsync();
        await _stage.StartEngineAsync();
        List<string> expected = [];
        for (short lane = 0; lane < 30; lane++)
            expected.AddRange(await _stage.ChargeAsync(lane % 2 == 0 ? "COFFEE" : "NEWS", 4, lane));
        await _stage.UntilDoneAsync();

        Assert.That(_stage.Arrivals.SelectMany(a => a.Payments).Select(p => p.GetProperty("paymentId").GetString()), Is.EquivalentTo(expected));
        Assert.That(_stage.Arrivals.Select(a => a.Id), Is.Unique);
    }

    [Test]
    public async Task A_silent_merchant_delays_nobody_else()
    {
        var release = new TaskCompletionSource();
        _stage.Answer = async (arrival, http) =>
        {
            if (arrival.Keyword == "COFFEE")
                await release.Task;
            http.Response.StatusCode = 204;
        };
        await _stage.StartEngineAsync();
        await _stage.ChargeAsync("COFFEE", 1);
        await _stage.UntilAsync(arrivals: 1);
        await _stage.ChargeAsync("NEWS", 1);
        await NoticeStage.UntilAsync(
            async () => await _stage.ScalarAsync<long>("select count(*) from notice_attempts where delivered") == 1, "the other merchant has its notice");
        Assert.That(_stage.Arrivals.Select(a => a.Keyword), Is.EqualTo(new[] { "COFFEE", "NEWS" }));
        release.SetResult();
        await _stage.UntilDoneAsync();
    }

    [Test]
    public async Task What_a_slow_merchant_lets_pile_up_waits_as_rows_and_is_delivered_later()
    {
        var release = new TaskCompletionSource();
        _stage.Answer = async (_, http) =>
        {
            await release.Task;
            http.Response.StatusCode = 204;
        };
        var engine = await _stage.StartEngineAsync(o => o.PaymentsPerNotice = 1);
        var expected = await _stage.ChargeAsync("COFFEE", 60);
        await NoticeStage.UntilAsync(async () => await _stage.ScalarAsync<long>("select count(*) from open_notices where state = 2 and owner = 0") > 0, "some are left to the schedule");
        release.SetResult();
        await _stage.ScalarAsync<object?>("update open_notices set next_attempt_at = now() where state = 2");
        var merchant = await _stage.MerchantAsync("COFFEE");
        await NoticeStage.UntilAsync(
            async () =>
            {
                await engine.Retries.RunAsync(merchant, CancellationToken.None);
                return await _stage.ScalarAsync<long>("select count(*) from open_notices") == 0;
            }, "all are delivered");
        Assert.That(_stage.Arrivals.SelectMany(a => a.Payments).Select(p => p.GetProperty("paymentId").GetString()), Is.EquivalentTo(expected));
    }

    [Test]
    public async Task What_a_dead_engine_held_is_sent_by_another_under_its_old_id()
    {
        await _stage.ChargeAsync("COFFEE", 2);
        var engine = await _stage.StartEngineAsync(o => o.Interval = TimeSpan.FromMinutes(1));
        var notice = (await engine.Store.BundleAsync(999_999, TimeProvider.System.GetUtcNow(), CancellationToken.None)).Made.Single();
        await _stage.StartEngineAsync();
        await _stage.UntilDoneAsync();

        Assert.That((_stage.Arrivals.Single().Id, _stage.Arrivals.Single().Body), Is.EqualTo((notice.WebhookId, notice.Body)));
    }

    [Test]
    public async Task A_notice_whose_attempt_could_not_be_noted_is_sent_again_under_its_id()
    {
        await _stage.ScalarAsync<object?>("alter table notice_attempts rename to away");
        await _stage.ChargeAsync("COFFEE", 1);
        await _stage.StartEngineAsync();
        await _stage.UntilAsync(arrivals: 2);
        await _stage.ScalarAsync<object?>("alter table away rename to notice_attempts");
        await _stage.UntilDoneAsync();

        Assert.That(_stage.Arrivals.Select(a => (a.Id, a.Body)).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_living_engines_notices_are_left_to_it()
    {
        await _stage.ChargeAsync("COFFEE", 1);
        var first = await _stage.StartEngineAsync(o => o.Interval = TimeSpan.FromMinutes(1));
        await first.Store.BundleAsync(first.Id, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        var second = await _stage.StartEngineAsync(o => o.Interval = TimeSpan.FromMinutes(1));
        Assert.That(await second.Store.TakeFreshAsync(second.Id, [], CancellationToken.None), Is.Empty);
        Assert.That(await first.Store.TakeFreshAsync(first.Id, [], CancellationToken.None), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Private_addresses_are_refused_when_the_notice_is_sent()
    {
        await using var stage = await NoticeStage.SetAsync(allowPrivate: false);
        foreach (var url in new[] { "http://127.0.0.1:1/x", "https://localhost:1/x" })
        {
            await stage.ScalarAsync<object?>("update merchants set notice_url = @url", new { url });
            await stage.ChargeAsync("COFFEE", 1);
        }
        await stage.StartEngineAsync();
        await NoticeStage.UntilAsync(async () => await stage.ScalarAsync<long>("select count(*) from notice_attempts") > 0, "it was tried");
        Assert.That(await stage.ScalarAsync<long>("select count(*) from notice_attempts where delivered"), Is.Zero);
        Assert.That(stage.Arrivals, Is.Empty);
    }
}
