using System.ComponentModel.DataAnnotations;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>The links to SMSCs, and what protects the engine from them.</summary>
public sealed class SmppOptions
{
    public const string Section = "CarrierPay:Smpp";

    /// <summary>At least one. Several to one SMSC share its traffic.</summary>
    public IList<SmppGatewayLink> Links { get; } = [];

    /// <summary>Texts that one number may send in <see cref="FloodWindow"/>. More are refused for the time being, and the SMSC brings them later.</summary>
    [Range(1, 10_000)]
    public int FloodLimit { get; set; } = 20;

    /// <summary>See <see cref="FloodLimit"/>. Default 10 s.</summary>
    public TimeSpan FloodWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A record of PDUs for Wireshark.</summary>
    public SmppTraceOptions Trace { get; set; } = new();
}

/// <summary>One link to an SMSC, and what the engine does over it.</summary>
public sealed class SmppGatewayLink : SmppLinkOptions
{
    /// <summary>The short codes that this link serves, separated by commas: messages from one of them go over it while it is bound. Empty: any.</summary>
    [RegularExpression("^ *([0-9A-Za-z]{1,20} *(, *[0-9A-Za-z]{1,20} *)*)?$", ErrorMessage = "is a list of short codes separated by commas, such as 500,501.")]
    public string ShortCodes { get; set; } = "";

    /// <summary>The kind of USSD gateway behind the link: its_session_info, user_message_reference, none or vendor_abort. Empty: there is none, and all that comes is SMS.</summary>
    public string UssdProfile { get; set; } = "";

    /// <summary>What this gateway does otherwise than its kind, such as <c>Ussd:EndOp</c> = 0x03.</summary>
    public UssdSettings Ussd { get; set; } = new();

    /// <summary>Until when a USSD input can be answered; later the text goes by SMS. A little below what the gateway allows. Default 10 s.</summary>
    public TimeSpan UssdAnswerWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After so long a USSD session is told that its answer follows by SMS. Default 3 s.</summary>
    public TimeSpan UssdFollowsAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>A text that is not decided by then is not decided at all and answered with a temporary error. Below the time after which the SMSC sends it again. Default 5 s.</summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The profile with what is set otherwise; null if there is no USSD, or it cannot be.</summary>
    /// <param name="problems">Each begins with the name of the setting, as it stands under the link.</param>
    internal UssdProfile? Profile(out IReadOnlyList<string> problems)
    {
        problems = [];
        if (UssdProfile.Length == 0)
            return null;
        if (SmppAdapter.Ussd.UssdProfile.Named(UssdProfile) is not { } named)
        {
            problems = [$"{nameof(UssdProfile)} is \"{UssdProfile}\"; it must be {string.Join(", ", SmppAdapter.Ussd.UssdProfile.Names)}, or empty."];
            return null;
        }
        var profile = Ussd.ApplyTo(named, out var wrong);
        problems = [.. wrong.Select(problem => $"{nameof(Ussd)}:{problem}")];
        return problems.Count == 0 ? profile : null;
    }
}
