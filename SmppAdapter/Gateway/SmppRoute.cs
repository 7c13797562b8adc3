using System.ComponentModel.DataAnnotations;
using CarrierPay.SmppAdapter.Routing;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Where messages go that begin with a prefix, come from a short code, or both. Of several that fit, the one with the short code counts, then the one with the longest prefix.</summary>
public sealed class SmppRoute
{
    /// <summary>The first digits of the subscriber's number, with the country code; empty = any.</summary>
    [RegularExpression("^[0-9]{0,15}$", ErrorMessage = "is the beginning of a number: digits with the country code and without a plus sign.")]
    public string Prefix { get; set; } = "";

    /// <summary>The short codes from which they come, separated by commas; empty = any.</summary>
    [RegularExpression(SmppGatewayLink.ShortCodesForm, ErrorMessage = "is a list of short codes separated by commas, such as 500,501.")]
    public string ShortCodes { get; set; } = "";

    /// <summary>The SMSCs, as links name them, in order of preference, separated by commas: the next one is asked when the one before is not bound, or full for longer than FailoverAfter.</summary>
    [Required(ErrorMessage = "names no SMSC: write the names that links have in Smsc, separated by commas.")]
    public string Smscs { get; set; } = "";

    internal IReadOnlyList<string> SmscList() => SmppGatewayLink.SplitList(Smscs);

    /// <summary>One for each short code.</summary>
    internal IEnumerable<SmscRoute<T>> ToRoutes<T>(Func<string, T> smsc)
    {
        T[] targets = [.. SmscList().Select(smsc)];
        var codes = SmppGatewayLink.SplitList(ShortCodes);
        return (codes.Length == 0 ? [""] : codes).Select(code => new SmscRoute<T>(Prefix, code, targets));
    }
}
