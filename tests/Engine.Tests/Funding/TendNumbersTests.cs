using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Protocols.Iso8583.Links;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Engine.Tests.Subscribers;
using CarrierPay.TestSupport;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>An engine keeps numbers for its banks, of today.</summary>
[TestFixture]
internal sealed class TendNumbersTests
{
    private TestDatabase _database = null!;
    private ShiftableTime _time = null!;
    private BankClient _client = null!;
    private BankRail _rail = null!;
    private TendBanks _tend = null!;

    [SetUp]
    public async Task SetAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _time = new();
        _client = new(new() { Code = "DEMO", Host = "127.0.0.1", Port = 1, Dialect = { Profile = KnownProfiles.Settings("1987-A") } }, null, _time, NullLogger.Instance);
        _rail = PureRails.Of().Banks["DEMO"] with { Numbers = new() };
        _tend = new(new(new Dictionary<string, BankNode> { ["DEMO"] = new(_client, _rail) }), _database.Owner, _time, NullLogger<TendBanks>.Instance);
    }

    [TearDown]
    public async Task StrikeAsync()
    {
        await _tend.StopAsync(CancellationToken.None);
        _tend.Dispose();
        await _client.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task An_engine_that_used_none_of_yesterdays_numbers_fetches_todays_before_yesterdays_are_too_old()
    {
        _rail.Numbers.Add(DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime).AddDays(-1), Enumerable.Range(1, 1500));
        await _tend.StartAsync(CancellationToken.None);
        await Eventually.True(() => _rail.Numbers.FreshOn(_time.GetUtcNow()) == 1000, "today's are there");
        Assert.That(_rail.Numbers.Free, Is.EqualTo(2500), "and yesterday's still are");
    }

    [TestCase(365)]
    [TestCase(-365)]
    public async Task An_engine_whose_clock_is_wrong_takes_one_block_and_leaves_the_rest_to_the_others(int days)
    {
        _time.Shift = TimeSpan.FromDays(days);
        await _tend.StartAsync(CancellationToken.None);
        await Eventually.True(async () => await UsedAsync() == 1000, "it took a block");
        _client.ReversalsWaiting = -1;
        await Eventually.True(() => _client.ReversalsWaiting == 0, "it went on with its other work");
        Assert.That((await UsedAsync(), _rail.Numbers.Free), Is.EqualTo((1000, 0)));

        _time.Shift = TimeSpan.Zero;
        await Eventually.True(() => _rail.Numbers.FreshOn(_time.GetUtcNow()) == 1000, "the clock is right again");
    }

    private async Task<int> UsedAsync()
    {
        await using var connection = await _database.Owner.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>("select coalesce(sum(used), 0)::integer from bank_terminals");
    }
}
