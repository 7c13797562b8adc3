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
            await Task.Delay(2, CancellationToken.None);
        }
    }
}
