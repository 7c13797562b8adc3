using System.Net.Sockets;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Merchants.Notices;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Settlement;
using CarrierPay.Engine.Settlement.Files;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
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

        builder.Services.AddSingleton(s => new ConfirmationCodes(s.GetRequiredService<SecretKeys>().Derive(SecretPurpose.ConfirmationCodes, 16)));
        builder.Services.AddSingleton<IDataProtectionProvider>(s => s.GetRequiredService<SecretKeys>().Protector("engine"));
        builder.Services.AddSingleton<LoadReferenceData>(s => async cancellationToken =>
        {
            await using var connection = await s.GetRequiredService<Databases>().Engine.OpenConnectionAsync(cancellationToken);
            return await s.GetRequiredService<ReferenceLoader>().LoadAsync(connection, cancellationToken);
        });
        builder.Services.AddLanes(Decisions.Decide);
        builder.Services.PostConfigure<LanesOptions>(o => o.ClockOffset = offset);
        builder.Services.AddSingleton(s => s.GetRequiredService<OutgoingCalls>().Open(ConnectorKind.Quote));
        builder.Services.AddSingleton<HoldsLease>(s => s.GetRequiredService<EngineLease>().Holds);
        builder.Services.AddSingleton<PostToLane>(s => s.GetRequiredService<LaneDoor>().PostAsync);
        builder.Services.AddHostedService<AskMerchant>();
        builder.Services.AddFunding(builder.Configuration);
        builder.Services.AddSmppGateway();
        builder.Services.AddJobs(DatabaseRole.Engine).AddJobServer().AddSettlementJobs().AddRatedFiles().AddNotices();
        builder.Services.AddOpenTelemetry().WithMetrics(m => m.AddMeter("CarrierPay.*").AddRuntimeInstrumentation().AddPrometheusExporter());

        await using var databases = new Databases(CheckSettings(builder.Services));
        await Migrations.OfThisBuild.EnsureKnownSchemaAsync(databases.Engine);
        Installation installation;
        await using (var connection = await databases.Engine.OpenConnectionAsync())
        {
            installation = await Installation.ReadAsync(connection, CancellationToken.None);
            var banks = builder.Configuration.GetSection($"{BanksOptions.Section}:Banks").GetChildren().Select(bank => bank["Code"] ?? "");
            builder.Services.AddSingleton(await BankNumbers.ReadAsync(connection, banks));
        }
        builder.Services.AddSingleton(databases);
        builder.Services.AddSingleton(databases.Engine);
        builder.Services.AddSingleton(new LaneCount(installation.Lanes));

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

    /// <summary>All settings are checked before the database is looked for, so that a wrong one is named whatever the database does.</summary>
    /// <returns>The database's connection string.</returns>
    /// <exception cref="OptionsValidationException">A setting is wrong; several are an <see cref="AggregateException"/> of them.</exception>
    private static string CheckSettings(IServiceCollection services)
    {
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        return provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString;
    }
}
