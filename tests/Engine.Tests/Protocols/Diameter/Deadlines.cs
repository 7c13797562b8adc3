using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>Waiting for conditions: nothing here sleeps for a result, and nothing waits for ever.</summary>
internal static class Deadlines
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static Task InTime(this Task task) => task.WaitAsync(Longest);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Longest);

    public static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Longest);

    public static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Longest);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Delay(2, CancellationToken.None);
        }
    }

    /// <summary>Lets time pass in small steps until the condition holds. Each step leaves the sockets a moment, so that time does not outrun them.</summary>
    public static Task PassUntil(this FakeTimeProvider time, Func<bool> condition) => Until(() =>
    {
        if (condition())
            return true;
        time.Advance(TimeSpan.FromMilliseconds(100));
        return false;
    });
}
