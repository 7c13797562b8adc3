using System.ComponentModel.DataAnnotations;

namespace CarrierPay.Engine.Lanes;

/// <summary>Section <c>CarrierPay:Lanes</c>.</summary>
public sealed class LanesOptions
{
    public const string Section = "CarrierPay:Lanes";

    /// <summary>Workers, each with a database connection of its own. More than two for each core only wait for one another.</summary>
    [Range(1, 64, ErrorMessage = Section + ":Workers must be 1 to 64.")]
    public int Workers { get; set; } = 4;

    /// <summary>The most events in one transaction. Measured: 64 to 256 is the knee, 1,024 only adds latency.</summary>
    [Range(1, 256, ErrorMessage = Section + ":BatchSize must be 1 to 256.")]
    public int BatchSize { get; set; } = 256;

    /// <summary>The most events that may wait in one lane; a further one is refused for now.</summary>
    [Range(1, 1_000_000, ErrorMessage = Section + ":MaxWaiting must be 1 to 1,000,000.")]
    public int MaxWaiting { get; set; } = 4096;

    /// <summary>How many quotes of one merchant may be asked for at a time.</summary>
    [Range(1, 10_000, ErrorMessage = Section + ":QuotesPerMerchant must be 1 to 10,000.")]
    public int QuotesPerMerchant { get; set; } = 200;

    /// <summary>How long a commit may stay unanswered before its connection is closed and the outcome looked up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = Section + ":CommitTimeout must be 00:00:01 to 00:05:00.")]
    public TimeSpan CommitTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often due payments and work without an owner are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:00:10", ErrorMessage = Section + ":SweepInterval must be 00:00:00.05 to 00:00:10.")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>By how much this process's clock is shifted (section <c>CarrierPay:Clock:Offset</c>): for tests; the database's clock is compared with it in mind.</summary>
    public TimeSpan ClockOffset { get; set; }
}
