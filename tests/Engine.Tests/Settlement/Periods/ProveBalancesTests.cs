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

    [Test]
    public async Task Transfers_of_nobody_are_an_alarm()
    {
        await _books.PayAsync(1, 300);
        Assert.That(await ProveAsync(), Is.EqualTo(new ProveBalances.Result(1, 1, 300)));
    }

    [Test]
    public async Task Empty_books_are_right() => Assert.That(await ProveAsync(), Is.EqualTo(new ProveBalances.Result(0, 0, 0)));

    private Task<ProveBalances.Result> ProveAsync() => new ProveBalances(_books.Engine, _books.Time, _metrics, NullLogger<ProveBalances>.Instance).HandleAsync();
}
