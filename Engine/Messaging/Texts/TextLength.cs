using System.Buffers;

namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>How much room a text takes in an SMS or a USSD screen.</summary>
/// <param name="IsGsm">True if every character is of the GSM 7-bit alphabet; one that is not turns the whole text into UCS-2.</param>
/// <param name="Units">Septets (a character of the extension table takes two) or UTF-16 units.</param>
/// <remarks>3GPP 23.038. One part holds 160 septets or 70 UCS-2 units.</remarks>
public readonly record struct TextLength(bool IsGsm, int Units)
{
    public const int SeptetsInOnePart = 160, UnitsInOnePart = 70;

    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string Extension = "\f^{}\\[~]|€";

    private static readonly SearchValues<char> BasicCharacters = SearchValues.Create(Basic);
    private static readonly SearchValues<char> GsmCharacters = SearchValues.Create(Basic + Extension);

    public bool FitsOnePart => Units <= (IsGsm ? SeptetsInOnePart : UnitsInOnePart);

    public static TextLength Of(ReadOnlySpan<char> text) =>
        AllGsm(text) ? new TextLength(true, Septets(text)) : new TextLength(false, text.Length);

    internal static bool AllGsm(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(GsmCharacters);

    /// <summary>Room that a part of a text takes, when it is known how the whole is sent.</summary>
    internal static int UnitsOf(ReadOnlySpan<char> text, bool gsm) => gsm ? Septets(text) : text.Length;

    private static int Septets(ReadOnlySpan<char> text)
    {
        var septets = text.Length;
        for (var rest = text; ;)
        {
            var at = rest.IndexOfAnyExcept(BasicCharacters);
            if (at < 0) return septets;
            septets++;
            rest = rest[(at + 1)..];
        }
    }
}
