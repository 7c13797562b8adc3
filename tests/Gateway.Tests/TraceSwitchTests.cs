using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

[TestFixture]
public sealed class TraceSwitchTests
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"switch-{Guid.NewGuid():N}");
    private readonly FakeTimeProvider _time = new();
    private PduTrace _trace = null!;

    [SetUp]
    public void Open()
    {
        Directory.CreateDirectory(_folder);
        _trace = new(_time, NullLogger<PduTrace>.Instance);
    }

    [TearDown]
    public async Task Close()
    {
        await _trace.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_file_switches_the_trace_on_and_its_end_switches_it_off()
    {
        using var tracing = await StartAsync(new());
        Assert.That(_trace.IsOn, Is.False);

        await WriteAsync("# what support asked for\nmsisdn 8613800138000\n");
        await PassUntilAsync(() => _trace.IsOn);
        File.Delete(Switch);
        await PassUntilAsync(() => !_trace.IsOn);
    }

    [Test]
    public async Task Settings_switch_the_trace_on_from_the_start_and_the_file_goes_before_them()
    {
        using var tracing = await StartAsync(new() { Links = "north" });
        await PassUntilAsync(() => _trace.IsOn);

        await WriteAsync("");
        await PassUntilAsync(() => !_trace.IsOn);
        File.Delete(Switch);
        await PassUntilAsync(() => _trace.IsOn);
    }

    [TestCase("link south")]
    [TestCase("msisdn PAY")]
    [TestCase("everything")]
    public async Task A_line_that_says_nothing_switches_nothing_on(string line)
    {
        using var tracing = await StartAsync(new());
        await WriteAsync("link north");
        await PassUntilAsync(() => _trace.IsOn);

        await WriteAsync(line);
        await PassUntilAsync(() => !_trace.IsOn);
    }

    private string Switch => Path.Combine(_folder, TraceSwitch.FileName);

    /// <summary>In one step, as an editor does.</summary>
    private async Task WriteAsync(string content)
    {
        var path = Path.Combine(_folder, "new");
        await File.WriteAllTextAsync(path, content);
        File.Move(path, Switch, overwrite: true);
    }

    private async Task<TraceSwitch> StartAsync(SmppTraceOptions trace)
    {
        var options = new SmppOptions { Trace = trace };
        trace.Directory = _folder;
        options.Links.Add(new() { Name = "north" });
        var tracing = new TraceSwitch(Options.Create(options), _trace, _time, NullLogger<TraceSwitch>.Instance);
        await tracing.StartAsync(CancellationToken.None);
        return tracing;
    }

    private async Task PassUntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
