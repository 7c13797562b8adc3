using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Waiting for conditions: nothing here sleeps for a result, and nothing waits for ever.</summary>
internal static class Deadlines
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static Task InTime(this Task task) => task.WaitAsync(Longest);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Longest);

    public static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Longest);

    public static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Longest);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Delay(1, CancellationToken.None);
        }
    }

    /// <summary>Lets time pass in small steps until the condition holds; gives how much passed.</summary>
    public static async Task<TimeSpan> PassUntil(this FakeTimeProvider time, Func<bool> condition, TimeSpan? step = null)
    {
        var start = time.GetUtcNow();
        await Until(() =>
        {
            if (condition())
            {
                return true;
            }
            time.Advance(step ?? TimeSpan.FromMilliseconds(100));
            return false;
        });
        return time.GetUtcNow() - start;
    }
}
