using System.Globalization;
using System.Text.RegularExpressions;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary><c>CPAY_&lt;operator&gt;_&lt;yyyyMMdd&gt;_&lt;sequence, 6 digits&gt;.csv</c>; its answers end in <c>.ack</c> and <c>.rej</c>.</summary>
internal static partial class RatedFileName
{
    /// <param name="made">The day, UTC.</param>
    public static string Of(string @operator, DateTimeOffset made, int sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"CPAY_{@operator}_{made.UtcDateTime:yyyyMMdd}_{sequence:D6}.csv");

    /// <summary>Which file an answer belongs to, and what it says; null for the name of anything else.</summary>
    public static (string File, RatedAnswerKind Kind)? Answered(string name) => Answer().Match(name) is { Success: true } match
        ? ($"{match.Groups["file"].Value}.csv", match.Groups["end"].Value == "ack" ? RatedAnswerKind.Accepted : RatedAnswerKind.Rejected)
        : null;

    [GeneratedRegex(@"^(?<file>CPAY_[A-Za-z0-9-]{1,20}_\d{8}_\d{6,9})\.(?<end>ack|rej)\z")]
    private static partial Regex Answer();
}
