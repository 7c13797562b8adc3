using System.Collections.Concurrent;
using CarrierPay.Engine.Settlement.Runs;
using CarrierPay.Engine.Storage;

namespace CarrierPay.Engine.Tests.Settlement.Periods;

/// <summary>Two engines pay as fast as they can while periods close under them.</summary>
[TestFixture]
public sealed class ClosingUnderLoadTests
{
    private const int Subscribers = 256;
    private const int Closings = 5;
    private const int PaymentsBetweenClosings = 500;

    private const string AddSubscribers = """
        with made as (
          insert into subscribers (lane, id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor, consent_head, recent)
          select i % 32, i, 447000000000 + i, 1, 1, 3, 2, 1, 978, 1000000000, decode(repeat('00', 32), 'hex'), decode(repeat('00', 200), 'hex') from generate_series(1, @Subscribers) i
          returning lane, id, balance_minor)
        insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
        select lane, 1, id, 1, 2, 1, 978, 0, id, balance_minor, 0, now() from made
        """;

    private const string SumOf = "select count(*)::bigint as payments, coalesce(sum(amount_minor), 0)::bigint as minor from transfers where period = @period and kind = 2";

    private readonly ConcurrentDictionary<long, int> _paid = new();
    private Books _books = null!;
    private LoadedEngine[] _engines = null!;

    private long Paid => _paid.Values.Sum(n => (long)n);

    [SetUp]
    public async Task StartEngines()
    {
        _paid.Clear();
        _books = await Books.OpenAsync();
        await _books.ExecuteAsync(AddSubscribers, new { Subscribers });
        for (var i = 0; i < LoadedEngine.Merchants; i++)
            await _books.MerchantAsync($"SHOP{i}");
        await _books.ExecuteAsync("select make_period_partitions(1, 20)");
        _engines = [await LoadedEngine.StartAsync(_books.Database.OwnerConnectionString), await LoadedEngine.StartAsync(_books.Database.OwnerConnectionString)];
    }

    [TearDown]
    public async Task StopEngines()
    {
        foreach (var engine in _engines)
            await engine.DisposeAsync();
        await _books.DisposeAsync();
    }

    [Test]
    public async Task Every_transfer_is_in_exactly_one_period_and_a_closed_one_never_changes()
    {
        using var stop = new CancellationTokenSource();
        var paying = PayUntilAsync(stop.Token);
        List<(int Period, long Payments, long Minor)> drained = [];
        for (var i = 0; i < Closings; i++)
        {
            var enough = Paid + PaymentsBetweenClosings;
            await Eventually.True(() => Paid >= enough || paying.IsCompleted, "payments go on");
            var period = await _books.CloseAsync();
            drained.Add((period, await CountAsync(period), await SumAsync(period)));
        }
        await stop.CancelAsync();
        await paying;

        foreach (var (period, payments, minor) in drained)
        {
            Assert.That(payments, Is.GreaterThan(0));
            Assert.That((await CountAsync(period), await SumAsync(period)), Is.EqualTo((payments, minor)), $"period {period} changed after it was drained");
            Assert.That(await _books.Calculate.HandleAsync(period), Is.EqualTo(CalculateSettlement.Outcome.Calculated));
        }
        var last = await _books.CloseAsync();
        await _books.Calculate.HandleAsync(last);
        var batches = await _books.Queries.ListAsync(null, 100);
        Assert.That(batches.Sum(b => b.Payments), Is.EqualTo(Paid), "each payment is in one settlement");
        Assert.That(await _books.ScalarAsync<long>("select count(distinct reference) from transfers where kind = 2"), Is.EqualTo(Paid));
        Assert.That(batches.Sum(b => b.GrossMinor), Is.EqualTo(await _books.ScalarAsync<long>("select sum(1000000000 - balance_minor)::bigint from subscribers")));
    }

    [Test]
    public async Task While_a_closer_waits_for_a_straggler_every_lane_goes_on_in_the_next_period()
    {
        await using var straggler = await _books.Engine.OpenConnectionAsync();
        await using var writing = await straggler.BeginTransactionAsync();
        Assert.That(await PeriodLock.TryTakeAsync(straggler, writing, default), Is.EqualTo(1));
        var closing = _books.CloseAsync();
        await Eventually.True(async () => await _books.ScalarAsync<int>("select id from open_period") == 2, "the next period is open");

        // A subscriber in each lane, at each engine.
        foreach (var engine in _engines)
            await Task.WhenAll(Enumerable.Range(1, LoadedEngine.Lanes).Select(subscriber => PayOnceAsync(subscriber, engine, engine)));
        Assert.That(closing.IsCompleted, Is.False, "the closer still waits");
        Assert.That(await CountAsync(2), Is.EqualTo(2 * LoadedEngine.Lanes));
        Assert.That(await CountAsync(1), Is.Zero);
        await writing.RollbackAsync();

        Assert.That(await closing, Is.EqualTo(1));
    }

    private Task PayUntilAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(1, Subscribers).Select(async subscriber =>
    {
        await Task.Yield();
        // Asked for at one engine and confirmed at the other: their lanes meet on the same rows.
        for (var i = subscriber; !stop.IsCancellationRequested; i++)
            await PayOnceAsync(subscriber, _engines[i % 2], _engines[(i + 1) % 2]);
    }));

    private async Task PayOnceAsync(int subscriber, LoadedEngine askedAt, LoadedEngine confirmedAt)
    {
        await LoadedEngine.PayAsync(askedAt, confirmedAt, subscriber, _paid.GetValueOrDefault(subscriber) + 1);
        _paid.AddOrUpdate(subscriber, 1, (_, n) => n + 1);
    }

    private Task<long> CountAsync(int period) => _books.ScalarAsync<long>(SumOf, new { period });

    private async Task<long> SumAsync(int period) => (await _books.QueryAsync<(long Payments, long Minor)>(SumOf, new { period })).Single().Minor;
}
