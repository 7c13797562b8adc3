namespace CarrierPay.Engine.Messaging;

/// <summary>The parameters of a text as they stand in a row: joined by the unit separator of ASCII, which no text from outside keeps.</summary>
public static class ParameterList
{
    public const char Separator = '\u001f';
    private const string Mask = "****";

    public static string Join(params ReadOnlySpan<string> parameters) => string.Join(Separator, parameters);

    /// <summary>The joined form with one parameter shown as stars.</summary>
    public static string JoinMasked(int masked, params ReadOnlySpan<string> parameters)
    {
        string[] shown = [.. parameters];
        shown[masked] = Mask;
        return string.Join(Separator, shown);
    }

    /// <summary>Undoes <see cref="JoinMasked"/>: puts the secret in the place of the last parameter that is stars. (Those before it may be a merchant's words.)</summary>
    public static string Unmask(string joined, string secret)
    {
        var parameters = Split(joined);
        parameters[Array.LastIndexOf(parameters, Mask)] = secret;
        return string.Join(Separator, parameters);
    }

    public static string[] Split(string joined) => joined.Length == 0 ? [] : joined.Split(Separator);
}
