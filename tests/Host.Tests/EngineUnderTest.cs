using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using CarrierPay.Simulator;
using CarrierPay.TestSupport;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>A real engine process on a database and a simulator of the test's own.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    private static readonly string HostDll = Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "CarrierPay.Engine.Host.dll");
    private readonly Dictionary<string, string> _settings;
    private Process? _process;

    public EngineUnderTest(TestDatabase database, RunningSimulator simulator, string keyFolder)
    {
        ApiPort = FreePort();
        _settings = new()
        {
            ["CarrierPay__Database__ConnectionString"] = database.OwnerConnectionString,
            ["CarrierPay__Smpp__Links__0__Host"] = "127.0.0.1",
            ["CarrierPay__Smpp__Links__0__Port"] = simulator.SmscPort.ToString(CultureInfo.InvariantCulture),
            ["CarrierPay__Smpp__Links__0__SystemId"] = "carrierpay",
            ["CarrierPay__Smpp__Links__0__Password"] = "secret",
            ["CarrierPay__Smpp__Links__0__ShortCodes"] = "500",
            ["CarrierPay__Smpp__Links__0__ReconnectMin"] = "00:00:00.200",
            ["CarrierPay__Api__Urls"] = $"http://127.0.0.1:{ApiPort}",
            ["CarrierPay__Secrets__KeyFolder"] = keyFolder,
        };
    }

    public int ApiPort { get; }

    /// <summary>All that the engine printed, over all its lives.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    public async Task StartAsync()
    {
        _process = Start([], _settings, Output);
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{ApiPort}") };
        await Until.TrueAsync(async () =>
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The engine ended with {_process.ExitCode}: {string.Join('\n', Output.TakeLast(5))}");
            try
            {
                return (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "the engine is ready");
    }

    /// <summary>SIGKILL: nothing of the process runs any more.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public Task FreezeAsync() => SignalAsync("STOP");

    public Task WakeAsync() => SignalAsync("CONT");

    public async Task<string> MetricsAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{ApiPort}/metrics"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await WakeAsync();
            await KillAsync();
        }
        _process?.Dispose();
    }

    /// <summary>Runs a command of the host to its end.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, Dictionary<string, string>? changed = null)
    {
        var settings = new Dictionary<string, string>(_settings);
        foreach (var (name, value) in changed ?? [])
            settings[name] = value;
        var output = new ConcurrentQueue<string>();
        using var process = Start(arguments, settings, output);
        using var patience = new CancellationTokenSource(Until.Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
        return (process.ExitCode, string.Join('\n', output));
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static Process Start(string[] arguments, Dictionary<string, string> settings, ConcurrentQueue<string> output)
    {
        var start = new ProcessStartInfo("dotnet", [HostDll, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("CarrierPay__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Keep(string? line)
        {
            if (line is not null)
                output.Enqueue(line);
        }
    }
}

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Until
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            try
            {
                await poll.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"It did not come about that {what}.");
            }
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);
}
