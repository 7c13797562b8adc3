using System.Globalization;
using System.Text.RegularExpressions;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Simulator.Phones;
using Dapper;

namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>A subscriber who pays by text, whatever becomes of it, and remembers how each payment ended.</summary>
internal sealed partial class Payer(Stage stage, Phone phone)
{
    private readonly HashSet<string> _codes = [];
    private readonly Dictionary<string, string> _ends = [];
    private int _confirmed;

    /// <summary>The last text about each payment, by its reference.</summary>
    public IReadOnlyDictionary<string, string> Ends => _ends;

    public Phone Phone => phone;

    public long Msisdn => long.Parse(phone.Msisdn, CultureInfo.InvariantCulture);

    /// <summary>Asks, confirms, and reads until it is known how it ended.</summary>
    public async Task<string> PayAsync()
    {
        var order = await AskAsync();
        Confirm(order);
        return await EndAsync(order);
    }

    /// <summary>One payment after the other.</summary>
    public async Task PayAsync(int payments)
    {
        for (var payment = 0; payment < payments; payment++)
            await PayAsync();
    }

    public async Task<Order> AskAsync()
    {
        var asked = Write("PAY NEWS DAILY");
        var prompt = await ReadAsync(asked, text => Prompt().Match(text) is { Success: true } match && !_codes.Contains(match.Groups["code"].Value), "a prompt");
        var order = new Order(Reference().Match(prompt).Groups["reference"].Value, Prompt().Match(prompt).Groups["code"].Value);
        _codes.Add(order.Code);
        return order;
    }

    public void Confirm(Order order) => _confirmed = Write($"Y {order.Code}");

    /// <summary>The text that ends it, if it is there already.</summary>
    public async Task<string?> EndOfAsync(Order order)
    {
        var said = phone.MessagesAfter(_confirmed).Where(m => m.Direction == MessageDirection.In).Select(m => m.Text).ToList();
        if (said.Find(text => IsEnd(text, order.Reference)) is { } end)
            return end;
        // This one names no payment, and one that came twice may be about the payment before.
        return said.Find(IsBusy) is { } busy && await BusyAsync() > _ends.Values.Count(IsBusy) ? busy : null;
    }

    public async Task<string> EndAsync(Order order)
    {
        string? end = null;
        await Eventually.True(async () => (end = await EndOfAsync(order)) is not null, $"the end of {order.Reference}", Said("all there is:"));
        _ends.Add(order.Reference, end!);
        return end!;
    }

    /// <summary>All texts that end this payment: more than one if a crash made it go twice.</summary>
    public IReadOnlyList<string> EndsOf(string reference) =>
        [.. phone.MessagesAfter(0).Where(m => m.Direction == MessageDirection.In && IsEnd(m.Text, reference)).Select(m => m.Text)];

    /// <summary>Neither a prompt, nor that it is being checked, nor the answer to a code that comes again.</summary>
    private static bool IsEnd(string text, string reference) => text.Contains($"Ref {reference} ", StringComparison.Ordinal)
        && (text.Contains($"{reference} PAID", StringComparison.Ordinal) || text.Contains("NOT PAID", StringComparison.Ordinal) || text.Contains("DECLINED", StringComparison.Ordinal));

    private static bool IsBusy(string text) => text.StartsWith("CarrierPay: DECLINED. The system is busy", StringComparison.Ordinal);

    private async Task<long> BusyAsync()
    {
        await using var connection = await stage.Database.Owner.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(
            "select count(*) from payments p join subscribers s on s.lane = p.lane and s.id = p.subscriber_id where s.msisdn = @Msisdn and p.outcome = @busy",
            new { Msisdn, busy = (short)PaymentOutcome.DeclinedSystemBusy });
    }

    private int Write(string text)
    {
        var (_, message) = stage.Simulator.Smsc.Send(phone, "500", text);
        return message!.Seq;
    }

    private async Task<string> ReadAsync(int after, Predicate<string> wanted, string what)
    {
        string? found = null;
        await Eventually.True(
            () => (found = phone.MessagesAfter(after).FirstOrDefault(m => m.Direction == MessageDirection.In && wanted(m.Text))?.Text) is not null,
            what, () => Said("all there is:")());
        return found!;
    }

    /// <summary>For what goes wrong: all that was said.</summary>
    public Func<string> Said(string expected) => () => $"{expected}\n{string.Join('\n', phone.MessagesAfter(0).Select(m => $"{m.Direction} {m.State} {m.Text}"))}";

    /// <summary>A payment that waits for its code.</summary>
    public sealed record Order(string Reference, string Code);

    [GeneratedRegex(@"Reply Y (?<code>\d{4})\b")]
    private static partial Regex Prompt();

    [GeneratedRegex(@"\bRef (?<reference>[A-Z0-9]{6})\b")]
    private static partial Regex Reference();
}
