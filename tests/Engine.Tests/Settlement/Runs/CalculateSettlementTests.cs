using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Settlement.Runs;
using CarrierPay.Engine.Storage;

namespace CarrierPay.Engine.Tests.Settlement.Runs;

[TestFixture]
public sealed class CalculateSettlementTests : BooksFixture
{
    [Test]
    public async Task Each_merchant_gets_a_line_for_each_rail_and_the_sums_are_the_ledgers()
    {
        var coffee = await Books.MerchantAsync("COFFEE", 7000);
        var news = await Books.MerchantAsync("NEWS", 6000);
        await Books.PayAsync(coffee, 1250);
        await Books.PayAsync(coffee, 1249);
        await Books.PayAsync(coffee, 500, rail: ChartAccount.PhoneBillReceivable);
        await Books.PayAsync(news, 199);

        Assert.That(await Books.CloseAndCalculateAsync("mia"), Is.EqualTo(CalculateSettlement.Outcome.Calculated));

        var detail = await Books.DetailAsync((await Books.BatchAsync()).Id);
        Assert.That(detail.Lines.Select(l => (l.Keyword, l.Rail, l.Payments, l.GrossMinor, l.ShareMinor, l.OperatorMinor, l.PayableMinor)), Is.EqualTo(new[]
        {
            ("COFFEE", ChartAccount.Prepaid, 2L, 2499L, 1749L, 750L, 1749L),
            ("COFFEE", ChartAccount.PhoneBillReceivable, 1L, 500L, 350L, 150L, 350L),
            ("NEWS", ChartAccount.Prepaid, 1L, 199L, 119L, 80L, 119L),
        }));
        var batch = detail.Batch;
        Assert.That((batch.State, batch.Version, batch.MadeBy, batch.Merchants), Is.EqualTo((SettlementState.Calculated, 1, "mia", 2)));
        Assert.That((batch.Payments, batch.GrossMinor, batch.PayableMinor, batch.OperatorMinor), Is.EqualTo((4L, 3198L, 2218L, 980L)));
        Assert.That((batch.LedgerPayments, batch.LedgerMinor), Is.EqualTo((batch.Payments, batch.GrossMinor)));
        Assert.That(batch.Currency.Code, Is.EqualTo("EUR"));
    }

    [TestCase("UGX", 0)]
    [TestCase("USD", 2)]
    [TestCase("KWD", 3)]
    public async Task Minor_units_are_divided_whatever_their_decimals(string currency, int decimals)
    {
        var merchant = await Books.MerchantAsync("COFFEE", 5000);
        await Books.PayAsync(merchant, 1995, currency: currency);
        await Books.CloseAndCalculateAsync();

        var batch = await Books.BatchAsync();
        Assert.That((batch.Currency.Exponent, batch.PayableMinor, batch.OperatorMinor), Is.EqualTo(((byte)decimals, 998L, 997L)));
    }

    [Test]
    public async Task Currencies_are_settled_apart()
    {
        var merchant = await Books.MerchantAsync("COFFEE", 5000);
        await Books.PayAsync(merchant, 100, currency: "EUR");
        await Books.PayAsync(merchant, 300, currency: "USD");
        await Books.CloseAndCalculateAsync();

        var batches = await Books.Queries.ListAsync(null, 10);
        Assert.That(batches.Select(b => (b.Currency.Code, b.PayableMinor)), Is.EquivalentTo(new[] { ("EUR", 50L), ("USD", 150L) }));
    }

    [Test]
    public async Task A_period_without_payments_has_no_batch_and_is_done()
    {
        await Books.MerchantAsync("COFFEE");

        Assert.That(await Books.CloseAndCalculateAsync(), Is.EqualTo(CalculateSettlement.Outcome.NothingToSettle));
        Assert.That(await Books.Calculate.HandleAsync(1), Is.EqualTo(CalculateSettlement.Outcome.AlreadyCalculated));
        Assert.That(await Books.Queries.ListAsync(null, 10), Is.Empty);
    }

