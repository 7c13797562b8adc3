using System.ComponentModel.DataAnnotations;

namespace CarrierPay.Admin;

/// <summary>Where Admin listens, and how long a session lasts.</summary>
public sealed class AdminOptions : IValidatableObject
{
    public const string Section = "CarrierPay:Admin";

    /// <summary>Addresses separated by semicolons. Beyond this machine, put a proxy with TLS in front.</summary>
    public string Urls { get; set; } = "http://127.0.0.1:5070";

    /// <summary>Whether a proxy in front speaks TLS with the browsers: cookies are then sent over TLS only.</summary>
    public bool BehindTls { get; set; }

    /// <summary>A session in which nothing is asked for so long ends.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A session ends so long after its sign-in, whatever is done in it.</summary>
    public TimeSpan SessionLongest { get; set; } = TimeSpan.FromHours(10);

    /// <summary>A form that decides about money is refused when it is older.</summary>
    public TimeSpan FormLongest { get; set; } = TimeSpan.FromMinutes(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var url in (Urls ?? "").Split(';'))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
                yield return new($"{Section}:Urls is '{Urls}': give http addresses separated by semicolons, as http://127.0.0.1:5070.", [nameof(Urls)]);
        }
        foreach (var (name, value) in new[] { (nameof(SessionIdle), SessionIdle), (nameof(SessionLongest), SessionLongest), (nameof(FormLongest), FormLongest) })
        {
            if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromDays(1))
                yield return new($"{Section}:{name} is {value}: give one second to one day, as 00:30:00.", [name]);
        }
    }
}
