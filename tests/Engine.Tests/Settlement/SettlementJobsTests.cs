using CarrierPay.Engine.Settlement;
using CarrierPay.Engine.Settlement.Periods;
using CarrierPay.Engine.Settlement.Runs;
using CarrierPay.Engine.Storage;
using Hangfire;
using Hangfire.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Tests.Settlement;

/// <summary>The jobs with a real Hangfire on the fixture's database, wired as the engine wires them.</summary>
[TestFixture]
public sealed class SettlementJobsTests
{
    private Books _books = null!;
    private int _coffee;

    [SetUp]
    public async Task OpenBooks()
    {
        _books = await Books.OpenAsync();
        // Before the cut-off of the day after the migration opened the first period.
        _books.Time.SetUtcNow(await _books.ScalarAsync<DateTime>("select date_trunc('day', opened_at at time zone 'UTC') + interval '1 day' - interval '1 second' from periods where id = 1"));
        _coffee = await _books.MerchantAsync("COFFEE");
        await _books.PayAsync(_coffee, 1000);
    }

    [TearDown]
    public async Task CloseBooks() => await _books.DisposeAsync();

    [Test]
    public async Task A_person_asks_and_a_job_of_the_engine_closes_and_calculates()
    {
        using var engine = await StartAsync();
        using var desk = Desk();

        var asked = await desk.GetRequiredService<AskForClosing>().HandleAsync("mia", 1, Guid.NewGuid());

        Assert.That(asked, Is.EqualTo(new AskForClosing.Result(AskForClosing.Outcome.Asked, 1)));
        await Eventually.True(async () => (await _books.Queries.ListAsync(null, 10)).Count == 1, "the batch is there");
        Assert.That((await _books.BatchAsync()).MadeBy, Is.EqualTo("mia"));
        await engine.StopAsync();
    }

    [Test]
    public async Task The_same_operation_id_is_the_same_request_and_another_persons_is_refused()
    {
        using var desk = Desk();
        var ask = desk.GetRequiredService<AskForClosing>();
        var operation = Guid.NewGuid();
        await ask.HandleAsync("mia", 1, operation);

        Assert.That(await ask.HandleAsync("mia", 1, operation), Is.EqualTo(new AskForClosing.Result(AskForClosing.Outcome.AlreadyAsked, 1)));
        await Assert.ThrowsAsync<OperationIdTakenException>(() => ask.HandleAsync("ann", 1, operation));
        Assert.That(await _books.ScalarAsync<long>("select count(*) from closing_requests"), Is.EqualTo(1));
        Assert.That(await _books.ScalarAsync<long>("select count(*) from audit where action = 'closing asked for'"), Is.EqualTo(1));
    }

    [Test]
    public async Task No_other_period_is_closed_in_the_place_of_the_one_that_was_shown()
    {
        using var desk = Desk();
        await _books.ExecuteAsync("update open_period set id = 2");

        Assert.That(await desk.GetRequiredService<AskForClosing>().HandleAsync("mia", 1, Guid.NewGuid()), Is.EqualTo(new AskForClosing.Result(AskForClosing.Outcome.PeriodClosed, 1)));
        Assert.That(await _books.ScalarAsync<long>("select count(*) from closing_requests"), Is.Zero);
    }

    [Test]
    public async Task A_request_whose_own_job_was_lost_is_served_by_the_next_minutes_job()
    {
        await _books.ExecuteAsync("insert into closing_requests values (gen_random_uuid(), 1, 'mia', now())");
        using var engine = Build();

        await JobsOf(engine).RunDueAsync(default);

        Assert.That((await _books.BatchAsync()).MadeBy, Is.EqualTo("mia"));
    }

    [Test]
    public async Task A_period_whose_closer_died_before_it_was_drained_or_calculated_is_taken_up()
    {
        await _books.ExecuteAsync("select close_period(1, now(), 'mia', null)");
        using var engine = Build();

        await JobsOf(engine).RunDueAsync(default);

        Assert.That((await _books.BatchAsync()).State, Is.EqualTo(SettlementState.Calculated));
    }

    [Test]
    public async Task Nothing_is_closed_before_its_cut_off_and_one_that_was_missed_is_made_up_for_once()
    {
        using var engine = Build();
        await JobsOf(engine).RunDueAsync(default);
        Assert.That(await _books.ScalarAsync<int>("select id from open_period"), Is.EqualTo(1));

        _books.Time.Advance(TimeSpan.FromSeconds(1) + TimeSpan.FromHours(60)); // two midnights went by while no engine ran
        await JobsOf(engine).RunDueAsync(default);
        await JobsOf(engine).RunDueAsync(default);

        Assert.That(await _books.ScalarAsync<int>("select id from open_period"), Is.EqualTo(2));
        Assert.That((await _books.BatchAsync()).MadeBy, Is.EqualTo(AuditTrail.Schedule));
    }

    [Test]
    public async Task Run_by_six_at_once_there_is_one_closing_and_one_batch()
    {
        _books.Time.Advance(TimeSpan.FromDays(1));
        await _books.PayManyAsync(5_000, merchants: 1);
        using var engine = Build();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => JobsOf(engine).RunDueAsync(default)));

        Assert.That(await _books.ScalarAsync<int>("select id from open_period"), Is.EqualTo(2));
        Assert.That((await _books.BatchAsync()).Payments, Is.EqualTo(5_001));
    }

    [Test]
    public async Task Two_engines_enter_one_timetable_in_the_installations_zone()
    {
        using var first = await StartAsync();
        using var second = await StartAsync();
        using var connection = first.Services.GetRequiredService<JobStorage>().GetConnection();

        await Eventually.True(() => connection.GetRecurringJobs().Count == 2, "the timetable is entered");
        Assert.That(connection.GetRecurringJobs().Select(j => (j.Id, j.Cron, j.TimeZoneId)), Is.EquivalentTo(new[] { ("settlement", "* * * * *", "UTC"), ("balance-proof", "30 3 * * *", "UTC") }));
        await first.StopAsync();
        await second.StopAsync();
    }

    [Test]
    public async Task The_jobs_roles_own_none_of_Hangfires_tables()
    {
        await using var command = _books.Engine.CreateCommand("drop table hangfire.job");
        Assert.That(async () => await command.ExecuteNonQueryAsync(), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    private static SettlementJobs JobsOf(IHost engine) => engine.Services.GetRequiredService<SettlementJobs>();

    private async Task<IHost> StartAsync()
    {
        var host = Build();
        await host.StartAsync();
        return host;
    }

    private IHost Build()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        Configure(builder.Configuration);
        builder.Services.AddSingleton<TimeProvider>(_books.Time);
        builder.Services.AddStorage().AddJobs(DatabaseRole.Engine).AddJobServer().AddSettlementJobs();
        return builder.Build();
    }

    private ServiceProvider Desk()
    {
        var configuration = new ConfigurationManager();
        Configure(configuration);
        return new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton<TimeProvider>(_books.Time).AddStorage()
            .AddSingleton(_books.Admin).AddJobs(DatabaseRole.Admin).AddSettlementDesk().BuildServiceProvider();
    }

    private void Configure(ConfigurationManager configuration) =>
        configuration.AddInMemoryCollection([new("CarrierPay:Database:ConnectionString", _books.Database.OwnerConnectionString)]);
}
