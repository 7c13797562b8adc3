using System.Diagnostics;

namespace CarrierPay.Simulator.Tests;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Eventually
{
    /// <summary>Long enough for a machine that is busy with other things.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task True(Func<bool> condition, string expected, Func<string>? seen = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Deadline) Assert.Fail($"Not within {Deadline.TotalSeconds} s: {expected}. {seen?.Invoke()}");
            await Task.Delay(10);
        }
    }

    public static async Task True(Func<Task<bool>> condition, string expected)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Deadline) Assert.Fail($"Not within {Deadline.TotalSeconds} s: {expected}");
            await Task.Delay(10);
        }
    }
}
