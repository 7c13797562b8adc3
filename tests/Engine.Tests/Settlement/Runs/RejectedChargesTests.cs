using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Settlement.Runs;

namespace CarrierPay.Engine.Tests.Settlement.Runs;

/// <summary>Charges that the billing system rejected after they were paid, and perhaps settled: they stop no settlement and cost their merchant its share.</summary>
[TestFixture]
public sealed class RejectedChargesTests : BooksFixture
{
    private const ChartAccount Bill = ChartAccount.PhoneBillReceivable;


    private Task UndoAsync(int merchant, long minor) =>
        Books.TransferAsync(ChartAccount.MerchantPayable, merchant, Bill, 7, TransferKind.RejectedCharge, minor);

    [Test]
    public async Task A_charge_undone_in_its_own_period_has_a_line_of_its_own_and_the_batch_is_not_blocked()
    {
        var coffee = await Books.MerchantAsync("COFFEE", 7000);
        await Books.PayAsync(coffee, 1250, rail: Bill);
        await Books.PayAsync(coffee, 1000, rail: Bill);
        await UndoAsync(coffee, 1000);

        Assert.That(await Books.CloseAndCalculateAsync(), Is.EqualTo(CalculateSettlement.Outcome.Calculated));

        var detail = await Books.DetailAsync((await Books.BatchAsync()).Id);
        Assert.That(detail.Lines.Select(l => (l.Rail, l.Kind, l.Payments, l.GrossMinor, l.ShareMinor, l.OperatorMinor)), Is.EqualTo(new[]
        {
            (Bill, TransferKind.Payment, 2L, 2250L, 1575L, 675L),
            (Bill, TransferKind.RejectedCharge, 1L, -1000L, -700L, -300L),
        }));
        Assert.That((detail.Batch.PayableMinor, detail.Batch.GrossMinor, detail.Batch.LedgerMinor), Is.EqualTo((875L, 1250L, 1250L)));
    }

    [Test]
    public async Task One_that_was_settled_already_lowers_what_the_merchant_gets_from_the_open_period()
    {
        var coffee = await Books.MerchantAsync("COFFEE", 7000);
        await Books.PayAsync(coffee, 1250, rail: Bill);
        await Books.CloseAndCalculateAsync();
        var first = await Books.BatchAsync();
        await Books.Approve.HandleAsync(Books.Approval(first, "ben"));

        await Books.PayAsync(coffee, 3000);
        await UndoAsync(coffee, 1250);
        await Books.CloseAndCalculateAsync();
        var second = (await Books.Queries.ListAsync(null, 1)).Single();
        Assert.That((second.State, second.PayableMinor), Is.EqualTo((SettlementState.Calculated, 2100L - 875)));
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(second, "ben")), Is.EqualTo(ApproveSettlement.Outcome.Approved));

        Assert.That(await Books.BalanceAsync(ChartAccount.MerchantPayable, coffee), Is.Zero, "nothing is owed that was not settled");
        Assert.That(await Books.BalanceAsync(ChartAccount.MerchantPayout, coffee), Is.EqualTo(2100));
        Assert.That(await Books.BalanceAsync(ChartAccount.OperatorRevenue, 0), Is.EqualTo(900));
        Assert.That(await Books.BalanceAsync(Bill, 7), Is.Zero);
    }

    [Test]
    public async Task A_period_with_nothing_else_makes_the_merchant_owe_its_share()
    {
        var coffee = await Books.MerchantAsync("COFFEE", 7000);
        await UndoAsync(coffee, 1250);
        await Books.CloseAndCalculateAsync();
        var batch = await Books.BatchAsync();
        Assert.That((batch.State, batch.PayableMinor), Is.EqualTo((SettlementState.Calculated, -875L)));
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(batch, "ben")), Is.EqualTo(ApproveSettlement.Outcome.Approved));
        Assert.That(await Books.BalanceAsync(ChartAccount.MerchantPayout, coffee), Is.EqualTo(-875));
        Assert.That(await Books.BalanceAsync(ChartAccount.MerchantPayable, coffee), Is.Zero);
    }

    [Test]
    public async Task It_is_divided_by_the_rate_of_the_day_on_which_it_was_charged()
    {
        var coffee = await Books.MerchantWithoutContractAsync("COFFEE");
        await Books.ContractAsync(coffee, new(2026, 1, 1), new(2026, 11, 20), 7000);
        await Books.ContractAsync(coffee, new(2026, 11, 20), null, 5000);
        await UndoAsync(coffee, 1000);
        // The day is that of the partition; when it was paid is another column.
        await Books.ExecuteAsync("""
            insert into payments (lane, day, id, subscriber_id, number, merchant_id, source, outcome, amount_minor, currency, requested_at, ended_at)
            select lane, current_date, reference, 7, 1, debit_owner, 2, 1, amount_minor, currency, '2026-11-19 10:00Z', '2026-11-19 10:00Z' from transfers
            """);
        await Books.CloseAndCalculateAsync();

        var batch = await Books.BatchAsync();
        var line = (await Books.DetailAsync(batch.Id)).Lines.Single();
        Assert.That((line.ContractFrom, line.ShareMinor), Is.EqualTo((new DateOnly(2026, 1, 1), -700L)));
        var behind = (await Books.Queries.PaymentsAsync(batch.Id, line.Id, null, 10))!.Single();
        Assert.That((behind.AmountMinor, behind.SubscriberId), Is.EqualTo((-1000L, 7L)), "each cent of a line leads to its payments");
    }

    [Test]
    public async Task What_the_operator_bears_is_no_affair_of_the_merchant()
    {
        var coffee = await Books.MerchantAsync("COFFEE", 7000);
        await Books.PayAsync(coffee, 1250, rail: Bill);
        await Books.TransferAsync(ChartAccount.RejectedCharges, 0, Bill, 7, TransferKind.RejectedCharge, 1250);
        await Books.CloseAndCalculateAsync();
        Assert.That((await Books.BatchAsync()).PayableMinor, Is.EqualTo(875));
    }
}
