using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Merchants.Notices;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using CarrierPay.TestSupport;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Tests.Merchants.Notices;

/// <summary>A notice as a merchant's own server got it.</summary>
internal sealed record Arrival(string Keyword, string Id, WebhookVerification Signature, string Body)
{
    public IEnumerable<JsonElement> Payments => JsonDocument.Parse(Body).RootElement.GetProperty("data").EnumerateArray();
}

/// <summary>A database with merchants, their server on a real socket, and engines that send notices.</summary>
internal sealed class NoticeStage : IAsyncDisposable
{
    private const string Secret = "whsec_Y2FycmllcnBheSBkZW1vLCBub3QgYSByZWFsIHNlY3JldCE=";

    private const string AddPayment = """
        insert into payments (lane, day, id, subscriber_id, number, merchant_id, source, outcome, amount_minor, currency, requested_at, ended_at, item, quote_id)
        values (@lane, @day, @id, @id, 1, @merchant, @source, 1, @amount, 978, @at, @at, 'LATTE', 'q_1')
        """;

    private const string Queue = "insert into notice_queue (lane, batch_id, merchant_id, created_at, payments) values (@lane, @batch, @merchant, @at, @ids)";

    private readonly string _folder = Directory.CreateTempSubdirectory("carrierpay-notices").FullName;
    private readonly WebApplication _server;
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<IAsyncDisposable> _engines = [];
    private long _next = 1000;

    private NoticeStage(TestDatabase database)
    {
        Database = database;
        Keys = new(_folder);
        PublicIds = new(Keys.Derive(SecretPurpose.PublicPaymentIds, 16));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapPost("/{keyword}", TakeAsync);
    }

    public TestDatabase Database { get; }
    public SecretKeys Keys { get; }
    public PublicPaymentIds PublicIds { get; }
    public ConcurrentQueue<Arrival> Arrivals { get; } = new();

    /// <summary>How the merchants' server answers; before it does, the arrival is noted.</summary>
    public Func<Arrival, HttpContext, Task> Answer { get; set; } = (_, http) =>
    {
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    };

    public bool AllowPrivate { get; init; } = true;

    /// <summary>With merchants COFFEE and NEWS.</summary>
    public static async Task<NoticeStage> SetAsync(bool allowPrivate = true)
    {
        var stage = new NoticeStage(await TestDatabase.CreateAsync()) { AllowPrivate = allowPrivate };
        await stage._server.StartAsync();
        var merchants = new[] { "COFFEE", "NEWS" }.Select(k => new { keyword = k, name = k, notice_url = $"{stage._server.Urls.Single()}/{k}", secret = Secret });
        await using var admin = Databases.Open(stage.Database.OwnerConnectionString, DatabaseRole.Admin);
        var file = ProvisionFile.Read(JsonSerializer.SerializeToUtf8Bytes(new { merchants }), new AccountsOptions().ToLimits());
        await Provision.RunAsync(admin, file, stage.Keys, TimeProvider.System);
        return stage;
    }

    public async Task<int> MerchantAsync(string keyword) => await ScalarAsync<int>("select id from merchants where keyword = @keyword", new { keyword });

