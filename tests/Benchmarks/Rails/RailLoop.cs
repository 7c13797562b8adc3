using System.Diagnostics;

namespace CarrierPay.Benchmarks.Rails;

/// <summary>So many debits outstanding over one connection, each followed by the next as soon as it is answered.</summary>
internal static class RailLoop
{
    /// <summary>One in so many is timed: a clock read twice for each would be measured too.</summary>
    private const int Sampled = 16;

    public static async Task<LoopResult> RunAsync(IRail rail, int window, TimeSpan duration, Tally tally)
    {
        var payers = Enumerable.Range(0, window).Select(rail.Payer).ToList();
        await PayAsync(payers, duration / 2, tally); // warm-up

        var (cpu, allocated, watch) = (Process.GetCurrentProcess().TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
        var (count, latencies) = await PayAsync(payers, duration, tally);
        var elapsed = watch.Elapsed;
        var cpuEach = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / count;
        return new(count / elapsed.TotalSeconds, latencies.Percentile(50), latencies.Percentile(99), cpuEach, (double)(GC.GetTotalAllocatedBytes() - allocated) / count);
    }

    private static async Task<(long Count, Latencies Latencies)> PayAsync(IReadOnlyList<Func<Task<long>>> payers, TimeSpan duration, Tally tally)
    {
        using var over = new CancellationTokenSource(duration);
        var paid = await Task.WhenAll(payers.Select(payer => Task.Run(() => PayAsync(payer, over.Token))));
        var all = new Latencies();
        foreach (var (account, payer) in paid.Index())
        {
            tally.Add(account, payer.Debited, payer.Count);
            all.AddAll(payer.Latencies);
        }
        return (paid.Sum(payer => payer.Count), all);
    }

    private static async Task<(long Count, long Debited, Latencies Latencies)> PayAsync(Func<Task<long>> debitAsync, CancellationToken over)
    {
        var (count, debited, latencies) = (0L, 0L, new Latencies());
        while (!over.IsCancellationRequested)
        {
            var startedAt = count % Sampled == 0 ? Stopwatch.GetTimestamp() : 0;
            debited += await debitAsync();
            if (startedAt != 0)
                latencies.Add(Stopwatch.GetElapsedTime(startedAt));
            count++;
        }
        return (count, debited, latencies);
    }
}
