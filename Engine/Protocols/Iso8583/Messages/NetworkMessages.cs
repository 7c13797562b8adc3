using System.Globalization;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Messages;

/// <summary>What is said about a connection, not about money.</summary>
public enum NetworkAction
{
    SignOn,
    SignOff,
    Echo,
}

/// <summary>0800 and 0810 (1804 and 1814), and the answers that either side gives.</summary>
/// <remarks>1987: field 70, 001 on, 002 off, 301 echo. 1993: field 24, 801 on, 802 off, 831 echo.</remarks>
public static class NetworkMessages
{
    private static readonly int[] EchoedByAnswer = [2, 3, 4, 7, 11, 12, 13, 24, 32, 33, 37, 41, 42, 49, 70, 102, 103];

    public static IsoMessage Request(BankDialect dialect, NetworkAction action, int stan, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        var is1987 = dialect.Version == Iso8583Version.V1987;
        return new(is1987 ? "0800" : "1804",
            (7, now.UtcDateTime.ToString("MMddHHmmss", CultureInfo.InvariantCulture)), (11, stan.ToString("D6", CultureInfo.InvariantCulture)),
            (12, is1987 ? null : now.UtcDateTime.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture)), (is1987 ? 70 : 24, Code(action, is1987)), (32, dialect.Acquirer));
    }

    /// <summary>What a request of the other side asks for; null if it is nothing that we know.</summary>
    public static NetworkAction? ActionOf(IsoMessage request, Iso8583Version version)
    {
        ArgumentNullException.ThrowIfNull(request);
        var is1987 = version == Iso8583Version.V1987;
        var code = request[is1987 ? 70 : 24];
        foreach (var action in Enum.GetValues<NetworkAction>())
            if (code == Code(action, is1987)) return action;
        return null;
    }

    /// <summary>The answer to a request: its own fields, those that answers repeat, and the code in 39.</summary>
    /// <param name="more">Fields that only the answer has.</param>
    public static IsoMessage Answer(IsoMessage request, string code, params ReadOnlySpan<(int Number, string? Value)> more)
    {
        ArgumentNullException.ThrowIfNull(request);
        var fields = new List<(int, string?)> { (39, code) };
        foreach (var number in EchoedByAnswer) fields.Add((number, request[number]));
        fields.AddRange(more);
        return new(Mti.AnswerTo(request.Mti), [.. fields]);
    }

    /// <summary>00 or 000; in 1993 800 as well, "accepted" of network management.</summary>
    public static bool IsAccepted(IsoMessage answer) => answer?[39] is "00" or "000" or "800";

    internal static string Accepted(Iso8583Version version) => version == Iso8583Version.V1987 ? "00" : "800";

    private static string Code(NetworkAction action, bool is1987) => action switch
    {
        NetworkAction.SignOn => is1987 ? "001" : "801",
        NetworkAction.SignOff => is1987 ? "002" : "802",
        _ => is1987 ? "301" : "831",
    };
}
