using System.ComponentModel.DataAnnotations;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>How merchants are told of their payments.</summary>
public sealed class NoticesOptions : IValidatableObject
{
    public const string Section = "CarrierPay:Notices";

    /// <summary>How often the payments that wait are bundled, 0.1 to 60 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00", ErrorMessage = Section + ":Interval must be 00:00:00.1 to 00:01:00.")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The most payments that one notice tells of, 1 to 1000. A hundred are about 25 kB.</summary>
    [Range(1, 1000, ErrorMessage = Section + ":PaymentsPerNotice must be 1 to 1000.")]
    public int PaymentsPerNotice { get; set; } = 100;

    /// <summary>How long a merchant may take to answer, 1 to 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30", ErrorMessage = Section + ":AnswerWithin must be 00:00:01 to 00:00:30.")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The pauses between attempts, each with up to a tenth more or less; the last one is repeated. Empty = those of Standard Webhooks.</summary>
    public List<TimeSpan> RetryDelays { get; } = [];

    /// <summary>How long a notice is tried, 1 minute to 30 days. Then it is dead: kept, logged, and sent again only when somebody replays it.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00", ErrorMessage = Section + ":GiveUpAfter must be 00:01:00 to 30.00:00:00.")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(4);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (var i = 0; i < RetryDelays.Count; i++)
        {
            if (RetryDelays[i] < TimeSpan.FromSeconds(1) || RetryDelays[i] > TimeSpan.FromDays(2))
                yield return new($"{Section}:RetryDelays:{i} must be 00:00:01 to 2.00:00:00.", [nameof(RetryDelays)]);
        }
    }
}
