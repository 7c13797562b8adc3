namespace CarrierPay.Engine.Lanes;

/// <summary>Compares this process's clock with the database's: expiry is decided by the one and written by the other.</summary>
internal static class LaneClock
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <param name="offset">By how much the process's clock is shifted on purpose.</param>
    /// <returns>What is wrong, for a person; null if nothing is.</returns>
    public static string? Problem(TimeProvider time, TimeSpan offset, DateTimeOffset database)
    {
        var off = time.GetUtcNow() - offset - database;
        return off.Duration() <= Tolerance ? null : $"the clock of this machine is {off.TotalSeconds:0.0} s off the database's";
    }
}
