using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CarrierPay.Benchmarks.Whole;

/// <summary>The engine as an operator runs it: a process of its own, with its settings in the environment.</summary>
internal sealed class EngineProgram : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private EngineProgram(Process process) => _process = process;

    /// <summary>Microseconds of a core that it has taken so far.</summary>
    public double Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalMicroseconds;
        }
    }

    /// <summary>The most memory that it has held at a time, in MiB.</summary>
    public double PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>Starts it and waits until it is ready: its link is bound, its lanes run.</summary>
    /// <param name="program">Path of its dll.</param>
    public static async Task<EngineProgram> StartAsync(string program, IReadOnlyDictionary<string, string> settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var engine = new EngineProgram(Start(program, new Dictionary<string, string>(settings) { ["CarrierPay__Api__Urls"] = address.ToString() }));
        using var http = new HttpClient { BaseAddress = address };
        var startedAt = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(http))
        {
            if (engine._process.HasExited || Stopwatch.GetElapsedTime(startedAt) > StartWithin)
                throw new InvalidOperationException("The engine did not become ready; its log is above.");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
        return engine;
    }

    /// <summary>Runs one of its commands, such as <c>provision</c>, to the end.</summary>
    public static async Task RunAsync(string program, IReadOnlyDictionary<string, string> settings, params string[] command)
    {
        using var process = Start(program, settings, command);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
    }

    /// <summary>SIGTERM, and waits until it has handed over what it was at.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static Process Start(string program, IReadOnlyDictionary<string, string> settings, params string[] command)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. command]);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync("/health/ready");
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
