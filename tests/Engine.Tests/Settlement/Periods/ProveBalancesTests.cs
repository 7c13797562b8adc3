using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Settlement.Periods;
using CarrierPay.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Engine.Tests.Settlement.Periods;

[TestFixture]
public sealed class ProveBalancesTests
{
    private const string AddSubscriber = """
        insert into subscribers (lane, id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor)
        values (7, 7, 447700900007, 1, 1, 2, 2, 1, 978, @balance)
        """;

    private TestDatabase _database = null!;
    private Books _books = null!;
    private LedgerMetrics _metrics = null!;

    [OneTimeSetUp]
    public async Task MakeDatabase() => _database = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task DropDatabase() => await _database.DisposeAsync();

    [SetUp]
    public async Task OpenBooks() => (_books, _metrics) = (await Books.OpenAsync(_database), new());

    [TearDown]
    public async Task CloseBooks()
    {
        _metrics.Dispose();
        await _books.DisposeAsync();
    }

    // Filled with 1,000 and paid 300, over two periods.
    [TestCase(700, 0, 0)]
    [TestCase(701, 1, 1)]
    [TestCase(0, 1, -700)]
    public async Task A_balance_is_the_sum_of_its_transfers_or_an_alarm(long balance, long wrong, long difference)
    {
        await _books.ExecuteAsync(AddSubscriber, new { balance });
        await _books.TransferAsync(ChartAccount.OperatorFloat, 7, ChartAccount.Prepaid, 7, TransferKind.OpeningBalance, 1000);
        await _books.CloseAsync();
        await _books.PayAsync(1, 300);

        Assert.That(await ProveAsync(), Is.EqualTo(new ProveBalances.Result(1, wrong, difference)));
        Assert.That(await _books.ScalarAsync<long>("select wrong_accounts from balance_proofs"), Is.EqualTo(wrong));
    }

    // 300 in October and 200 in November; later the 300 or the 80 of November were undone.
    [TestCase(300, 200)]
    [TestCase(80, 120)]
    public async Task A_charge_that_was_undone_lowers_the_bill_of_the_month_in_which_it_was_made(long undone, long bill)
    {
        await _books.ExecuteAsync(AddSubscriber, new { balance = 0L });
        await _books.ExecuteAsync("update subscribers set bill_limit_minor = 30000, bill_month = 24322, bill_minor = @bill", new { bill });
        await BillAsync(1, new(2026, 10, 31, 12, 0, 0, TimeSpan.Zero), 300);
        await BillAsync(2, new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero), 120);
        await BillAsync(3, new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero), 80);
        await _books.ExecuteAsync(
            """
            insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
            select 7, 1, 99, credit_account, debit_account, 40, 978, credit_owner, debit_owner, amount_minor, reference, '2026-12-05 12:00Z' from transfers where amount_minor = @undone
            """,
            new { undone });

        Assert.That(await ProveAsync(), Is.EqualTo(new ProveBalances.Result(2, 0, 0)));
    }

    // 300 in October, then 120 and 80 in November: the line's bill is November's.
    [TestCase(24322, 200, 0, 0)]
    [TestCase(24322, 500, 1, 300)]
    [TestCase(24321, 200, 1, 0)]
    [TestCase(null, null, 1, -200)]
    public async Task A_phone_bill_is_the_sum_of_its_month_or_an_alarm(int? month, long? bill, long wrong, long difference)
    {
        await _books.ExecuteAsync(AddSubscriber, new { balance = 0L });
        await _books.ExecuteAsync("update subscribers set bill_limit_minor = 30000, bill_month = @month, bill_minor = @bill", new { month, bill });
        await BillAsync(1, new(2026, 10, 31, 23, 59, 59, TimeSpan.Zero), 300);
        await BillAsync(2, new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), 120);
        await BillAsync(3, new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero), 80);

        Assert.That(await ProveAsync(), Is.EqualTo(new ProveBalances.Result(2, wrong, difference)));
    }

    [Test]
    public async Task A_line_whose_bill_was_never_charged_is_right()
    {
        await _books.ExecuteAsync(AddSubscriber, new { balance = 0L });
        await _books.ExecuteAsync("update subscribers set bill_limit_minor = 30000");

        Assert.That(await ProveAsync(), Is.EqualTo(new ProveBalances.Result(1, 0, 0)));
    }

    [Test]
    public async Task Transfers_of_nobody_are_an_alarm()
    {
        await _books.PayAsync(1, 300);
        Assert.That(await ProveAsync(), Is.EqualTo(new ProveBalances.Result(1, 1, 300)));
    }

    [Test]
    public async Task Empty_books_are_right() => Assert.That(await ProveAsync(), Is.EqualTo(new ProveBalances.Result(0, 0, 0)));

    private Task BillAsync(long id, DateTimeOffset at, long amount) => _books.ExecuteAsync(
        """
        insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
        values (7, 1, @id, 10, 3, 2, 978, 7, 1, @amount, @id, @at)
        """,
        new { id, at, amount });

    private Task<ProveBalances.Result> ProveAsync() => new ProveBalances(_books.Engine, _books.Time, _metrics, NullLogger<ProveBalances>.Instance).HandleAsync();
}
