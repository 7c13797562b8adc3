using System.Diagnostics;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Task True(Func<bool> condition, string expected) => True(() => Task.FromResult(condition()), expected);

    public static async Task True(Func<Task<bool>> condition, string expected)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Deadline)
                Assert.Fail($"Not within {Deadline.TotalSeconds} s: {expected}.");
            await Task.Delay(10);
        }
    }
}
