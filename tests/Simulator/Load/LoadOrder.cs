using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using CarrierPay.Simulator.Smsc;

namespace CarrierPay.Simulator.Load;

/// <summary>One text of a conversation, and the reply that is waited for.</summary>
/// <param name="Text">After the first step <c>$1</c> stands for what the first group of the last reply's pattern matched, <c>$0</c> for the whole match.</param>
/// <param name="Reply">A regular expression that some text to the phone must match, for example <c>"Reply (Y [0-9]{4})"</c>; null goes on as soon as the text was taken.</param>
public sealed record LoadStep(string Text, string? Reply = null);

/// <summary>A load: many phones, each in a conversation of the same steps. Without <see cref="Text"/> and <see cref="Steps"/> only what comes to the phones is counted.</summary>
/// <param name="Phones">How many numbers, 1 to 10,000,000, from <paramref name="First"/> on. They are not drawn and keep nothing.</param>
/// <param name="Seconds">How long conversations are begun, 1 to 3600. Those that are open then are finished.</param>
/// <param name="Text">Short for one step without a reply.</param>
/// <param name="Steps">1 to 10 of them.</param>
/// <param name="Rate">Conversations to begin in a second, 1 to 1,000,000, however long they take. Latencies count from the moment when each was due.</param>
/// <param name="Open">Conversations that are open at a time, 1 to 100,000. Alone: each is followed by the next at once. With a rate: the most at a time (default 1000).</param>
/// <param name="First">The first number; default 999000000000, of a country code that nobody has.</param>
/// <param name="To">The short code; default the first one here.</param>
/// <param name="WarmUpSeconds">What happens before this is over is not in the report, 0 to 600; it comes on top of <paramref name="Seconds"/>.</param>
/// <param name="ReplyTimeoutMs">How long a reply is waited for before the conversation counts as unanswered, 10 to 600,000.</param>
public sealed record LoadOrder(int Phones, int Seconds, string? Text = null, IReadOnlyList<LoadStep>? Steps = null, int? Rate = null, int? Open = null,
    string First = LoadOrder.DefaultFirst, string? To = null, int WarmUpSeconds = 0, int ReplyTimeoutMs = 30_000)
{
    private const string DefaultFirst = "999000000000";
    private const int DefaultMostOpen = 1000;
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">A field is out of its range; the message says which.</exception>
    internal LoadPlan Read(IReadOnlyList<string> shortCodes)
    {
        Check(Phones is >= 1 and <= 10_000_000, "phones is 1 to 10000000.");
        Check(Seconds is >= 1 and <= 3600, "seconds is 1 to 3600.");
        Check(WarmUpSeconds is >= 0 and <= 600, "warmUpSeconds is 0 to 600.");
        Check(ReplyTimeoutMs is >= 10 and <= 600_000, "replyTimeoutMs is 10 to 600000.");
        Check(Rate is null or (>= 1 and <= 1_000_000), "rate is 1 to 1000000.");
        Check(Open is null or (>= 1 and <= 100_000), "open is 1 to 100000.");
        Check(Text is null || Steps is null, "Only one of text and steps can be given.");
        var steps = Steps ?? (Text is null ? [] : [new LoadStep(Text)]);
        Check(Steps is null || steps.Count is >= 1 and <= 10, "steps are 1 to 10.");
        Check(steps.Count == 0 ? (Rate, Open) is (null, null) : Rate is not null || Open is not null, "A load with a text needs a rate, or how many are open; a load without one takes neither.");
        Check(First.Length is >= 5 and <= 15 && long.TryParse(First, NumberStyles.None, CultureInfo.InvariantCulture, out _) && First[0] != '0'
            && (long.Parse(First, CultureInfo.InvariantCulture) + Phones - 1).ToString(CultureInfo.InvariantCulture).Length == First.Length,
            "first is a number of 5 to 15 digits without a leading zero, and the last phone's number has as many digits.");
        var to = To ?? shortCodes[0];
        Check(shortCodes.Contains(to), $"\"{to}\" is no short code here ({string.Join(", ", shortCodes)}).");
        return new LoadPlan(this, long.Parse(First, CultureInfo.InvariantCulture), to, Math.Min(Phones, Open ?? DefaultMostOpen), [.. steps.Select(ReadStep)]);
    }

    private static LoadPlanStep ReadStep(LoadStep? step, int index)
    {
        Check(step is not null, $"steps[{index}] is null.");
        Check(AirText.TryEncode(step.Text, reference: 0, out _) && step.Text.Length > 0, $"steps[{index}].text is empty or too long.");
        try
        {
            return new LoadPlanStep(step.Text, IsFixed: index == 0 || !step.Text.Contains('$', StringComparison.Ordinal),
                step.Reply is null ? null : new Regex(step.Reply, RegexOptions.CultureInvariant | RegexOptions.Compiled, PatternTimeout));
        }
        catch (RegexParseException wrong)
        {
            throw new ArgumentException($"steps[{index}].reply: {wrong.Message}", wrong);
        }
    }

    private static void Check([DoesNotReturnIf(false)] bool isRight, string problem)
    {
        if (!isRight) throw new ArgumentException(problem);
    }
}

/// <summary>A load that was checked.</summary>
/// <param name="Open">Conversations at a time.</param>
internal sealed record LoadPlan(LoadOrder Order, long FirstNumber, string ShortCode, int Open, IReadOnlyList<LoadPlanStep> Steps)
{
    public TimeSpan ReplyTimeout => TimeSpan.FromMilliseconds(Order.ReplyTimeoutMs);
}

/// <param name="IsFixed">The same text in every conversation.</param>
internal sealed record LoadPlanStep(string Text, bool IsFixed, Regex? Reply);
