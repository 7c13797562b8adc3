using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Settlement;
using CarrierPay.Engine.Tests.Settlement.Periods;
using AllTexts = CarrierPay.Engine.Messaging.Texts.Texts;

namespace CarrierPay.Engine.Tests.Payments;

/// <summary>A payment that real lanes made, read back as a desk reads it.</summary>
[TestFixture]
public sealed class PaymentQueriesTests
{
    private const string AddSubscriber = """
        insert into subscribers (lane, id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor, consent_head, recent)
        values (7, 7, 447000000007, 1, 1, 3, 2, 1, 978, 100000, decode(repeat('00', 32), 'hex'), decode(repeat('00', 200), 'hex'))
        """;

    private Books _books = null!;
    private PaymentQueries _queries = null!;

    [SetUp]
    public async Task PayTwice()
    {
        _books = await Books.OpenAsync();
        _queries = new(_books.Admin, AllTexts.LoadEmbedded());
        await _books.ExecuteAsync(AddSubscriber);
        for (var i = 0; i < 20; i++)
            await _books.MerchantAsync($"SHOP{i}");
        await using var engine = await LoadedEngine.StartAsync(_books.Database.OwnerConnectionString);
        await LoadedEngine.PayAsync(engine, engine, 7, 1);
        await LoadedEngine.PayAsync(engine, engine, 7, 2);
        _books.Time.SetUtcNow(TimeProvider.System.GetUtcNow()); // the engine's clock is the real one
        await _books.CloseAndCalculateAsync();
    }

    [TearDown]
    public async Task CloseBooks() => await _books.DisposeAsync();

    [Test]
    public async Task From_a_settled_line_to_the_messages_of_its_payment()
    {
        var batch = await _books.BatchAsync();
        var line = (await _books.DetailAsync(batch.Id)).Lines[0];
        var settled = (await _books.Queries.PaymentsAsync(batch.Id, line.Id, null, 10))!.Single();
        var timeline = (await _queries.FindAsync(settled.Lane, settled.PaymentId))!;

        Assert.That((timeline.Payment.AmountMinor, timeline.Payment.Outcome, timeline.Payment.Source), Is.EqualTo((line.GrossMinor, PaymentOutcome.Succeeded, FundingKind.Prepaid)));
        Assert.That((timeline.Payment.Reference, timeline.Payment.Keyword), Is.EqualTo((settled.Reference, line.Keyword)));
        Assert.That(timeline.Messages, Has.Count.EqualTo(2));
        Assert.That(timeline.Messages[0].Received, Does.StartWith("PAY SHOP"));
        Assert.That(timeline.Messages[0].Said, Does.Contain("****").And.Contain(timeline.Payment.Reference));
        Assert.That(timeline.Messages[1].Received, Does.StartWith("Y *"));
        Assert.That(timeline.Messages[1].Said, Does.Contain("PAID").And.Contain(timeline.Payment.Reference));
        var transfer = timeline.Transfers.Single();
        Assert.That((transfer.DebitAccount, transfer.CreditAccount, transfer.AmountMinor, transfer.SettlementBatchId), Is.EqualTo((ChartAccount.Prepaid, ChartAccount.MerchantPayable, line.GrossMinor, (long?)batch.Id)));
        Assert.That(timeline.Calls, Is.Empty);
        Assert.That(timeline.Audit, Is.Empty);
    }

    [Test]
    public async Task What_is_printed_shows_no_whole_number()
    {
        var batch = await _books.BatchAsync();
        var settled = (await _books.Queries.PaymentsAsync(batch.Id, (await _books.DetailAsync(batch.Id)).Lines[0].Id, null, 10))!.Single();
        var timeline = (await _queries.FindAsync(settled.Lane, settled.PaymentId))!;

        Assert.That(timeline.Payment.Msisdn?.Digits(), Is.EqualTo("447000000007"), "for those who may see it");
        Assert.That($"{settled} {timeline.Payment}", Does.Not.Contain("447000000007"));
    }

    [Test]
    public async Task A_payment_of_another_lane_is_not_found()
    {
        var batch = await _books.BatchAsync();
        var settled = (await _books.Queries.PaymentsAsync(batch.Id, (await _books.DetailAsync(batch.Id)).Lines[0].Id, null, 10))!.Single();

        Assert.That(await _queries.FindAsync((short)(settled.Lane + 1), settled.PaymentId), Is.Null);
        Assert.That(await _queries.FindAsync(settled.Lane, settled.PaymentId + 1_000_000), Is.Null);
    }
}
