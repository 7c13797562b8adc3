using System.ComponentModel.DataAnnotations;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Options;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Section <c>CarrierPay:Smpp</c>: the SMSCs.</summary>
public sealed class SmppOptions
{
    public const string Section = "CarrierPay:Smpp";

    /// <summary>The links; at least one.</summary>
    public List<LinkOptions> Links { get; set; } = [];

    /// <summary>How long a text may wait for its decision before it is answered with a temporary error. Less than the SMSC's response timer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:01:00")]
    public TimeSpan DecideWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most texts that one number may send in ten seconds; further ones are answered with a temporary error.</summary>
    [Range(1, 10_000)]
    public int TextsPerTenSeconds { get; set; } = 20;
}

/// <summary>One link, <c>CarrierPay:Smpp:Links:N</c>: what <see cref="SmppLinkOptions"/> holds, and what the gateway needs besides.</summary>
public sealed class LinkOptions : SmppLinkOptions
{
    /// <summary>The short codes served by this link, separated by commas; empty = any.</summary>
    public string ShortCodes { get; set; } = "";

    public bool Serves(string shortCode)
    {
        var codes = ShortCodes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return codes.Length == 0 || Array.IndexOf(codes, shortCode) >= 0;
    }
}

/// <summary>Names the setting that is wrong.</summary>
internal sealed class SmppOptionsCheck : IValidateOptions<SmppOptions>
{
    public ValidateOptionsResult Validate(string? name, SmppOptions options)
    {
        List<string> faults = [];
        if (options.Links.Count == 0)
            faults.Add($"{SmppOptions.Section}:Links is empty: name at least one SMSC ({SmppOptions.Section}:Links:0:Host, Port, SystemId, Password).");
        for (var i = 0; i < options.Links.Count; i++)
        {
            var link = options.Links[i];
            var at = $"{SmppOptions.Section}:Links:{i}";
            if (string.IsNullOrWhiteSpace(link.Host))
                faults.Add($"{at}:Host is empty: give the SMSC's host name or address.");
            if (link.Port is < 1 or > 65535)
                faults.Add($"{at}:Port is {link.Port}: give a number from 1 to 65535.");
            if (link.SystemId.Length is 0 or > 15)
                faults.Add($"{at}:SystemId has {link.SystemId.Length} characters: SMPP allows 1 to 15.");
            if (link.Password.Length > 8)
                faults.Add($"{at}:Password has {link.Password.Length} characters: SMPP allows at most 8.");
            if (link.WindowSize is < 1 or > 10_000)
                faults.Add($"{at}:WindowSize is {link.WindowSize}: give a number from 1 to 10000.");
        }
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
