using System.Globalization;
using System.Text.RegularExpressions;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>One event that billing did not take.</summary>
/// <param name="Code">1 to 32 letters, digits, hyphens, points or underscores.</param>
internal readonly record struct RejectedEvent(long EventId, string Code);

/// <summary>The lines of both answers.</summary>
/// <remarks>
/// <c>.ack</c> is one line, <c>.rej</c> a line for each event and a last one with their count. Both end with a LF: what has no end was cut off or is still being written.
/// <code>
/// .ack   A,sequence,accepted events
/// .rej   R,event id,code
///        T,rejected events
/// </code>
/// </remarks>
internal static partial class RatedAnswer
{
    /// <summary>The sequence and how many events of it were accepted.</summary>
    /// <exception cref="AnswerFileException">It is no such line.</exception>
    public static (int Sequence, long Accepted) ReadAccepted(string line) =>
        Accepted().Match(line) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
        && long.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var accepted)
            ? (sequence, accepted)
            : throw new AnswerFileException("line 1 is not A,sequence,accepted events");

    /// <summary>The event of a line, or the count of the last line.</summary>
    /// <param name="number">Of the line, for the message.</param>
    /// <exception cref="AnswerFileException">It is neither.</exception>
    public static (RejectedEvent? Rejected, long Count) ReadRejected(string line, int number)
    {
        if (Rejected().Match(line) is { Success: true } rejected && long.TryParse(rejected.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return (new(id, rejected.Groups[2].Value), 0);
        if (Trailer().Match(line) is { Success: true } trailer && long.TryParse(trailer.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return (null, count);
        throw new AnswerFileException($"line {number} is neither R,event id,code nor T,count");
    }

    [GeneratedRegex(@"^A,([0-9]{1,9}),([0-9]{1,18})\z")]
    private static partial Regex Accepted();

    [GeneratedRegex(@"^R,([0-9]{1,19}),([A-Za-z0-9._-]{1,32})\z")]
    private static partial Regex Rejected();

    [GeneratedRegex(@"^T,([0-9]{1,18})\z")]
    private static partial Regex Trailer();
}
