using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Load;
using CarrierPay.Simulator.Masp;
using CarrierPay.Simulator.Ocs;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Ussd;
using CarrierPay.Simulator.Web;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.FileProviders;

namespace CarrierPay.Simulator;

/// <summary>Starts the simulator: as a process of its own, or inside a test.</summary>
public static class SimulatorApp
{
    private const int LargestBody = 64 * 1024;

    /// <summary>0 after an ordinary end, 1 if a setting or a port does not allow the start: one line on stderr says which.</summary>
    public static Task<int> Main(string[] args) =>
        RunAsync(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build(), Console.Out, Console.Error);

    /// <summary>Runs until the process is told to end.</summary>
    internal static async Task<int> RunAsync(IConfiguration configuration, TextWriter output, TextWriter errors, CancellationToken cancellationToken = default)
    {
        try
        {
            var options = Settings.Read(configuration);
            options.Ocs.Port ??= OcsOptions.UsualPort;
            options.Bank.Port ??= BankOptions.UsualPort;
            await using var simulator = await StartAsync(options, quiet: false, time: null, cancellationToken);
            await output.WriteLineAsync($"Phones, page and API: {simulator.WebAddress}");
            await output.WriteLineAsync($"SMPP:                 {simulator.Smsc.EndPoint}, system_id {options.Smsc.SystemId}");
            await output.WriteLineAsync($"Diameter:             {simulator.Ocs.EndPoint}, realm {options.Ocs.Realm}");
            await output.WriteLineAsync($"Bank (ISO 8583):      {simulator.Bank.EndPoint}, profile {options.Bank.Profile}; page {simulator.WebAddress}bank.html");
            await simulator.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (SettingException wrong)
        {
            await errors.WriteLineAsync(wrong.Message);
            return 1;
        }
    }

    /// <summary>Starts all servers and returns once they listen. Port 0 takes any free port; the result says which.</summary>
    /// <param name="options">Null for the defaults with free ports, which is what most tests want.</param>
    /// <exception cref="SettingException">A setting is wrong or a port is taken; the message names the setting.</exception>
    public static Task<RunningSimulator> StartAsync(SimulatorOptions? options = null, TimeProvider? time = null, CancellationToken cancellationToken = default) =>
        StartAsync(options ?? new SimulatorOptions { Smsc = { Port = 0 }, Web = { Urls = "http://127.0.0.1:0" } }, quiet: true, time, cancellationToken);

    private static async Task<RunningSimulator> StartAsync(SimulatorOptions options, bool quiet, TimeProvider? time, CancellationToken cancellationToken)
    {
        Settings.Check(options);
        var app = Build(options, quiet, time ?? TimeProvider.System);
        try
        {
            Prepare(app.Services, options);
            StartSmsc(app.Services.GetRequiredService<ShortMessageCentre>(), options.Smsc);
            StartOcs(app.Services.GetRequiredService<OcsServer>(), options.Ocs);
            StartBank(app.Services, options.Bank);
            await StartWebAsync(app, options.Web, cancellationToken);
            return new RunningSimulator(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static WebApplication Build(SimulatorOptions options, bool quiet, TimeProvider time)
    {
        // Empty arguments and an empty builder: nothing but our own settings decides, wherever the process was started.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production });
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, options.Web.Urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.AddServerHeader = false;
        });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning);
        if (!quiet) builder.Logging.AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("CarrierPay", LogLevel.Information)
            // It knows only the front's side of each connection: the log of the short message centre says where a system really is.
            .AddFilter(typeof(SmppServer).FullName, LogLevel.Warning);
        builder.Services.ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton(time).AddSingleton(options);
        builder.Services.AddSingleton<Feed>().AddSingleton<PhoneBook>().AddSingleton<Merchants>().AddSingleton<ShortMessageCentre>();
        builder.Services.AddSingleton<OcsServer>().AddSingleton<BankHost>();

        var app = builder.Build();
        var files = new EmbeddedFileProvider(typeof(SimulatorApp).Assembly, "wwwroot");
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = Problems.WriteAsync, SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException });
        app.UseStatusCodePages();
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files, OnPrepareResponse = file => Protect(file.Context.Response) });
        app.MapPage();
        app.MapPhones();
        app.MapUssd();
        app.MapSmsc();
        app.MapLoad();
        app.MapMasps();
        app.MapOcs();
        app.MapBank();
        return app;
    }

    private static void Configure(JsonSerializerOptions json)
    {
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        // A misspelt field is told, not ignored.
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.RespectRequiredConstructorParameters = true;
        json.RespectNullableAnnotations = true;
        // Texts of messages are read by people too: 支付, not \u652F\u4ED8.
        json.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }

    private static void Protect(HttpResponse response)
    {
        response.Headers.CacheControl = "no-cache";
        response.Headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    private static void Prepare(IServiceProvider services, SimulatorOptions options)
    {
        var phones = services.GetRequiredService<PhoneBook>();
        foreach (var phone in options.Phones ?? PhoneBook.Defaults)
            phones.Put(phone.Msisdn, phone.Name, phone.Language);
        var books = services.GetRequiredService<OcsServer>().Books;
        foreach (var account in books.IsNew ? options.Ocs.Accounts ?? [.. phones.All.Select(phone => new OcsAccountOptions { Msisdn = phone.Msisdn })] : [])
            books.Put(account.Msisdn, account.Balance, account.CreditLimit);
        foreach (var masp in options.Masps ?? [new MaspOptions { Keyword = "COFFEE" }])
        {
            try
            {
                services.GetRequiredService<Merchants>().Put(masp.Keyword, new MaspOrder(masp.Secret, masp.Price, masp.Currency, masp.Text, masp.Mode));
            }
            catch (ArgumentException wrong)
            {
                throw new SettingException($"Merchant {masp.Keyword} (Simulator__Masps): {wrong.Message}", wrong);
            }
        }
    }

    private static void StartSmsc(ShortMessageCentre smsc, SmscOptions options)
    {
        try
        {
            smsc.Start();
        }
        catch (SocketException refused)
        {
            throw new SettingException(Explain(refused, options.Port, "Simulator__Smsc__Port", options.Host, "Simulator__Smsc__Host"), refused);
        }
    }

    private static void StartOcs(OcsServer ocs, OcsOptions options)
    {
        try
        {
            ocs.Start();
        }
        catch (SocketException refused)
        {
            throw new SettingException(Explain(refused, options.Port ?? 0, "Simulator__Ocs__Port", options.Host, "Simulator__Ocs__Host"), refused);
        }
    }

    private static void StartBank(IServiceProvider services, BankOptions options)
    {
        try
        {
            services.GetRequiredService<BankHost>().Start();
        }
        catch (ArgumentException wrong)
        {
            throw new SettingException($"Bank (Simulator__Bank): {wrong.Message}", wrong);
        }
        catch (SocketException refused)
        {
            throw new SettingException(Explain(refused, options.Port ?? 0, "Simulator__Bank__Port", options.Host, "Simulator__Bank__Host"), refused);
        }
    }

    private static async Task StartWebAsync(WebApplication app, WebOptions options, CancellationToken cancellationToken)
    {
        var address = new Uri(options.Urls);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            var reason = refused as SocketException ?? refused.GetBaseException() as SocketException;
            throw new SettingException(reason is null
                ? $"{options.Urls} (Simulator__Web__Urls) cannot be had: {refused.Message}"
                : Explain(reason, address.Port, "Simulator__Web__Urls", address.Host, "Simulator__Web__Urls"), refused);
        }
    }

    private static string Explain(SocketException refused, int port, string portSetting, string host, string hostSetting) => refused.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"Port {port} is in use by another program: set {portSetting} to another one (0 takes any free port).",
        SocketError.AccessDenied => $"Port {port} may not be opened by this user: set {portSetting} to 1024 or more.",
        SocketError.AddressNotAvailable => $"{host} is no address of this machine: set {hostSetting}.",
        _ => $"{host} port {port} ({portSetting}) cannot be opened: {refused.Message}.",
    };
}
