using System.Net.Sockets;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Settlement;
using CarrierPay.Engine.Storage;
using CarrierPay.SmppAdapter.Gateway;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace CarrierPay.Engine.Host;

/// <summary>The engine: wiring only.</summary>
internal static class EngineProcess
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.ClearProviders().AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat, o.UseUtcTimestamp) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", true));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning).AddFilter("Hangfire", LogLevel.Warning)
            // A start that fails is said in one line (EngineHost); its stack trace helps nobody.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        var urls = builder.Configuration["CarrierPay:Api:Urls"] ?? DefaultUrl;
        builder.WebHost.UseUrls(urls);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(8));

        var offset = builder.Configuration.GetValue<TimeSpan>("CarrierPay:Clock:Offset");
        builder.Services.AddSingleton<TimeProvider>(offset == TimeSpan.Zero ? TimeProvider.System : new ShiftedTime(offset));
        builder.Services.AddStorage();
        builder.Services.AddHostedService<Partitions>();
        builder.Services.AddMerchants();

        await using var databases = new Databases(await CheckSettingsAsync(builder.Configuration));
        await Migrations.OfThisBuild.EnsureKnownSchemaAsync(databases.Engine);
        Installation installation;
        await using (var connection = await databases.Engine.OpenConnectionAsync())
            installation = await Installation.ReadAsync(connection, CancellationToken.None);

        builder.Services.AddSingleton(databases);
        builder.Services.AddSingleton(databases.Engine);
        builder.Services.AddSingleton(new LaneCount(installation.Lanes));
        builder.Services.AddSingleton(s => new ConfirmationCodes(s.GetRequiredService<SecretKeys>().Derive(SecretPurpose.ConfirmationCodes, 16)));
        builder.Services.AddSingleton<IDataProtectionProvider>(s => s.GetRequiredService<SecretKeys>().Protector("engine"));
        builder.Services.AddSingleton<LoadReferenceData>(s => async cancellationToken =>
        {
            await using var connection = await databases.Engine.OpenConnectionAsync(cancellationToken);
            return await s.GetRequiredService<ReferenceLoader>().LoadAsync(connection, cancellationToken);
        });
        builder.Services.AddLanes(Decisions.Decide);
        builder.Services.PostConfigure<LanesOptions>(o => o.ClockOffset = offset);
        builder.Services.AddSingleton(s => s.GetRequiredService<OutgoingCalls>().Reader);
        builder.Services.AddSingleton<HoldsLease>(s => () => s.GetRequiredService<EngineLease>().IsHeld);
        builder.Services.AddSingleton<PostToLane>(s => s.GetRequiredService<LaneDoor>().PostAsync);
        builder.Services.AddHostedService<AskMerchant>();
        builder.Services.AddSmppGateway();
        builder.Services.AddJobs(DatabaseRole.Engine).AddJobServer().AddSettlementJobs();
        builder.Services.AddOpenTelemetry().WithMetrics(m => m.AddMeter("CarrierPay.*").AddRuntimeInstrumentation().AddPrometheusExporter());

        var app = builder.Build();
        app.MapGet("/health/live", () => TypedResults.Text("live"));
        app.MapGet("/health/ready", IResult (LanesHealth lanes, SmppGateway gateway) => (lanes.Problem ?? gateway.Problem) is { } problem
            ? TypedResults.Text(problem, statusCode: StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Text("ready"));
        app.MapPrometheusScrapingEndpoint();
        try
        {
            await app.RunAsync();
        }
        catch (IOException e) when (e.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new InvalidOperationException($"{urls} is in use by another program. Stop it, or set CarrierPay:Api:Urls to another port.");
        }
    }

    /// <summary>The database's settings are needed before the rest is built; the others are checked when the host starts.</summary>
    private static async Task<string> CheckSettingsAsync(IConfiguration configuration)
    {
        await using var services = new ServiceCollection().AddSingleton(configuration).AddStorage().BuildServiceProvider();
        return services.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString;
    }
}
