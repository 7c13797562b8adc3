using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Settlement.Runs;

namespace CarrierPay.Engine.Tests.Settlement.Runs;

[TestFixture]
public sealed class SettlementQueriesTests : BooksFixture
{
    [Test]
    public async Task The_pages_of_a_line_have_each_of_its_payments_once_and_sum_up_to_its_gross()
    {
        await Books.MerchantAsync("COFFEE");
        await Books.MerchantAsync("NEWS");
        await Books.PayManyAsync(500, merchants: 2);
        await Books.CloseAndCalculateAsync();
        var detail = await Books.DetailAsync((await Books.BatchAsync()).Id);

        foreach (var line in detail.Lines)
        {
            List<SettledPayment> all = [];
            IReadOnlyList<SettledPayment> page;
            while ((page = (await Books.Queries.PaymentsAsync(detail.Batch.Id, line.Id, all.Count == 0 ? null : all[^1].TransferId, 40))!).Count > 0)
                all.AddRange(page);
            Assert.That((all.Count, all.Sum(p => p.AmountMinor)), Is.EqualTo(((int)line.Payments, line.GrossMinor)));
            Assert.That(all.Select(p => p.PaymentId), Is.Unique);
        }
    }

    [Test]
    public async Task A_line_has_only_the_payments_of_its_rail_and_of_the_days_of_its_contract()
    {
        var merchant = await Books.MerchantWithoutContractAsync("COFFEE");
        await Books.ContractAsync(merchant, new(2026, 1, 1), null, 7000);
        await Books.ContractAsync(merchant, new(2026, 11, 23), null, 6000);
        await Books.PayAsync(merchant, 1, Books.Noon.AddDays(-1));
        await Books.PayAsync(merchant, 20);
        await Books.PayAsync(merchant, 300, rail: ChartAccount.PhoneBillReceivable);
        await Books.CloseAndCalculateAsync();
        await Books.PayAsync(merchant, 4000);
        var detail = await Books.DetailAsync((await Books.BatchAsync()).Id);

        foreach (var line in detail.Lines)
            Assert.That((await Books.Queries.PaymentsAsync(detail.Batch.Id, line.Id, null, 10))!.Select(p => p.AmountMinor), Is.EqualTo(new[] { line.GrossMinor }));
        Assert.That(detail.Lines, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_line_of_another_batch_is_not_found()
    {
        var merchant = await Books.MerchantAsync("COFFEE");
        await Books.PayAsync(merchant, 100);
        await Books.CloseAndCalculateAsync();
        var batch = await Books.BatchAsync();
        var line = (await Books.DetailAsync(batch.Id)).Lines.Single();

        Assert.That(await Books.Queries.PaymentsAsync(batch.Id + 1, line.Id, null, 10), Is.Null);
        Assert.That(await Books.Queries.PaymentsAsync(batch.Id, line.Id + 1, null, 10), Is.Null);
        Assert.That(await Books.Queries.FindAsync(batch.Id + 1), Is.Null);
    }

    [Test]
    public async Task Batches_and_periods_come_in_pages_newest_first()
    {
        var merchant = await Books.MerchantAsync("COFFEE");
        for (var i = 0; i < 5; i++)
        {
            await Books.PayAsync(merchant, 100);
            await Books.CloseAndCalculateAsync();
        }

        var first = await Books.Queries.ListAsync(null, 3);
        var second = await Books.Queries.ListAsync(first[^1].Id, 3);
        Assert.That(first.Concat(second).Select(b => b.Period), Is.EqualTo(new[] { 5, 4, 3, 2, 1 }));
        Assert.That(await Books.Queries.ListAsync(null, 3, SettlementState.Approved), Is.Empty);

        var periods = await Books.Queries.PeriodsAsync(null, 2);
        Assert.That(periods.Select(p => (p.Id, p.ClosedBy)), Is.EqualTo(new[] { (6, (string?)null), (5, "mia") }));
        Assert.That((await Books.Queries.PeriodsAsync(5, 1)).Single().CalculatedAt, Is.EqualTo(Books.Noon));
    }

    [TestCase(0)]
    [TestCase(501)]
    public async Task A_page_is_bounded(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Books.Queries.ListAsync(null, limit));
}
