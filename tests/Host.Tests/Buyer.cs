using System.Text.RegularExpressions;
using CarrierPay.Simulator.Phones;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>A subscriber who buys a paper, reads what comes and answers it.</summary>
internal sealed partial class Buyer(Stage stage, Phone phone)
{
    private readonly List<string> _codes = [];

    /// <summary>The codes that this subscriber was asked for.</summary>
    public IReadOnlyList<string> Codes => _codes;

    public async Task BuyAsync()
    {
        var asked = Write("PAY NEWS DAILY");
        var prompt = await ReadAsync(asked, text => Prompt().Match(text) is { Success: true } match && !_codes.Contains(match.Groups["code"].Value), "a prompt");
        var code = Prompt().Match(prompt).Groups["code"].Value;
        var reference = Reference().Match(prompt).Groups["reference"].Value;
        _codes.Add(code);
        var confirmed = Write($"Y {code}");
        await ReadAsync(confirmed, text => text.Contains($"Ref {reference} ", StringComparison.Ordinal) && text.Contains("PAID", StringComparison.Ordinal), "a receipt");
        await Eventually.True(() => Find(confirmed).State == MessageState.Delivered, "the SMSC has its answer");
    }

    private int Write(string text)
    {
        var (_, message) = stage.Simulator.Smsc.Send(phone, "500", text);
        return message!.Seq;
    }

    private PhoneMessage Find(int seq) => phone.MessagesAfter(seq - 1).Single(m => m.Seq == seq);

    private async Task<string> ReadAsync(int after, Predicate<string> wanted, string what)
    {
        string? found = null;
        await Eventually.True(
            () => (found = phone.MessagesAfter(after).FirstOrDefault(m => m.Direction == MessageDirection.In && wanted(m.Text))?.Text) is not null,
            what, () => string.Join('\n', phone.MessagesAfter(0).Select(m => $"{m.Direction} {m.State} {m.Text}")));
        return found!;
    }

    [GeneratedRegex(@"Reply Y (?<code>\d{4})\b")]
    private static partial Regex Prompt();

    [GeneratedRegex(@"\bRef (?<reference>[A-Z0-9]{6})\b")]
    private static partial Regex Reference();
}
