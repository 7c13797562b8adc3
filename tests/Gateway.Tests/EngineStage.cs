using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using CarrierPay.Engine;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Lanes.Deliveries;
using CarrierPay.Engine.Messaging.Deliveries;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using CarrierPay.TestSupport;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

/// <summary>Lanes and gateway of one process on a test's database, all real. Several on one database are several engines.</summary>
internal sealed class EngineStage : IAsyncDisposable
{
    // One folder for all: processes of one installation share their keys.
    private static readonly SecretKeys Keys = new(Directory.CreateTempSubdirectory("carrierpay-gateway-").FullName);

    private static readonly Rules Rules = new(
        Currency.Of("EUR"), TimeZoneInfo.Utc, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(3), TimeSpan.FromHours(24), 3,
        new Dictionary<KycTier, TierLimits> { [KycTier.Named] = new(100_000, 10_000, 20_000, 30_000, 10) }.ToFrozenDictionary(), TimeSpan.Zero);

    private static readonly Merchant News = new(new(2), "NEWS", "Daily News", MerchantStatus.Active, false, null, [new("DAILY", "Today's issue", 199, null)]);

    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _running = [];
    private readonly TestDatabase _database;

    private EngineStage(TestDatabase database, Dictionary<string, string?> settings, Databases databases)
    {
        _database = database;
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new Keeper(Log)))
            .AddSingleton(TimeProvider.System)
            .AddSingleton(_ => databases)
            .AddSingleton(databases.Engine)
            .AddSingleton(new LaneCount(32))
            .AddSingleton(Keys)
            .AddSingleton(new ConfirmationCodes("0123456789abcdef"u8))
            .AddSingleton<IDataProtectionProvider>(Keys.Protector("engine"))
            .AddSingleton<LoadReferenceData>(_ => LoadReferenceAsync)
            .AddLanes(Decisions.Decide)
            .AddSmppGateway()
            .BuildServiceProvider();
        _ = Get<Databases>();
    }

    /// <summary>Every log line.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Starts an engine with a link to each SMSC, in order; all are named by letters: a, b, ...</summary>
    /// <param name="settings">Besides, or instead: names without CarrierPay:Smpp.</param>
    public static async Task<EngineStage> StartAsync(TestDatabase database, IReadOnlyList<TestSmsc> smscs, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["CarrierPay:Lanes:Workers"] = "2",
            ["CarrierPay:Lanes:SweepInterval"] = "00:00:00.25",
            ["CarrierPay:Smpp:FailoverAfter"] = "00:00:00.3",
        };
        for (var i = 0; i < smscs.Count; i++)
        {
            var link = string.Create(CultureInfo.InvariantCulture, $"CarrierPay:Smpp:Links:{i}:");
            all[link + "Port"] = smscs[i].Port.ToString(CultureInfo.InvariantCulture);
            all[link + "SystemId"] = "carrierpay";
            all[link + "Name"] = all[link + "Smsc"] = ((char)('a' + i)).ToString();
            all[link + "ReconnectMin"] = "00:00:00.05";
            all[link + "ReconnectMax"] = "00:00:00.1";
        }
        foreach (var (name, value) in settings)
            all[$"CarrierPay:Smpp:{name}"] = value;
        var stage = new EngineStage(database, all, new(database.OwnerConnectionString));
        foreach (var service in stage._services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
            stage._running.Add(service);
        }
        await Eventually.True(() => stage.Get<EngineLease>().IsHeld, "the engine is registered");
        return stage;
    }

    /// <summary>A database with subscribers 1 to 20, numbers 254700000001 on, 100.00 EUR each.</summary>
    public static async Task<TestDatabase> MakeDatabaseAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await using var command = database.Owner.CreateCommand(
            $"""
            insert into subscribers (lane, id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor)
            select id % 32, id, 254700000000 + id, 1, 1, {(short)KycTier.Named}, 2, 1, 978, 10000 from generate_series(1, 20) as id;
            insert into numbers (msisdn, subscriber_id, lane, valid_from)
            select 254700000000 + id, id, id % 32, now() from generate_series(1, 20) as id
            """);
        await command.ExecuteNonQueryAsync();
        return database;
    }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>What is known of the way of a subscriber's messages.</summary>
    public async Task<IReadOnlyList<PartDelivery>> DeliveriesAsync(short subscriber = 1)
    {
        await using var connection = await _database.Databases.Engine.OpenConnectionAsync();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return await DeliveryQueries.OfSubscriberAsync(connection, subscriber, new(subscriber), today.AddDays(-1), today);
    }

    public async Task<long> CountAsync(string table)
    {
        await using var command = _database.Owner.CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>As a host stops: the last first.</summary>
    public async Task StopAsync()
    {
        for (; _running.Count > 0; _running.RemoveAt(_running.Count - 1))
            await _running[^1].StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
    }

    private async Task<ReferenceData> LoadReferenceAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.Owner.CreateCommand("select version from reference_version");
        return new((long)(await command.ExecuteScalarAsync(cancellationToken))!, Rules, [News]);
    }

    private sealed class Keeper(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
