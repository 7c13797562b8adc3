using System.Text.Json;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using CarrierPay.Simulator.Masp;
using Dapper;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>Merchants are told of what was charged, by real processes over real sockets.</summary>
[TestFixture, Parallelizable] // what takes its time is waiting for the schedule
public sealed class NoticeTests
{
    [Test]
    public async Task Each_payment_is_told_once_signed_and_with_its_amount()
    {
        await using var stage = await Stage.SetAsync(phones: 10);
        await stage.StartEngineAsync();
        await Task.WhenAll(stage.Phones.Select(p => new Buyer(stage, p).BuyAsync()));
        await DeliveredAsync(stage);

        var notices = Masp(stage).Notices;
        Assert.That(notices.Select(n => (n.Signature, n.Status, n.Repeat)).Distinct(), Is.EqualTo(new[] { (WebhookVerification.Verified, 204, false) }));
        var payments = notices.SelectMany(n => Payments(n.Body)).ToList();
        Assert.That(payments, Has.Count.EqualTo(10));
        Assert.That(payments.Select(p => p.Id), Is.Unique);
        Assert.That(payments.Select(p => p.Amount).Distinct(), Is.EqualTo(new[] { Stage.Price }));
    }

    [Test]
    public async Task A_merchant_that_failed_is_told_again_under_the_same_id_by_the_schedule()
    {
        await using var stage = await Stage.SetAsync(phones: 1);
        stage.Simulator.Merchants.Put("NEWS", new(NoticeMode: NoticeMode.Error));
        await stage.StartEngineAsync();
        await new Buyer(stage, stage.Phones[0]).BuyAsync();
        await Eventually.True(() => Masp(stage).Notices.Count >= 1, "the first attempt");
        stage.Simulator.Merchants.Put("NEWS", new(NoticeMode: NoticeMode.Answer));
        await DeliveredAsync(stage);

        var notices = Masp(stage).Notices;
        Assert.That((notices[0].Status, notices[^1].Status), Is.EqualTo((500, 204)));
        Assert.That(notices.Select(n => (n.WebhookId, n.Body)).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Killed_while_merchants_are_being_told_the_engine_loses_no_notice()
    {
        await using var stage = await Stage.SetAsync(phones: 5);
        stage.Simulator.Merchants.Put("NEWS", new(NoticeMode: NoticeMode.Silent));
        var engine = await stage.StartEngineAsync();
        await Task.WhenAll(stage.Phones.Select(p => new Buyer(stage, p).BuyAsync()));
        await Eventually.True(() => Masp(stage).Notices.Count >= 1, "a notice is on its way");
        await engine.KillAsync();
        stage.Simulator.Merchants.Put("NEWS", new(NoticeMode: NoticeMode.Answer));
        await stage.StartEngineAsync();
        await DeliveredAsync(stage);

        var taken = Masp(stage).Notices.Where(n => n.Status == 204).ToList();
        Assert.That(taken.Select(n => n.WebhookId), Is.Unique);
        Assert.That(taken.Select(n => n.WebhookId), Is.SupersetOf(Masp(stage).Notices.Where(n => n.Status == 0).Select(n => n.WebhookId)));
        var told = taken.SelectMany(n => Payments(n.Body)).Select(p => p.Id).ToList();
        Assert.That(told, Has.Count.EqualTo(5));
        Assert.That(told, Is.Unique);
        await stage.CheckBooksAsync(paymentsOfEach: 1);
    }

    private static Merchant Masp(Stage stage) => stage.Simulator.Merchants.TryGet("NEWS", out var merchant) ? merchant : throw new InvalidOperationException("NEWS is gone.");

    private static IEnumerable<(string Id, long Amount)> Payments(string body) => JsonDocument.Parse(body).RootElement.GetProperty("data").EnumerateArray()
        .Select(p => (p.GetProperty("paymentId").GetString()!, p.GetProperty("amount").GetInt64()));

    private static Task DeliveredAsync(Stage stage) => Eventually.True(
        async () =>
        {
            await using var connection = await stage.Database.Owner.OpenConnectionAsync();
            return await connection.ExecuteScalarAsync<bool>(
                "select not exists (select from notice_queue) and not exists (select from open_notices) and exists (select from notice_attempts where delivered)");
        },
        "every notice is delivered");
}
