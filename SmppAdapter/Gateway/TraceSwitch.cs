using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Switches the trace by the settings, or by a file called "switch" in the trace's folder: while it is there, it is what counts. No restart, no lost bind.</summary>
/// <remarks>A line each: "link NAME", "link *" or "msisdn NUMBER"; empty lines and lines that begin with # mean nothing. The file is looked at once a second.</remarks>
internal sealed partial class TraceSwitch(IOptions<SmppOptions> options, PduTrace trace, TimeProvider time, ILogger<TraceSwitch> logger) : BackgroundService
{
    public const string FileName = "switch";

    /// <summary>More is no switch, whatever it is.</summary>
    private const int MostOctets = 64 * 1024;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly SmppTraceOptions _settings = options.Value.Trace;
    private readonly HashSet<string> _links = [.. options.Value.Links.Select(link => link.EffectiveName), PduTraceOptions.AllLinks];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_settings.Directory.Length == 0)
            return;
        var path = Path.Combine(_settings.Directory, FileName);
        string? seen = null;
        if (!File.Exists(path))
            ApplySettings();
        using var timer = new PeriodicTimer(Look, time);
        do
        {
            var found = Read(path);
            if (found == seen)
                continue;
            seen = found;
            if (found is null)
                ApplySettings();
            else
                ApplyFile(found);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    /// <summary>Null when there is no file.</summary>
    private string? Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? null : file.Length > MostOctets ? "" : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Written at this moment, or not ours to read: off is the safe side.
            LogNotRead(path, e.Message);
            return "";
        }
    }

    private void ApplySettings()
    {
        var links = Names(_settings.Links);
        var numbers = Names(_settings.Msisdns);
        if (links.Length + numbers.Length > 0 || trace.IsOn)
            Apply(links, numbers);
    }

    private void ApplyFile(string content)
    {
        List<string> links = [], numbers = [];
        foreach (var line in content.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
                continue;
            switch (line.Split(' ', 2, StringSplitOptions.TrimEntries))
            {
                case ["link", var name] when _links.Contains(name):
                    links.Add(name);
                    break;
                case ["msisdn", var number] when number.TrimStart('+') is { Length: >= 7 and <= 15 } digits && digits.All(char.IsAsciiDigit):
                    numbers.Add(number);
                    break;
                case ["link", ..]:
                    LogNoSuchLink(string.Join(", ", _links.Order(StringComparer.Ordinal)));
                    break;
                default:
                    // Not shown: it may be a number.
                    LogNotUnderstood(FileName);
                    break;
            }
        }
        Apply(links, numbers);
    }

    private void Apply(IReadOnlyCollection<string> links, IReadOnlyCollection<string> numbers) => trace.Apply(new()
    {
        Directory = _settings.Directory,
        Links = links,
        Numbers = numbers,
        MaxFileOctets = _settings.MaxFileOctets,
        MaxFiles = _settings.MaxFiles,
    });

    internal static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [LoggerMessage(GatewayEventIds.TraceSwitchNotRead, LogLevel.Warning, "The trace's switch {Path} could not be read, and the trace is off: {Problem}")]
    private partial void LogNotRead(string path, string problem);

    [LoggerMessage(GatewayEventIds.TraceOfUnknownLink, LogLevel.Warning, "The trace was asked for a link that is not there; the links are {Links}")]
    private partial void LogNoSuchLink(string links);

    [LoggerMessage(GatewayEventIds.TraceSwitchNotUnderstood, LogLevel.Warning, "A line of the trace's file {FileName} was not understood: write 'link NAME', 'link *' or 'msisdn NUMBER'")]
    private partial void LogNotUnderstood(string fileName);
}
