using CarrierPay.Engine.Funding.Bank;
using CarrierPay.TestSupport;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>The numbers of banks, and the numbers that banks know our messages by, as the database gives them.</summary>
[TestFixture]
internal sealed class BankNumbersTests
{
    private const int Block = 10_000;

    private TestDatabase _database = null!;
    private NpgsqlConnection _connection = null!;

    [SetUp]
    public async Task SetAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _connection = await _database.Owner.OpenConnectionAsync();
    }

    [TearDown]
    public async Task StrikeAsync()
    {
        await _connection.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Reading_the_numbers_of_banks_uses_none_up()
    {
        for (var start = 0; start < 3; start++)
            Assert.That((await BankNumbers.ReadAsync(_connection, ["DEMO"])).ByCode["DEMO"], Is.EqualTo(1));
        var numbers = await BankNumbers.ReadAsync(_connection, ["DEMO", "OTHER"]);
        Assert.That((numbers.ByCode["DEMO"], numbers.ByCode["OTHER"]), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Blocks_follow_one_another_and_come_round_after_the_last_number()
    {
        Assert.That((await TakeAsync(count: 3))!.Stans, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That((await TakeAsync(count: 2))!.Stans, Is.EqualTo(new[] { 4, 5 }));
        await _connection.ExecuteAsync("update bank_terminals set last = 999998");
        Assert.That((await TakeAsync(count: 3))!.Stans, Is.EqualTo(new[] { 999_999, 1, 2 }));
    }

    [Test]
    public async Task The_day_of_a_block_is_the_databases()
    {
        var before = await TodayAsync();
        var block = await TakeAsync();
        Assert.That(block!.Day, Is.InRange(before, await TodayAsync()));
        Assert.That(await _connection.ExecuteScalarAsync<bool>("select day = date '0001-01-01' + @number from bank_terminals", new { number = block.Day.DayNumber }), Is.True);
    }

    [Test]
    public async Task What_is_used_on_one_day_never_meets_what_is_used_on_the_next()
    {
        var given = new HashSet<int>();
        // The day before, its numbers kept for after midnight by quiet engines; then a day.
        for (var day = 0; day < 2; day++)
        {
            var ofDay = 0;
            while (await TakeAsync() is { } block)
            {
                ofDay += block.Stans.Count;
                Assert.That(block.Stans.All(given.Add), Is.True, "no number comes twice within two days");
            }
            Assert.That(ofDay, Is.EqualTo(TraceBlocks.MostPerDay));
            await _connection.ExecuteAsync("update bank_terminals set day = day - 1");
        }
    }

    [TestCase(1, false, TestName = "A_day_that_began_while_somebody_waited_for_the_row_stays_begun")]
    [TestCase(2, true, TestName = "A_day_far_ahead_from_a_clock_that_was_wrong_does_not_keep_the_bank_closed")]
    [TestCase(365, true, TestName = "Not_even_one_a_year_ahead")]
    public async Task Days_ahead(int days, bool begins)
    {
        await TakeAsync();
        await _connection.ExecuteAsync("update bank_terminals set day = day + @days, used = @used", new { days, used = TraceBlocks.MostPerDay });
        Assert.That(await TakeAsync() is not null, Is.EqualTo(begins));
    }

    [Test]
    public async Task Each_terminal_has_numbers_of_its_own()
    {
        await TakeAsync(terminal: "CPAY0001");
        Assert.That((await TakeAsync(terminal: "CPAY0002"))!.Stans[0], Is.EqualTo(1));
    }

    private Task<TraceBlock?> TakeAsync(int count = Block, string terminal = "CPAY0001") => TraceBlocks.TakeAsync(_connection, "DEMO", terminal, count);

    private async Task<DateOnly> TodayAsync() =>
        DateOnly.FromDayNumber(await _connection.ExecuteScalarAsync<int>("select (clock_timestamp() at time zone 'UTC')::date - date '0001-01-01'"));
}
