using System.ComponentModel.DataAnnotations;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;

namespace CarrierPay.Engine.Funding.Airtime;

/// <summary>Section <c>CarrierPay:Diameter</c>: this node and its peers. Without a peer there is no airtime to pay from.</summary>
public sealed class OcsOptions : IValidatableObject
{
    public const string Section = "CarrierPay:Diameter";

    /// <summary>What was agreed with the operator of the charging system. Its realm is that of the first peer, if it is not set.</summary>
    public CreditControlOptions CreditControl { get; set; } = new();

    /// <summary>Requests under way at a time; one more payment is declined at once. Default 200: as many as one connection takes.</summary>
    [Range(1, 10_000, ErrorMessage = Section + ":Room must be 1 to 10,000.")]
    public int Room { get; set; } = 200;

    /// <summary>Whether phone bills are charged by the charging system, which keeps their limits and puts them on the bill. Default no: by a file to billing.</summary>
    public bool ChargesBills { get; set; }

    /// <summary>When a request without an answer goes out again: after the first attempt, the second, ... The last one goes on. Default 5 s, 15 s, 1 min, 5 min.</summary>
    public IList<TimeSpan> Resends { get; } = [];

    /// <summary>As long as the charging system certainly knows a repeat. After it a person decides. Default 12 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = Section + ":ResendFor must be 00:00:01 to 30.00:00:00.")]
    public TimeSpan ResendFor { get; set; } = TimeSpan.FromHours(12);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var pause in Resends)
        {
            if (pause < TimeSpan.FromMilliseconds(100) || pause > TimeSpan.FromDays(1))
                yield return new($"{Section}:Resends: {pause} must be 00:00:00.1 to 1.00:00:00.", [nameof(Resends)]);
        }
    }
}
