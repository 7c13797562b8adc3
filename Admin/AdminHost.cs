using System.Text.Unicode;
using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Merchants.Notices;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Payments.Doubts;
using CarrierPay.Engine.Settlement;
using CarrierPay.Engine.Staff;
using CarrierPay.Engine.Storage;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;
using Npgsql;
using OpenTelemetry.Metrics;

namespace CarrierPay.Admin;

/// <summary>The web host: wiring only. Started as a process by <see cref="AdminApp"/>, and inside tests.</summary>
public static class AdminHost
{
    private static readonly string[] OpenPages = ["/SignIn", "/SignOut", "/Error", "/Language"];

    /// <summary>Checks settings and schema, and returns once it listens. Port 0 takes a free port.</summary>
    /// <param name="quiet">Without log lines: inside a test.</param>
    public static async Task<WebApplication> StartAsync(IConfiguration configuration, TimeProvider time, bool quiet = false, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(AdminHost).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(configuration);
        AddLogging(builder, quiet);

        builder.Services.AddSingleton(time);
        builder.Services.AddStorage();
        builder.Services.AddOptions<AdminOptions>().BindConfiguration(AdminOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddStaff();
        builder.Services.AddSettlementDesk();
        builder.Services.AddNoticeDesk();
        builder.Services.AddDoubtDesk();
        builder.Services.AddJobs(DatabaseRole.Admin);
        builder.Services.AddSingleton(_ => Texts.LoadEmbedded());
        builder.Services.AddSingleton<PaymentQueries>();
        builder.Services.AddSingleton<WordLists>();
        builder.Services.AddScoped<Words>();
        builder.Services.AddScoped<Formats>();
        builder.Services.AddSingleton<FormTickets>();
        builder.Services.AddSingleton<AdminMetrics>();
        builder.Services.AddSingleton<WaitingDoubts>();
        builder.Services.AddHttpContextAccessor();

        var (database, secrets, admin) = CheckSettings(configuration);
        builder.WebHost.UseUrls(admin.Urls);
        await using (var source = Databases.Open(database.ConnectionString, DatabaseRole.Admin))
        {
            await Migrations.OfThisBuild.EnsureKnownSchemaAsync(source, cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            builder.Services.AddSingleton(await Installation.ReadAsync(connection, cancellationToken));
        }
        // Admin holds its own role and never the engine's.
        builder.Services.AddSingleton<NpgsqlDataSource>(_ => Databases.Open(database.ConnectionString, DatabaseRole.Admin));
        // The keys are made by whoever comes first, under a lock; the cookies of all Admin processes share them.
        var keys = new SecretKeys(secrets.KeyFolder);
        builder.Services.AddSingleton(keys);
        builder.Services.AddDataProtection().SetApplicationName("CarrierPay").PersistKeysToFileSystem(new(Path.GetFullPath(secrets.KeyFolder)));

        AddPages(builder.Services, admin);
        builder.Services.AddOpenTelemetry().WithMetrics(m => m.AddMeter("CarrierPay.*").AddMeter("Microsoft.AspNetCore.Hosting").AddRuntimeInstrumentation().AddPrometheusExporter());

        var app = builder.Build();
        Pipeline.Use(app);
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static void AddPages(IServiceCollection services, AdminOptions admin)
    {
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
        {
            options.Cookie.Name = "carrierpay_admin";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.HttpOnly = true;
            options.ExpireTimeSpan = admin.SessionIdle;
            options.SlidingExpiration = true;
            options.LoginPath = "/sign-in";
            options.AccessDeniedPath = "/denied";
            options.EventsType = typeof(StaffSessions);
        });
        services.AddScoped<StaffSessions>();
        services.AddAuthorization(Policies.Add);
        services.AddAntiforgery(options =>
            (options.Cookie.Name, options.Cookie.SameSite, options.Cookie.SecurePolicy) = ("carrierpay_form", SameSiteMode.Strict, CookieSecurePolicy.SameAsRequest));
        services.AddRazorPages(options =>
        {
            options.RootDirectory = "/Pages";
            options.Conventions.AuthorizeFolder("/", Policies.Look);
            foreach (var open in OpenPages)
                options.Conventions.AllowAnonymousToPage(open);
        }).AddMvcOptions(options => options.Filters.Add<RefusedForms>());
        services.Configure<RouteOptions>(options => (options.LowercaseUrls, options.AppendTrailingSlash) = (true, false));
        services.Configure<CookieTempDataProviderOptions>(options => (options.Cookie.Name, options.Cookie.SecurePolicy) = ("carrierpay_notice", CookieSecurePolicy.SameAsRequest));
        // Chinese as it is, instead of as numbers.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new(UnicodeRanges.All));
        SignInLimit.Add(services);
    }

    private static void AddLogging(WebApplicationBuilder builder, bool quiet)
    {
        builder.Logging.ClearProviders();
        if (quiet)
            return;
        builder.Logging.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat, o.UseUtcTimestamp) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", true));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning)
            // The keys lie in a folder of mode 0700, and the README says so; an old cookie or form is no event.
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical)
            // A start that fails is said in one line (AdminApp); its stack trace helps nobody.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }

    /// <summary>These settings are needed before the rest is built.</summary>
    private static (DatabaseOptions Database, SecretsOptions Secrets, AdminOptions Admin) CheckSettings(IConfiguration configuration)
    {
        using var services = new ServiceCollection().AddSingleton(configuration).AddStorage()
            .AddOptions<AdminOptions>().BindConfiguration(AdminOptions.Section).ValidateDataAnnotations().Services.BuildServiceProvider();
        return (Of<DatabaseOptions>(), Of<SecretsOptions>(), Of<AdminOptions>());

        T Of<T>() where T : class => services.GetRequiredService<IOptions<T>>().Value;
    }
}
