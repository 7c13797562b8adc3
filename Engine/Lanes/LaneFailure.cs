using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>What a failure of a batch means.</summary>
internal static class LaneFailure
{
    /// <summary>Whether it lies in the surroundings, so that the same batch may succeed later.</summary>
    public static bool IsPassing(Exception e) => e switch
    {
        PeriodMovedException or ClockOffException or TimeoutException or IOException => true,
        PostgresException p => p.IsTransient || p.SqlState is PostgresErrorCodes.LockNotAvailable or "25P03" or "57P01" or "57P02" or "57P03",
        NpgsqlException => true,
        _ => false,
    };

    /// <summary>The type and the server's message: neither shows values of rows.</summary>
    public static string Describe(Exception e) => e is PostgresException p ? $"{p.SqlState} {p.MessageText}" : $"{e.GetType().Name}: {e.Message}";
}
