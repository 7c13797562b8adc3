using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CarrierPay.Benchmarks.Rails;

/// <summary>The reference: frames of the same size, as many outstanding, and nobody who reads them: what sockets and scheduler of this machine allow.</summary>
internal static class EchoLoop
{
    public static async Task<LoopResult> RunAsync(int port, int window, int frameLength, TimeSpan duration)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await ExchangeAsync(socket, window, frameLength, duration / 2); // warm-up

        var (cpu, allocated) = (Process.GetCurrentProcess().TotalProcessorTime, GC.GetTotalAllocatedBytes());
        var watch = Stopwatch.StartNew();
        var (count, latencies) = await ExchangeAsync(socket, window, frameLength, duration);
        var elapsed = watch.Elapsed;
        var cpuEach = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / count;
        return new(count / elapsed.TotalSeconds, latencies.Percentile(50), latencies.Percentile(99), cpuEach, (double)(GC.GetTotalAllocatedBytes() - allocated) / count);
    }

    /// <summary>Keeps the window full until the time is over, then takes what is still on its way.</summary>
    private static async Task<(long Count, Latencies Latencies)> ExchangeAsync(Socket socket, int window, int frameLength, TimeSpan duration)
    {
        var (frames, received) = (new byte[window * frameLength], new byte[window * frameLength]);
        var sentAt = new Queue<long>(window);
        var latencies = new Latencies();
        var (count, part, watch) = (0L, 0, Stopwatch.StartNew());
        await SendAsync(window);
        while (sentAt.Count > 0)
        {
            var read = await socket.ReceiveAsync(received);
            if (read == 0)
                throw new InvalidOperationException("The echo closed the connection.");
            var whole = Math.DivRem(part + read, frameLength, out part);
            for (var i = 0; i < whole; i++)
                latencies.Add(Stopwatch.GetElapsedTime(sentAt.Dequeue()));
            count += whole;
            if (watch.Elapsed < duration)
                await SendAsync(whole);
        }
        return (count, latencies);

        async ValueTask SendAsync(int howMany)
        {
            var now = Stopwatch.GetTimestamp();
            for (var i = 0; i < howMany; i++)
                sentAt.Enqueue(now);
            for (var sent = 0; sent < howMany * frameLength;)
                sent += await socket.SendAsync(frames.AsMemory(sent, (howMany * frameLength) - sent));
        }
    }
}
