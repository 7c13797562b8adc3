using System.Collections.Concurrent;
using System.Threading.Channels;
using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;
using CarrierPay.TestSupport;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>The lanes of one process on a test's database: all real, only the links are the test's. Several on one database are several processes.</summary>
internal sealed class LaneStack : IAsyncDisposable
{
    public const string ShortCode = "500";
    public static readonly ConfirmationCodes Codes = new("0123456789abcdef"u8);

    // One for all: processes of one installation share their keys.
    private static readonly EphemeralDataProtectionProvider Keys = new();

    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _running = [];
    private int _referenceLoads;

    /// <param name="decide">The rules; null = all real ones.</param>
    /// <param name="connectionString">Another way to the database, such as through a proxy.</param>
    /// <param name="more">Settings of what <paramref name="add"/> registers.</param>
    public LaneStack(
        TestDatabase database, Decide? decide = null, int workers = 2, string? connectionString = null, TimeProvider? time = null,
        IReadOnlyDictionary<string, string?>? more = null, Action<IServiceCollection, IConfiguration>? add = null)
    {
        Database = database;
        decide ??= Decisions.Decide;
        Decide counted = (SubscriberState subscriber, SubscriberEvent subscriberEvent, in Given given, Changes changes) =>
        {
            Decided.Enqueue(subscriberEvent);
            decide(subscriber, subscriberEvent, given, changes);
        };
        var databases = new Databases(connectionString ?? database.OwnerConnectionString);
        var settings = new Dictionary<string, string?>
        {
            ["CarrierPay:Lanes:Workers"] = $"{workers}",
            ["CarrierPay:Lanes:SweepInterval"] = "00:00:00.25",
            ["CarrierPay:Lanes:CommitTimeout"] = "00:00:02",
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).AddInMemoryCollection(more ?? new Dictionary<string, string?>()).Build();
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => logging.AddProvider(new TestLog()))
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton(_ => databases) // made here, ended with the rest
            .AddSingleton(databases.Engine)
            .AddSingleton(new LaneCount(32))
            .AddSingleton(Codes)
            .AddSingleton<IDataProtectionProvider>(Keys)
            .AddSingleton<LoadReferenceData>(_ => LoadReferenceAsync)
            .AddLanes(counted);
        add?.Invoke(services, configuration);
        _services = services.BuildServiceProvider();
        _ = Get<Databases>();
        Quotes = Get<OutgoingCalls>().Open(ConnectorKind.Quote);
    }

    public TestDatabase Database { get; }

    /// <summary>Every event that came to a decision, committed or not, in order.</summary>
    public ConcurrentQueue<SubscriberEvent> Decided { get; } = new();

    /// <summary>What the next snapshot of the catalogue holds.</summary>
    public List<Merchant> Merchants { get; } = [PureLane.Coffee, PureLane.News, PureLane.Games, PureLane.Closed];

    public int ReferenceLoads => Volatile.Read(ref _referenceLoads);

    public LaneDoor Door => Get<LaneDoor>();
    public EngineLease Lease => Get<EngineLease>();
    public LanesHealth Health => Get<LanesHealth>();
    public OutgoingMessages Outgoing => Get<OutgoingMessages>();
    /// <summary>The questions for prices, which nobody answers but the test.</summary>
    public ChannelReader<ConnectorCall> Quotes { get; }
    public LanesOptions Options => Get<IOptions<LanesOptions>>().Value;

    public static async Task<LaneStack> StartAsync(TestDatabase database, Decide? decide = null, int workers = 2, string? connectionString = null, TimeProvider? time = null)
    {
        var stack = new LaneStack(database, decide, workers, connectionString, time);
        await stack.StartAsync();
        return stack;
    }

    public async Task StartAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
            _running.Add(service);
        }
        await Lease.Registered;
    }

    /// <summary>As a host stops: the last first.</summary>
    public async Task StopAsync()
    {
        for (; _running.Count > 0; _running.RemoveAt(_running.Count - 1))
            await _running[^1].StopAsync(CancellationToken.None);
    }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public Task<EventFate> PostAsync(long subscriber, SubscriberEvent subscriberEvent) => Door.PostAsync(RouteOf(subscriber), subscriberEvent);

    public Task<EventFate> TextAsync(long subscriber, string text) => PostAsync(subscriber, Text(subscriber, text));

    public static ReceiveText.TextReceived Text(long subscriber, string text) => new(
        text, ReceiveText.Fingerprint(NumberOf(subscriber), ShortCode, text), SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16])
    {
        From = NumberOf(subscriber),
        ReplyPath = ShortCode,
    };

    public static Route RouteOf(long subscriber) => new(new(subscriber), (short)(subscriber % 32));

    public static Msisdn NumberOf(long subscriber) => new(254_700_000_000 + subscriber);

    public static string CodeOf(long subscriber, int number) => Codes.Of(new(subscriber), number);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
    }

    private async Task<ReferenceData> LoadReferenceAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _referenceLoads);
        await using var command = Database.Owner.CreateCommand("select version from reference_version");
        var version = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return new(version, new PureLane().Rules, [.. Merchants]);
    }
}