    [Test]
    public async Task The_open_period_is_not_calculated_and_a_closed_one_not_before_it_is_drained()
    {
        Assert.That(await Books.Calculate.HandleAsync(1), Is.EqualTo(CalculateSettlement.Outcome.NotClosed));
        await Books.ExecuteAsync("select close_period(1, now(), 'mia', null)");
        Assert.That(await Books.Calculate.HandleAsync(1), Is.EqualTo(CalculateSettlement.Outcome.NotDrained));
        Assert.That(await Books.Calculate.HandleAsync(77), Is.EqualTo(CalculateSettlement.Outcome.NotClosed));
    }

    [Test]
    public async Task Calculated_by_eight_at_once_there_is_one_batch()
    {
        await Books.MerchantAsync("COFFEE");
        await Books.PayManyAsync(20_000, merchants: 1);
        var period = await Books.CloseAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Books.Calculate.HandleAsync(period)));

        Assert.That(outcomes.Count(o => o == CalculateSettlement.Outcome.Calculated), Is.EqualTo(1));
        Assert.That(outcomes.Count(o => o is CalculateSettlement.Outcome.AlreadyCalculated or CalculateSettlement.Outcome.BeingCalculated), Is.EqualTo(7));
        Assert.That((await Books.BatchAsync()).Payments, Is.EqualTo(20_000));
    }

    [Test]
    public async Task A_merchant_without_contract_blocks_the_batch_and_is_named()
    {
        var coffee = await Books.MerchantAsync("COFFEE");
        var stall = await Books.MerchantWithoutContractAsync("STALL");
        await Books.PayAsync(coffee, 1000);
        await Books.PayAsync(stall, 300);
        await Books.PayAsync(stall, 200);

        Assert.That(await Books.CloseAndCalculateAsync(), Is.EqualTo(CalculateSettlement.Outcome.Blocked));

        var detail = await Books.DetailAsync((await Books.BatchAsync()).Id);
        Assert.That(detail.Batch.State, Is.EqualTo(SettlementState.Blocked));
        Assert.That(detail.Problems, Is.EqualTo(new[] { new SettlementProblem(SettlementProblemKind.NoContract, stall, "STALL", 2, 500, new(2026, 11, 23)) }));
        Assert.That(detail.Lines.Single().GrossMinor, Is.EqualTo(1000), "the others are shown all the same");
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(detail.Batch, "ann")), Is.EqualTo(ApproveSettlement.Outcome.Blocked));
        Assert.That(await Books.BalanceAsync(ChartAccount.MerchantPayable, coffee), Is.EqualTo(1000));
    }

    [Test]
    public async Task A_contract_that_ends_inside_the_period_blocks_the_batch_for_the_days_after_it()
    {
        var merchant = await Books.MerchantWithoutContractAsync("COFFEE");
        await Books.ContractAsync(merchant, new(2026, 1, 1), new(2026, 11, 23), 7000);
        await Books.PayAsync(merchant, 1000, new(2026, 11, 22, 23, 59, 59, TimeSpan.Zero));
        await Books.PayAsync(merchant, 400, new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));

        Assert.That(await Books.CloseAndCalculateAsync(), Is.EqualTo(CalculateSettlement.Outcome.Blocked));

        var detail = await Books.DetailAsync((await Books.BatchAsync()).Id);
        Assert.That(detail.Problems, Is.EqualTo(new[] { new SettlementProblem(SettlementProblemKind.ContractEnded, merchant, "COFFEE", 1, 400, new(2026, 11, 23)) }));
        Assert.That(detail.Lines.Select(l => (l.GrossMinor, l.ContractUntil)), Is.EqualTo(new[] { (1000L, (DateOnly?)new DateOnly(2026, 11, 23)) }));
    }

    [Test]
    public async Task A_contract_that_ended_without_a_payment_after_it_blocks_nothing()
    {
        var merchant = await Books.MerchantWithoutContractAsync("COFFEE");
        await Books.ContractAsync(merchant, new(2026, 1, 1), new(2026, 11, 23), 7000);
        await Books.PayAsync(merchant, 1000, new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

        Assert.That(await Books.CloseAndCalculateAsync(), Is.EqualTo(CalculateSettlement.Outcome.Calculated));
    }

    [Test]
    public async Task Business_days_are_those_of_the_installation()
    {
        await using var books = await Books.OpenAsync(new InstallationOptions { TimeZone = "Asia/Shanghai" });
        var merchant = await books.MerchantWithoutContractAsync("COFFEE");
        await books.ContractAsync(merchant, new(2026, 1, 1), null, 7000);
        await books.ContractAsync(merchant, new(2026, 11, 23), null, 6000);
        await books.PayAsync(merchant, 1000, new(2026, 11, 22, 15, 59, 59, TimeSpan.Zero)); // 23:59:59 on the 22nd in Shanghai
        await books.PayAsync(merchant, 1000, new(2026, 11, 22, 16, 0, 0, TimeSpan.Zero)); // midnight: the 23rd
        await books.CloseAndCalculateAsync();

        var lines = (await books.DetailAsync((await books.BatchAsync()).Id)).Lines;
        Assert.That(lines.Select(l => (l.ContractFrom, l.PayableMinor)), Is.EqualTo(new[] { (new DateOnly(2026, 1, 1), 700L), (new DateOnly(2026, 11, 23), 600L) }));
    }

    [Test]
    public async Task Money_of_a_merchants_account_that_no_line_explains_blocks_the_batch()
    {
        var merchant = await Books.MerchantAsync("COFFEE");
        await Books.PayAsync(merchant, 1000);
        await Books.TransferAsync(ChartAccount.MerchantPayable, merchant, ChartAccount.Prepaid, 7, (TransferKind)99, 300);

        Assert.That(await Books.CloseAndCalculateAsync(), Is.EqualTo(CalculateSettlement.Outcome.Blocked));

        var detail = await Books.DetailAsync((await Books.BatchAsync()).Id);
        Assert.That((detail.Batch.GrossMinor, detail.Batch.LedgerPayments, detail.Batch.LedgerMinor), Is.EqualTo((1000L, 2L, 700L)));
        Assert.That(detail.Problems, Is.EqualTo(new[] { new SettlementProblem(SettlementProblemKind.DiffersFromLedger, null, null, 1, -300, null) }));
    }

    [Test]
    public async Task TheDatabase_itself_refuses_a_calculated_batch_that_differs_from_the_ledger() =>
        Assert.That(
            async () => await Books.ExecuteAsync("""
                insert into settlement_batches (period, currency, version, state, made_by, made_at, payments, gross_minor, share_minor, operator_minor, payable_minor, ledger_payments, ledger_minor)
                values (1, 978, 1, 1, 'mia', now(), 1, 100, 70, 30, 70, 2, 100)
                """),
            Throws.InstanceOf<Npgsql.PostgresException>().With.Property("ConstraintName").EqualTo("settlement_batches_ledger_check"));

    [Test]
    public async Task What_was_calculated_is_in_the_audit_trail_with_its_maker()
    {
        var merchant = await Books.MerchantAsync("COFFEE");
        await Books.PayAsync(merchant, 1000);
        await Books.CloseAndCalculateAsync("mia");

        var batch = await Books.BatchAsync();
        var entry = (await AuditTrail.ListAsync(Books.Admin, "settlement_batch", $"{batch.Id}", null, null, 10, default)).Single();
        Assert.That((entry.Who, entry.Action, entry.At), Is.EqualTo(("mia", "settlement calculated", Books.Noon)));
        Assert.That(entry.Details, Does.Contain("\"gross_minor\": 1000"));
        Assert.That((await AuditTrail.ListAsync(Books.Admin, "period", "1", null, null, 10, default)).Single().Action, Is.EqualTo("period closed"));
    }
}
