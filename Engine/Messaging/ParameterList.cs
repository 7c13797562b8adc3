namespace CarrierPay.Engine.Messaging;

/// <summary>The parameters of a text as they stand in a row: joined by the unit separator of ASCII, which no text from outside keeps.</summary>
public static class ParameterList
{
    public const char Separator = '\u001f';

    public static string Join(params ReadOnlySpan<string> parameters) => string.Join(Separator, parameters);

    /// <summary>The joined form with one parameter shown as stars.</summary>
    public static string JoinMasked(int masked, params ReadOnlySpan<string> parameters)
    {
        string[] shown = [.. parameters];
        shown[masked] = "****";
        return string.Join(Separator, shown);
    }

    public static string[] Split(string joined) => joined.Length == 0 ? [] : joined.Split(Separator);
}
