namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>When a notice that was not delivered is tried again. Pure.</summary>
/// <remarks>Standard Webhooks 1.0.0, "Deliverability and reliability".</remarks>
public static class NoticeSchedule
{
    private static readonly TimeSpan[] Standard =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    /// <summary>After so long the first attempt that follows the first one is due, whatever chance said.</summary>
    public static TimeSpan FirstPause(IReadOnlyList<TimeSpan> delays) => Spread(delays.Count == 0 ? Standard[0] : delays[0], 1000);

    /// <param name="attempts">Made so far, this one included: 1 or more.</param>
    /// <param name="delays">Empty = those of Standard Webhooks.</param>
    /// <param name="chance">0 to 1000: spreads the attempts of many notices over a tenth of the pause, both ways.</param>
    /// <returns>The time of the next attempt; null = none, the notice is dead.</returns>
    public static DateTimeOffset? Next(int attempts, NoticeAnswer answer, DateTimeOffset now, DateTimeOffset giveUpAt, IReadOnlyList<TimeSpan> delays, int chance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        if (answer.IsGone)
            return null;
        if (delays.Count == 0)
            delays = Standard;
        var delay = Spread(delays[Math.Min(attempts, delays.Count) - 1], chance);
        if (answer.RetryAfter is { } asked && asked > delay)
            delay = asked < LongestRetryAfter ? asked : LongestRetryAfter;
        var next = now + delay;
        return next <= giveUpAt ? next : null;
    }

    // A tenth less at 0, a tenth more at 1000.
    private static TimeSpan Spread(TimeSpan delay, int chance) => delay + TimeSpan.FromTicks(delay.Ticks / 10 * ((2 * chance) - 1000) / 1000);
}
