using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.Simulator.Smsc;

/// <summary>A system_id that may bind, besides the one of <see cref="SmscOptions"/>.</summary>
public sealed class AccountOptions
{
    /// <summary>Up to 15 characters.</summary>
    [Required]
    [StringLength(15, MinimumLength = 1)]
    public string SystemId { get; set; } = "";

    /// <summary>Up to 8 characters (SMPP 3.4).</summary>
    [Required]
    [StringLength(8, MinimumLength = 1)]
    public string Password { get; set; } = "";

    /// <summary>The short codes whose messages it is given, separated by commas; empty for all of them.</summary>
    [RegularExpression("^( *[0-9]{2,15} *(, *[0-9]{2,15} *)*)?$", ErrorMessage = "ShortCodes is a list of numbers of 2 to 15 digits, separated by commas, or empty.")]
    public string ShortCodes { get; set; } = "";

    /// <summary>What it may do over all its binds; null for <see cref="SmscOptions.Limits"/>.</summary>
    public EsmeLimits? Limits { get; set; }
}

/// <summary>Who may bind, and which messages go to whom.</summary>
internal sealed class Accounts
{
    private readonly Dictionary<string, (byte[] Password, HashSet<string> ShortCodes, EsmeLimits Limits)> _accounts = new(StringComparer.Ordinal);

    /// <exception cref="SettingException">A system_id is there twice.</exception>
    public Accounts(SmscOptions options)
    {
        Add(options.SystemId, options.Password, "", options.Limits);
        foreach (var account in options.Accounts ?? []) Add(account.SystemId, account.Password, account.ShortCodes, account.Limits ?? options.Limits);
    }

    public CommandStatus Judge(BindRequest request) =>
        !_accounts.TryGetValue(request.SystemId, out var account) ? CommandStatus.RINVSYSID
        : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Password), account.Password) ? CommandStatus.ROK
        : CommandStatus.RINVPASWD;

    /// <summary>Of a system_id that may bind.</summary>
    public EsmeLimits LimitsOf(string systemId) => _accounts[systemId].Limits;

    /// <summary>Messages to this short code go to this system_id.</summary>
    public bool Takes(string systemId, string shortCode) =>
        _accounts.TryGetValue(systemId, out var account) && (account.ShortCodes.Count == 0 || account.ShortCodes.Contains(shortCode));

    private void Add(string systemId, string password, string shortCodes, EsmeLimits limits)
    {
        var codes = shortCodes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (!_accounts.TryAdd(systemId, (Encoding.UTF8.GetBytes(password), [.. codes], limits)))
            throw new SettingException($"Simulator__Smsc__Accounts: the system_id {systemId} is there twice.");
    }
}
