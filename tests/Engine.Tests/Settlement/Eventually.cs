using System.Diagnostics;

namespace CarrierPay.Engine.Tests.Settlement;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static Task True(Func<bool> condition, string expected, Func<string>? seen = null) => True(() => Task.FromResult(condition()), expected, seen);

    public static async Task True(Func<Task<bool>> condition, string expected, Func<string>? seen = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Deadline)
                Assert.Fail($"Not within {Deadline.TotalSeconds} s: {expected}. {seen?.Invoke()}");
            await Task.Delay(20);
        }
    }
}
