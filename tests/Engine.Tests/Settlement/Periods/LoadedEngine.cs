using System.Collections.Frozen;
using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Tests.Settlement.Periods;

/// <summary>The lanes of one engine, as its process runs them, on a database that others use as well.</summary>
internal sealed class LoadedEngine : IAsyncDisposable
{
    public const int Lanes = 32;
    public const int Merchants = 20;
    private static readonly byte[] Hash = new byte[16];
    private static readonly ConfirmationCodes Codes = new(new byte[16]);
    private static int _texts;

    private readonly Databases _databases;
    private readonly IHost _host;

    private LoadedEngine(Databases databases, IHost host)
    {
        _databases = databases;
        _host = host;
    }

    private LaneDoor Door => _host.Services.GetRequiredService<LaneDoor>();

    public static async Task<LoadedEngine> StartAsync(string connectionString)
    {
        var databases = new Databases(connectionString);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(databases);
        builder.Services.AddSingleton(databases.Engine);
        builder.Services.AddSingleton(new LaneCount(Lanes));
        builder.Services.AddSingleton(Codes);
        builder.Services.AddSingleton<LoadReferenceData>(_ => Task.FromResult(Reference()));
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        builder.Services.AddLanes(Decisions.Decide);
        var host = builder.Build();
        await host.StartAsync();
        return new(databases, host);
    }

    /// <summary>One payment: asked for and confirmed, each answered after its commit.</summary>
    /// <param name="number">The subscriber's own count of payments, from 1.</param>
    public static async Task PayAsync(LoadedEngine askedAt, LoadedEngine confirmedAt, long subscriber, int number)
    {
        await askedAt.PostAsync(subscriber, $"PAY SHOP{(subscriber + number) % Merchants} A");
        await confirmedAt.PostAsync(subscriber, $"Y {Codes.Of(new(subscriber), number)}");
    }

    public static Msisdn NumberOf(long subscriber) => new(447_000_000_000 + subscriber);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _databases.DisposeAsync();
    }

    private async Task PostAsync(long subscriber, string text)
    {
        var fate = await Door.PostAsync(new(new(subscriber), (short)(subscriber % Lanes)), new ReceiveText.TextReceived(text, Interlocked.Increment(ref _texts), Hash)
        {
            From = NumberOf(subscriber),
            ReplyPath = "500",
        });
        Assert.That(fate, Is.EqualTo(EventFate.Decided));
    }

    private static ReferenceData Reference()
    {
        var limits = new TierLimits(long.MaxValue, 1_000_000, long.MaxValue, long.MaxValue, int.MaxValue);
        var rules = new Rules(
            Currency.Of("EUR"), TimeZoneInfo.Utc, TimeSpan.FromHours(1), TimeSpan.FromSeconds(3), TimeSpan.FromDays(1), 5,
            new Dictionary<KycTier, TierLimits> { [KycTier.Verified] = limits }.ToFrozenDictionary(), TimeSpan.Zero);
        return new(1, rules, Enumerable.Range(0, Merchants).Select(i =>
            new Merchant(new(i + 1), $"SHOP{i}", $"Shop number {i}", MerchantStatus.Active, false, null, [new Product("A", "Article", 250 + i, null)])));
    }
}
