using System.ComponentModel.DataAnnotations;
using System.Net;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Masp;
using CarrierPay.Simulator.Ocs;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Smsc.Receipts;
using CarrierPay.Simulator.Smsc.Wire;
using CarrierPay.Simulator.Ussd;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.Simulator;

/// <summary>Everything that can be set. In the environment each name is <c>Simulator__...</c>, e.g. <c>Simulator__Smsc__Port</c>.</summary>
public sealed class SimulatorOptions
{
    public const string Section = "Simulator";

    public SmscOptions Smsc { get; set; } = new();

    public WebOptions Web { get; set; } = new();

    public BankOptions Bank { get; set; } = new();

    /// <summary>The USSD gateway, behind the same binds.</summary>
    public UssdOptions Ussd { get; set; } = new();

    /// <summary>The online charging system.</summary>
    public OcsOptions Ocs { get; set; } = new();

    /// <summary>Where the charging system and the bank keep their books, so that they are the same after a restart, a kill included. Null keeps them in memory only.</summary>
    /// <remarks>Two files that only grow. Accounts of the settings are opened in new books only.</remarks>
    [MinLength(1)]
    public string? DataFolder { get; set; }

    /// <summary>The numbers whose messages go to the bound systems, separated by commas; *500# dials 500. Default 500.</summary>
    [Required]
    [RegularExpression("^ *[0-9]{2,15} *(, *[0-9]{2,15} *)*$", ErrorMessage = "ShortCodes is a list of numbers of 2 to 15 digits, separated by commas.")]
    public string ShortCodes { get; set; } = "500";

    /// <summary>The handsets at the start; null gives three to begin with, an empty list none.</summary>
    public IReadOnlyList<PhoneOptions>? Phones { get; set; }

    /// <summary>The merchants (MASP) at the start. Default: COFFEE without a secret, which refuses everything until it has one.</summary>
    public IReadOnlyList<MaspOptions>? Masps { get; set; }
}

/// <summary>The short message centre: where the system under test binds.</summary>
public sealed class SmscOptions
{
    /// <summary>Address to listen on. Loopback by default: anybody who reaches it can send as any number.</summary>
    [Required]
    [RegularExpression("^(localhost|[0-9.]+|[0-9a-fA-F:]+)$", ErrorMessage = "Host is an IP address or localhost.")]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>0 takes any free port. Default 2775, the registered SMPP port.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 2775;

    /// <summary>The system_id that may bind, up to 15 characters.</summary>
    [Required]
    [StringLength(15, MinimumLength = 1)]
    public string SystemId { get; set; } = "carrierpay";

    /// <summary>Its password, up to 8 characters (SMPP 3.4).</summary>
    [Required]
    [StringLength(8, MinimumLength = 1)]
    public string Password { get; set; } = "secret";

    /// <summary>What each system_id may do over all its binds, unless its account says otherwise. Default: anything.</summary>
    public EsmeLimits Limits { get; set; } = new();

    /// <summary>More system_ids, each with a password and short codes of its own.</summary>
    public IReadOnlyList<AccountOptions>? Accounts { get; set; }

    public TlsOptions Tls { get; set; } = new();

    /// <summary>How long a deliver_sm waits for its answer before it counts as unanswered. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before a message is tried again after a temporary error or no answer. Default 5 s; real centres take minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a message of a phone is kept trying, from when it was sent. Default 24 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "7.00:00:00")]
    public TimeSpan Validity { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many deliver_sm may be unanswered on one bind. Default 100.</summary>
    [Range(1, 1000)]
    public int Window { get; set; } = 100;

    /// <summary>How message ids are written in responses. Default Hex.</summary>
    public MessageIdForm MessageIds { get; set; }

    /// <summary>What delivery receipts are like, unless something else is ordered.</summary>
    public ReceiptOptions Receipts { get; set; } = new();

    internal IPAddress Address => IPAddress.TryParse(Host, out var address) ? address : IPAddress.Loopback;
}

/// <summary>The page and the HTTP API.</summary>
public sealed class WebOptions
{
    /// <summary>Where the page and the HTTP API are, e.g. <c>http://127.0.0.1:5090</c>; port 0 takes any free port.</summary>
    [Required]
    [RegularExpression("^http://[^/;, ]+/?$", ErrorMessage = "Urls is one address such as http://127.0.0.1:5090.")]
    public string Urls { get; set; } = "http://127.0.0.1:5090";
}

/// <summary>A handset that is there from the start.</summary>
public sealed class PhoneOptions
{
    [Required]
    [RegularExpression("^[+]?[0-9]{5,15}$", ErrorMessage = "Msisdn is 5 to 15 digits, country code first.")]
    public string Msisdn { get; set; } = "";

    /// <summary>Shown on its screen; default the number.</summary>
    public string? Name { get; set; }

    /// <summary>en or zh: the words on its keys and its ready texts.</summary>
    public PhoneLanguage Language { get; set; } = PhoneLanguage.En;
}

/// <summary>A merchant that is there from the start. The same fields as <c>PUT /api/masps/{keyword}</c>.</summary>
public sealed class MaspOptions
{
    [Required]
    [RegularExpression("^[0-9A-Za-z]{1,20}$", ErrorMessage = "Keyword is 1 to 20 letters and digits.")]
    public string Keyword { get; set; } = "";

    /// <summary><c>whsec_...</c>; without one every request is refused.</summary>
    public string? Secret { get; set; }

    /// <summary>Minor units.</summary>
    [Range(1, long.MaxValue)]
    public long Price { get; set; } = 1250;

    [RegularExpression("^[A-Z]{3}$", ErrorMessage = "Currency is three capital letters (ISO 4217).")]
    public string Currency { get; set; } = "EUR";

    public string Text { get; set; } = "Caffe Latte";

    public QuoteMode Mode { get; set; } = QuoteMode.Answer;
}
