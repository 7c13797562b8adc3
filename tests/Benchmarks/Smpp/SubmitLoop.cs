using System.Diagnostics;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Benchmarks.Smpp;

/// <summary>One transceiver session with so many submit_sm outstanding, each followed by the next as soon as it is answered.</summary>
internal static class SubmitLoop
{
    /// <summary>One in so many is timed: a clock read twice for each would be measured too.</summary>
    private const int Sampled = 16;

    public static async Task<LoopResult> RunAsync(int port, int window, TimeSpan duration)
    {
        var options = new SmppLinkOptions { Host = "127.0.0.1", Port = port, SystemId = "bench", Password = "bench", WindowSize = window };
        await using var link = new SmppClientLink(options, TimeProvider.System, NullLogger<SmppClientLink>.Instance);
        link.Start();
        await link.WaitUntilBoundAsync();
        await SubmitAsync(link, window, duration / 5); // warm-up: the JIT

        var (cpu, allocated, watch) = (Process.GetCurrentProcess().TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
        var (count, latencies) = await SubmitAsync(link, window, duration);
        var elapsed = watch.Elapsed;
        var cpuEach = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / count;
        return new(count / elapsed.TotalSeconds, latencies.Percentile(50), latencies.Percentile(99), cpuEach, (double)(GC.GetTotalAllocatedBytes() - allocated) / count);
    }

    private static async Task<(long Count, Latencies Latencies)> SubmitAsync(SmppClientLink link, int window, TimeSpan duration)
    {
        using var over = new CancellationTokenSource(duration);
        var callers = await Task.WhenAll(Enumerable.Range(0, window).Select(_ => Task.Run(() => CallAsync(link, over.Token))));
        var all = new Latencies();
        foreach (var caller in callers)
            all.AddAll(caller.Latencies);
        return (callers.Sum(c => c.Count), all);
    }

    private static async Task<(long Count, Latencies Latencies)> CallAsync(SmppClientLink link, CancellationToken over)
    {
        var submit = new SubmitSm
        {
            SourceAddr = Address.ShortCode("500"),
            DestinationAddr = Address.International("8613800138000"),
            ShortMessage = "Your coffee is paid: K7Q2M9"u8.ToArray(),
        };
        var latencies = new Latencies();
        var count = 0L;
        while (!over.IsCancellationRequested)
        {
            var startedAt = count % Sampled == 0 ? Stopwatch.GetTimestamp() : 0;
            var outcome = await link.RequestAsync(submit, CancellationToken.None);
            if (!outcome.IsAccepted)
                throw new InvalidOperationException($"A submit_sm was not accepted: {outcome}");
            if (startedAt != 0)
                latencies.Add(Stopwatch.GetElapsedTime(startedAt));
            count++;
        }
        return (count, latencies);
    }
}
