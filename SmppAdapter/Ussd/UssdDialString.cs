namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>What a subscriber dials: *500#, or *500*1*25# with arguments.</summary>
public static class UssdDialString
{
    /// <summary>True if the text begins with an asterisk or a hash and ends with a hash.</summary>
    /// <remarks>3GPP TS 22.030, section 6.5.3.2: a handset takes for USSD what ends with a hash and is no supplementary service of its own.</remarks>
    public static bool IsOne(string text) => text is ['*' or '#', _, .., '#'];

    /// <summary>The dial string of an address: some gateways leave the asterisk and the hash out.</summary>
    public static string Of(string digits) => digits.Length == 0 || IsOne(digits) ? digits : $"*{digits.Trim('*', '#')}#";

    /// <summary>The service code of an address, however much of the dial string it has.</summary>
    public static string CodeOf(string digits) => Read(Of(digits)).Code;

    /// <summary>The service code and the arguments behind it: "500" and "1", "25" of *500*1*25#. Code and arguments are empty if it is no dial string.</summary>
    public static (string Code, IReadOnlyList<string> Arguments) Read(string text)
    {
        if (!IsOne(text))
        {
            return ("", []);
        }
        var parts = text[1..^1].Split('*');
        return (parts[0], parts[1..]);
    }
}
