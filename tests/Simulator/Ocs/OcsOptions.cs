using System.ComponentModel.DataAnnotations;
using System.Net;

namespace CarrierPay.Simulator.Ocs;

/// <summary>The online charging system: where the system under test charges airtime by Diameter.</summary>
public sealed class OcsOptions
{
    /// <summary>The registered port of Diameter.</summary>
    public const int UsualPort = 3868;

    /// <summary>Address to listen on. Loopback by default: anybody who reaches it can charge anybody.</summary>
    [Required]
    [RegularExpression("^(localhost|[0-9.]+|[0-9a-fA-F:]+)$", ErrorMessage = "Host is an IP address or localhost.")]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>0 takes any free port. Unset: 3868 as a process, any free port inside a test.</summary>
    [Range(0, 65535)]
    public int? Port { get; set; }

    /// <summary>Its Origin-Host.</summary>
    [Required]
    [RegularExpression("^[!-~]{1,255}$", ErrorMessage = "OriginHost is a domain name.")]
    public string OriginHost { get; set; } = "ocs.operator.example";

    /// <summary>Its Origin-Realm, and the Destination-Realm that it serves.</summary>
    [Required]
    [RegularExpression("^[!-~]{1,255}$", ErrorMessage = "Realm is a domain name.")]
    public string Realm { get; set; } = "operator.example";

    /// <summary>Of all accounts, ISO 4217.</summary>
    [RegularExpression("^[A-Z]{3}$", ErrorMessage = "Currency is three capital letters (ISO 4217).")]
    public string Currency { get; set; } = "EUR";

    /// <summary>How long a request is known again by Session-Id and CC-Request-Number. Default a day, as RFC 6733, appendix C, has it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "31.00:00:00")]
    public TimeSpan DuplicateWindow { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The answer to a price enquiry, in minor units. Default 100.</summary>
    [Range(0, long.MaxValue)]
    public long Price { get; set; } = 100;

    /// <summary>The accounts at the start; null gives one of 10,000 minor units to each phone that is there from the start.</summary>
    public IReadOnlyList<OcsAccountOptions>? Accounts { get; set; }

    internal IPAddress Address => IPAddress.TryParse(Host, out var address) ? address : IPAddress.Loopback;
}

/// <summary>An account that is there from the start. The same fields as <c>PUT /api/ocs/accounts/{msisdn}</c>.</summary>
public sealed class OcsAccountOptions
{
    [Required]
    [RegularExpression("^[+]?[0-9]{5,15}$", ErrorMessage = "Msisdn is 5 to 15 digits, country code first.")]
    public string Msisdn { get; set; } = "";

    /// <summary>Minor units.</summary>
    public long Balance { get; set; } = 10_000;

    /// <summary>How far below 0 the balance may go, in minor units: above 0 it is a phone bill. Default 0.</summary>
    [Range(0, long.MaxValue)]
    public long CreditLimit { get; set; }
}
