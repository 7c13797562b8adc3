using System.ComponentModel.DataAnnotations;
using System.Net;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Simulator.Bank;

/// <summary>Kinds of authentication codes.</summary>
public enum BankMacKind
{
    /// <summary>ANSI X9.19, with single DES: the usual one.</summary>
    Retail,

    /// <summary>RFC 4493, cut to eight octets.</summary>
    AesCmac,
}

/// <summary>The bank: an ISO 8583 host with accounts.</summary>
public sealed class BankOptions
{
    /// <summary>No port is registered for ISO 8583; this one is easy to remember.</summary>
    public const int UsualPort = 8583;

    /// <summary>Address to listen on. Loopback by default: whoever reaches it can move its money.</summary>
    [Required]
    [RegularExpression("^(localhost|[0-9.]+|[0-9a-fA-F:]+)$", ErrorMessage = "Host is an IP address or localhost.")]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>0 takes any free port. Unset: 8583 as a process, any free port inside a test.</summary>
    [Range(0, 65535)]
    public int? Port { get; set; }

    /// <summary>How its messages are written: 1987-A, 1987-BCD, 1987-HEX, 1987-EBCDIC or 1993-A.</summary>
    [Required]
    [RegularExpression("^(1987-A|1987-BCD|1987-HEX|1987-EBCDIC|1993-A)$", ErrorMessage = "Profile is 1987-A, 1987-BCD, 1987-HEX, 1987-EBCDIC or 1993-A.")]
    public string Profile { get; set; } = KnownProfiles.A1987;

    /// <summary>16 octets in hexadecimal: messages about money carry an authentication code with this key. Empty: none does.</summary>
    [RegularExpression("^([0-9A-Fa-f]{32})?$", ErrorMessage = "MacKey is 32 hexadecimal digits.")]
    public string MacKey { get; set; } = "";

    /// <summary>How that code is made.</summary>
    public BankMacKind MacKind { get; set; }

    /// <summary>Whether a reversal that comes before its original leaves no trace, so that the original is done when it comes: as some banks do.</summary>
    public bool ForgetsReversals { get; set; }

    /// <summary>The accounts at the start; null gives two to begin with, an empty list none.</summary>
    public IReadOnlyList<BankAccountOptions>? Accounts { get; set; }

    internal IPAddress Address => IPAddress.TryParse(Host, out var address) ? address : IPAddress.Loopback;
}

/// <summary>An account that is there from the start. The same fields as <c>PUT /api/bank/accounts/{number}</c>.</summary>
public sealed class BankAccountOptions
{
    [Required]
    [RegularExpression(BankBooks.NumberPattern, ErrorMessage = "Number is 1 to 28 letters and digits.")]
    public string Number { get; set; } = "";

    [Required]
    [RegularExpression("^[A-Z]{3}$", ErrorMessage = "Currency is three capital letters (ISO 4217).")]
    public string Currency { get; set; } = "EUR";

    /// <summary>Minor units.</summary>
    [Range(0, 999_999_999_999)]
    public long Balance { get; set; } = 100_000;
}
