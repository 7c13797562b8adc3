using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Settlement.Runs;
using CarrierPay.TestSupport;

namespace CarrierPay.Engine.Tests.Settlement.Runs;

[TestFixture]
public sealed class SettlementQueriesTests
{
    private TestDatabase _database = null!;
    private Books _books = null!;

    [OneTimeSetUp]
    public async Task MakeDatabase() => _database = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task DropDatabase() => await _database.DisposeAsync();

    [SetUp]
    public async Task OpenBooks() => _books = await Books.OpenAsync(_database);

    [TearDown]
    public async Task CloseBooks() => await _books.DisposeAsync();

    [Test]
    public async Task The_pages_of_a_line_have_each_of_its_payments_once_and_sum_up_to_its_gross()
    {
        await _books.MerchantAsync("COFFEE");
        await _books.MerchantAsync("NEWS");
        await _books.PayManyAsync(500, merchants: 2);
        await _books.CloseAndCalculateAsync();
        var detail = await _books.DetailAsync((await _books.BatchAsync()).Id);

        foreach (var line in detail.Lines)
        {
            List<SettledPayment> all = [];
            IReadOnlyList<SettledPayment> page;
            while ((page = (await _books.Queries.PaymentsAsync(detail.Batch.Id, line.Id, all.Count == 0 ? null : all[^1].TransferId, 40))!).Count > 0)
                all.AddRange(page);
            Assert.That((all.Count, all.Sum(p => p.AmountMinor)), Is.EqualTo(((int)line.Payments, line.GrossMinor)));
            Assert.That(all.Select(p => p.PaymentId), Is.Unique);
        }
    }

    [Test]
    public async Task A_line_has_only_the_payments_of_its_rail_and_of_the_days_of_its_contract()
    {
        var merchant = await _books.MerchantWithoutContractAsync("COFFEE");
        await _books.ContractAsync(merchant, new(2026, 1, 1), null, 7000);
        await _books.ContractAsync(merchant, new(2026, 11, 23), null, 6000);
        await _books.PayAsync(merchant, 1, Books.Noon.AddDays(-1));
        await _books.PayAsync(merchant, 20);
        await _books.PayAsync(merchant, 300, rail: ChartAccount.PhoneBillReceivable);
        await _books.CloseAndCalculateAsync();
        await _books.PayAsync(merchant, 4000);
        var detail = await _books.DetailAsync((await _books.BatchAsync()).Id);

        foreach (var line in detail.Lines)
            Assert.That((await _books.Queries.PaymentsAsync(detail.Batch.Id, line.Id, null, 10))!.Select(p => p.AmountMinor), Is.EqualTo(new[] { line.GrossMinor }));
        Assert.That(detail.Lines, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_line_of_another_batch_is_not_found()
    {
        var merchant = await _books.MerchantAsync("COFFEE");
        await _books.PayAsync(merchant, 100);
        await _books.CloseAndCalculateAsync();
        var batch = await _books.BatchAsync();
        var line = (await _books.DetailAsync(batch.Id)).Lines.Single();

        Assert.That(await _books.Queries.PaymentsAsync(batch.Id + 1, line.Id, null, 10), Is.Null);
        Assert.That(await _books.Queries.PaymentsAsync(batch.Id, line.Id + 1, null, 10), Is.Null);
        Assert.That(await _books.Queries.FindAsync(batch.Id + 1), Is.Null);
    }

    [Test]
    public async Task Batches_and_periods_come_in_pages_newest_first()
    {
        var merchant = await _books.MerchantAsync("COFFEE");
        for (var i = 0; i < 5; i++)
        {
            await _books.PayAsync(merchant, 100);
            await _books.CloseAndCalculateAsync();
        }

        var first = await _books.Queries.ListAsync(null, 3);
        var second = await _books.Queries.ListAsync(first[^1].Id, 3);
        Assert.That(first.Concat(second).Select(b => b.Period), Is.EqualTo(new[] { 5, 4, 3, 2, 1 }));
        Assert.That(await _books.Queries.ListAsync(null, 3, SettlementState.Approved), Is.Empty);

        var periods = await _books.Queries.PeriodsAsync(null, 2);
        Assert.That(periods.Select(p => (p.Id, p.ClosedBy)), Is.EqualTo(new[] { (6, (string?)null), (5, "mia") }));
        Assert.That((await _books.Queries.PeriodsAsync(5, 1)).Single().CalculatedAt, Is.EqualTo(Books.Noon));
    }

    [TestCase(0)]
    [TestCase(501)]
    public async Task A_page_is_bounded(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _books.Queries.ListAsync(null, limit));
}
