using System.ComponentModel.DataAnnotations;

namespace CarrierPay.Engine.Storage;

/// <summary>Where the database is.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "CarrierPay:Database";

    /// <summary>Npgsql's connection string. Its login needs membership in the role <c>carrierpay_engine</c>, and nothing more.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = Section + ":ConnectionString is missing: give the Npgsql connection string of the database, for example Host=127.0.0.1;Database=carrierpay;Username=carrierpay.")]
    public string ConnectionString { get; set; } = "";

    /// <summary>The owner's connection string, for migrations only; without it they use <see cref="ConnectionString"/>.</summary>
    public string? OwnerConnectionString { get; set; }
}

/// <summary>What is fixed at the first migration of a database and never changes after it.</summary>
public sealed class InstallationOptions : IValidatableObject
{
    public const string Section = "CarrierPay:Installation";

    /// <summary>Lanes over which the subscribers are spread, 1 to 1024.</summary>
    [Range(1, 1024, ErrorMessage = Section + ":Lanes must be 1 to 1024.")]
    public int Lanes { get; set; } = 32;

    /// <summary>ISO 4217 code of the currency in which subscribers pay.</summary>
    public string Currency { get; set; } = "EUR";

    /// <summary>IANA name of the time zone of business days, cut-offs and the times in texts.</summary>
    public string TimeZone { get; set; } = "UTC";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? wrongCurrency = null;
        try
        {
            _ = Primitives.Currency.Of(Currency ?? "");
        }
        catch (ArgumentException)
        {
            wrongCurrency = $"{Section}:Currency is '{Currency}': give an ISO 4217 code in capitals, as EUR.";
        }
        if (wrongCurrency is not null)
            yield return new(wrongCurrency, [nameof(Currency)]);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone ?? "", out _))
            yield return new($"{Section}:TimeZone is '{TimeZone}': give the IANA name of a time zone, as Africa/Nairobi.", [nameof(TimeZone)]);
    }
}
