using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.SmppAdapter.Tests.Trace;

/// <summary>A trace with a folder of its own, which is gone afterwards.</summary>
internal sealed class TraceFolder : IAsyncDisposable
{
    public TraceFolder(ILoggerFactory? logs = null, TimeProvider? time = null) =>
        Trace = new PduTrace(time ?? TimeProvider.System, (logs ?? NullLoggerFactory.Instance).CreateLogger<PduTrace>());

    public string Path { get; } = System.IO.Path.Combine(TestContext.CurrentContext.WorkDirectory, $"trace-{Guid.NewGuid():N}");

    public PduTrace Trace { get; }

    /// <summary>In the order of their making.</summary>
    public string[] Files => Directory.Exists(Path) ? [.. Directory.GetFiles(Path).Order(StringComparer.Ordinal)] : [];

    public void Switch(string[]? links = null, string[]? numbers = null, Action<PduTraceOptions>? set = null)
    {
        var options = new PduTraceOptions { Directory = Path, Links = links ?? [], Numbers = numbers ?? [] };
        set?.Invoke(options);
        Trace.Apply(options);
    }

    /// <summary>Ends the trace and gives its only file.</summary>
    public async Task<string> FileAsync()
    {
        await Trace.DisposeAsync();
        Assert.That(Files, Has.Length.EqualTo(1));
        return Files[0];
    }

    public async ValueTask DisposeAsync()
    {
        await Trace.DisposeAsync();
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
