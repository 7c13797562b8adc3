using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Settlement.Periods;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Engine.Tests.Settlement.Files;

/// <summary>From the payment over file and rejection back to the subscriber, with real lanes.</summary>
[TestFixture]
public sealed class UndoRejectedChargesTests
{
    private const long Ida = 7;
    private const long Price = 1250;

    private TestDatabase _database = null!;
    private RatedBooks _books = null!;

    [SetUp]
    public async Task OpenBooks()
    {
        _database = await TestDatabase.CreateAsync();
        _books = await RatedBooks.OpenAsync(_database);
        await _books.Books.ExecuteAsync("""
            insert into subscribers (lane, id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor, bill_limit_minor)
            select id % 32, id, 254700000000 + id, 1, 1, 2, 6, 2, 978, 0, 5000 from generate_series(1, 40) as id;
            insert into numbers (msisdn, subscriber_id, lane, valid_from) select 254700000000 + id, id, id % 32, now() from generate_series(1, 40) as id;
            insert into merchants (id, keyword, name, status) overriding system value values (1, 'COFFEE', 'Star Coffee', 1);
            insert into contracts (merchant_id, valid_from, share_basis_points) values (1, '2020-01-01', 7000)
            """);
    }

    [TearDown]
    public async Task CloseBooks()
    {
        await _books.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Pays, closes the period and has the file delivered.</summary>
    private async Task<(string File, long Payment)> PayAsync(LaneStack stack)
    {
        await stack.TextAsync(Ida, "PAY COFFEE LATTE");
        await stack.TextAsync(Ida, $"Y {LaneStack.CodeOf(Ida, 1)}");
        await _books.Books.CloseAsync();
        await _books.LookAsync();
        return (_books.Files.Single(), await _books.Books.ScalarAsync<long>("select id from rated_events"));
    }

    private Task<long> UndoneAsync() => _books.Books.ScalarAsync<long>("select count(*) from transfers where kind = 40");

    private async Task CheckBooksAsync()
    {
        using var metrics = new LedgerMetrics();
        var proof = await new ProveBalances(_books.Books.Engine, _books.Books.Time, metrics, NullLogger<ProveBalances>.Instance).HandleAsync();
        Assert.That((proof.WrongAccounts, proof.DifferenceMinor), Is.EqualTo((0L, 0m)));
        Assert.That(await _books.Books.BalanceAsync(ChartAccount.PhoneBillReceivable, Ida), Is.Zero);
        Assert.That(await _books.Books.BalanceAsync(ChartAccount.MerchantPayable, 1), Is.Zero);
        Assert.That(await _books.Books.ScalarAsync<long>("select bill_minor from subscribers where id = 7"), Is.Zero);
    }

    [Test]
    public async Task A_rejected_charge_is_undone_and_the_subscriber_is_told_once_however_often_the_rejection_comes()
    {
        await using var stack = await LaneStack.StartAsync(_database);
        _books.Post = stack.Door.PostAsync;
        var (file, payment) = await PayAsync(stack);
        for (var i = 0; i < 2; i++)
        {
            _books.Answer(file, "rej", $"R,{payment},NOLINE\nT,1\n");
            _books.Answer(file, "ack", "A,1,0\n");
            await _books.LookAsync();
        }

        Assert.That(await UndoneAsync(), Is.EqualTo(1));
        var told = await _books.Books.QueryAsync<(long PaymentId, string Parameters)>(
            "select payment_id, parameters from messages where template = @template", new { template = (short)TextTemplate.TakenOffBill });
        Assert.That(told.Single().PaymentId, Is.EqualTo(payment));
        Assert.That(told.Single().Parameters, Does.Contain("EUR 12.50").And.Contain("Star Coffee"));
        Assert.That(await _books.Books.ScalarAsync<long>("select day_spent_minor from subscribers where id = 7"), Is.Zero);
        await CheckBooksAsync();
    }

    [Test]
    public async Task Brought_by_two_processes_at_once_it_is_undone_once()
    {
        await using var one = await LaneStack.StartAsync(_database);
        await using var other = await LaneStack.StartAsync(_database);
        var (file, payment) = await PayAsync(one);
        _books.Answer(file, "rej", $"R,{payment},NOLINE\nT,1\n");
        await _books.LookAsync(); // taken in, not brought to a lane

        var fates = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? one : other).PostAsync(Ida, new ChargeRejected(new(payment)))));
        Assert.That(fates, Is.All.EqualTo(EventFate.Decided));
        Assert.That(await UndoneAsync(), Is.EqualTo(1));
        await CheckBooksAsync();
    }

    [Test]
    public async Task What_no_lane_took_comes_again_with_the_next_look()
    {
        await using var stack = await LaneStack.StartAsync(_database);
        var (file, payment) = await PayAsync(stack);
        _books.Answer(file, "rej", $"R,{payment},NOLINE\nT,1\n");
        await _books.LookAsync();
        Assert.That(await UndoneAsync(), Is.Zero);
        _books.Post = stack.Door.PostAsync;
        await _books.LookAsync();
        Assert.That(await UndoneAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task One_that_always_fails_is_parked_once_and_a_person_has_it_tried_again()
    {
        var fails = true;
        await using var stack = await LaneStack.StartAsync(_database, (SubscriberState subscriber, SubscriberEvent subscriberEvent, in Given given, Changes changes) =>
        {
            if (fails && subscriberEvent is ChargeRejected)
                throw new InvalidOperationException("always");
            Decisions.Decide(subscriber, subscriberEvent, given, changes);
        });
        _books.Post = stack.Door.PostAsync;
        var (file, payment) = await PayAsync(stack);
        _books.Answer(file, "rej", $"R,{payment},NOLINE\nT,1\n");
        await _books.LookAsync();
        await _books.LookAsync();
        var parked = (await ParkedEventQueries.ListAsync(_books.Books.Engine)).Single();
        Assert.That(parked.Kind, Is.EqualTo(nameof(ChargeRejected)));
        Assert.That(_books.Alarms.Lines, Has.One.Contains("waits among the parked events"));

        fails = false;
        await ParkedEventQueries.AskRetryAsync(_books.Books.Engine, parked.Id);
        await Eventually.True(async () => await UndoneAsync() == 1, "it is undone");
        await CheckBooksAsync();
    }

    [Test]
    public async Task A_bill_that_was_taken_away_meanwhile_is_lower_all_the_same()
    {
        await using var stack = await LaneStack.StartAsync(_database);
        _books.Post = stack.Door.PostAsync;
        var (file, payment) = await PayAsync(stack);
        await _books.Books.ExecuteAsync("update subscribers set sources = 2, default_source = 1, bill_limit_minor = null where id = 7");
        _books.Answer(file, "rej", $"R,{payment},NOLINE\nT,1\n");
        await _books.LookAsync();
        await CheckBooksAsync();
    }
}