    /// <summary>Charged payments that their merchant is to be told of, as one batch of a lane writes them.</summary>
    /// <returns>Their public ids.</returns>
    public async Task<IReadOnlyList<string>> ChargeAsync(string keyword, int payments, short lane = 3, FundingKind source = FundingKind.Prepaid)
    {
        var merchant = await MerchantAsync(keyword);
        var at = TimeProvider.System.GetUtcNow().UtcDateTime;
        var first = Interlocked.Add(ref _next, payments + 1) - payments;
        var ids = Enumerable.Range(0, payments).Select(i => first + i).ToArray();
        await using var connection = await Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(AddPayment, ids.Select(id => new { lane, day = at.Date, id, merchant, source = (short)source, amount = id, at }));
        await connection.ExecuteAsync(Queue, new { lane, batch = first, merchant, at, ids });
        return [.. ids.Select(id => PublicIds.Of(lane, new(id), new(id)))];
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    /// <summary>An engine that sends notices.</summary>
    public async Task<NoticeEngine> StartEngineAsync(Action<NoticesOptions>? set = null)
    {
        var options = new NoticesOptions { Interval = TimeSpan.FromMilliseconds(100), AnswerWithin = TimeSpan.FromSeconds(10) };
        options.RetryDelays.Add(TimeSpan.FromMilliseconds(1));
        set?.Invoke(options);
        var engine = new NoticeEngine(this, Options.Create(options), _meters.GetRequiredService<IMeterFactory>());
        _engines.Add(engine);
        await engine.StartAsync();
        return engine;
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string expected)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(30))
                Assert.Fail($"Not within 30 s: {expected}");
            await Task.Delay(20);
        }
    }

    public Task UntilAsync(int arrivals) => UntilAsync(() => Task.FromResult(Arrivals.Count >= arrivals), $"{arrivals} notices arrive");

    /// <summary>Until everything is delivered and noted.</summary>
    public Task UntilDoneAsync() => UntilAsync(
        async () => await ScalarAsync<long>("select (select count(*) from notice_queue) + (select count(*) from open_notices)") == 0, "all notices are delivered");

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
            await engine.DisposeAsync();
        await _server.DisposeAsync();
        await Database.DisposeAsync();
        await _meters.DisposeAsync();
        PublicIds.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task TakeAsync(string keyword, HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        string? id = http.Request.Headers[WebhookHeaders.Id];
        var signature = new WebhookVerifier(TimeProvider.System, WebhookSecret.Parse(Secret)).Verify(
            id, http.Request.Headers[WebhookHeaders.Timestamp], http.Request.Headers[WebhookHeaders.Signature], body.ToArray());
        var arrival = new Arrival(keyword, id ?? "", signature, Encoding.UTF8.GetString(body.ToArray()));
        Arrivals.Enqueue(arrival);
        await Answer(arrival, http);
    }
}

/// <summary>What of an engine has to do with notices.</summary>
internal sealed class NoticeEngine : IAsyncDisposable
{
    private readonly EngineLease _lease;
    private readonly IdAllocator _ids;
    private readonly NoticeClient _client;
    private readonly SendNotices _loop;

    public NoticeEngine(NoticeStage stage, IOptions<NoticesOptions> options, IMeterFactory meters)
    {
        var (database, time) = (stage.Database.Databases.Engine, TimeProvider.System);
        _lease = new(database, time, NullLogger<EngineLease>.Instance);
        _ids = new(database, time);
        var codes = new ConfirmationCodes(stage.Keys.Derive(SecretPurpose.ConfirmationCodes, 16));
        Store = new(database, _ids, codes, stage.PublicIds, stage.Keys, time, options);
        _client = new(Options.Create(new MerchantsOptions { AllowPrivateAddresses = stage.AllowPrivate }), options, time);
        var deliver = new DeliverNotice(Store, _client, _lease, time, options, meters, NullLogger<DeliverNotice>.Instance);
        ScheduleRetry schedule = (merchant, _) => Scheduled.Enqueue(merchant);
        Retries = new(Store, deliver, _lease, schedule, time);
        _loop = new(Store, deliver, _lease, schedule, time, options, NullLogger<SendNotices>.Instance);
    }

    public NoticeStore Store { get; }
    public RetryNotices Retries { get; }

    /// <summary>The merchants whose retries were asked for.</summary>
    public ConcurrentQueue<MerchantId> Scheduled { get; } = new();

    public int Id => _lease.Id;

    public async Task StartAsync()
    {
        await _lease.StartAsync(CancellationToken.None);
        await _lease.Registered;
        await _loop.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _loop.StopAsync(CancellationToken.None);
        await _lease.StopAsync(CancellationToken.None);
        _loop.Dispose();
        _lease.Dispose();
        _client.Dispose();
        _ids.Dispose();
    }
}
