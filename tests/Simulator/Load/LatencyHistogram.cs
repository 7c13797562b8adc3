using System.Numerics;

namespace CarrierPay.Simulator.Load;

/// <summary>Latencies in milliseconds. Percentiles are at most 1.6 % too high; the maximum is exact.</summary>
public sealed record LatencyView(long Count, double P50, double P90, double P99, double P999, double Max);

/// <summary>Counts latencies in buckets that grow with the value: bounded memory, whatever comes. Safe to use from several threads.</summary>
/// <remarks>A value below 64 us has a bucket of its own; above, each power of two is cut into 64.</remarks>
internal sealed class LatencyHistogram
{
    private const int Steps = 64;
    private const int LargestPower = 40;

    private readonly long[] _buckets = new long[Steps * (LargestPower - 4)];
    private long _max;

    public void Add(TimeSpan latency)
    {
        var microseconds = Math.Clamp((long)latency.TotalMicroseconds, 0, (1L << LargestPower) - 1);
        Interlocked.Increment(ref _buckets[Bucket(microseconds)]);
        for (var seen = Volatile.Read(ref _max); microseconds > seen;)
        {
            var before = Interlocked.CompareExchange(ref _max, microseconds, seen);
            if (before == seen) break;
            seen = before;
        }
    }

    public LatencyView View()
    {
        var counts = (long[])_buckets.Clone();
        var total = counts.Sum();
        var max = Volatile.Read(ref _max);
        return new LatencyView(total, At(0.5), At(0.9), At(0.99), At(0.999), max / 1000.0);

        double At(double share)
        {
            var rank = (long)Math.Ceiling(share * total);
            if (rank == 0) return 0;
            var bucket = 0;
            for (var seen = counts[0]; seen < rank; seen += counts[bucket]) bucket++;
            return Math.Min(Top(bucket), max) / 1000.0;
        }
    }

    private static int Bucket(long microseconds)
    {
        if (microseconds < Steps) return (int)microseconds;
        var shift = BitOperations.Log2((ulong)microseconds) - 6;
        return (shift * Steps) + (int)(microseconds >> shift);
    }

    /// <summary>The largest value of a bucket.</summary>
    private static long Top(int bucket)
    {
        if (bucket < 2 * Steps) return bucket;
        var shift = (bucket / Steps) - 1;
        return ((bucket - (shift * Steps) + 1L) << shift) - 1;
    }
}
