using System.Globalization;

namespace CarrierPay.Simulator.Smsc;

/// <summary>A fault as it is ordered: exactly one of the fields that are not explained here names it. README has the table.</summary>
/// <param name="Count">How often, 1 to 1,000,000; default 1.</param>
/// <param name="DelayMs">For delay and slow: milliseconds, 1 to 600,000.</param>
/// <param name="Status">For status, refuse and refuseOpen: command_status, <c>"0x58"</c> or <c>"88"</c>.</param>
/// <param name="Value">For sequence and length: the number, <c>"0x7FFFFFFF"</c> or <c>"8"</c>.</param>
public sealed record FaultOrder(string? Deliver = null, string? Submit = null, string? Link = null, int Count = 1, int? DelayMs = null, string? Status = null,
    string? Response = null, string? Query = null, string? Bind = null, string? Send = null, string? Wire = null, string? Value = null, string? Ussd = null)
{
    private enum Needs { Nothing, Delay, Status, Value, SeveralToReorder }

    private sealed record Rule(string Group, string Name, FaultKind Kind, Needs Needs = Needs.Nothing);

    private static readonly Rule[] Rules =
    [
        new("deliver", "duplicate", FaultKind.DeliverDuplicate),
        new("deliver", "mute", FaultKind.DeliverMute),
        new("deliver", "delay", FaultKind.DeliverDelay, Needs.Delay),
        new("deliver", "reorder", FaultKind.DeliverReorder, Needs.SeveralToReorder),
        new("deliver", "unknownTlv", FaultKind.DeliverUnknownTlv),
        new("deliver", "sequence", FaultKind.DeliverSequence, Needs.Value),
        new("submit", "mute", FaultKind.SubmitMute),
        new("submit", "delay", FaultKind.SubmitDelay, Needs.Delay),
        new("submit", "status", FaultKind.SubmitStatus, Needs.Status),
        new("submit", "sameId", FaultKind.SubmitSameId),
        new("response", "reorder", FaultKind.ResponseReorder, Needs.SeveralToReorder),
        new("response", "duplicate", FaultKind.ResponseDuplicate),
        new("response", "wrongSequence", FaultKind.ResponseWrongSequence),
        new("response", "noBody", FaultKind.ResponseNoBody),
        new("response", "unknownTlv", FaultKind.ResponseUnknownTlv),
        new("response", "nack", FaultKind.ResponseNack),
        new("query", "mute", FaultKind.QueryMute),
        new("bind", "mute", FaultKind.BindMute),
        new("bind", "bare", FaultKind.BindBare),
        new("bind", "refuseOpen", FaultKind.BindRefuseOpen, Needs.Status),
        new("link", "cut", FaultKind.LinkCut),
        new("link", "reset", FaultKind.LinkReset),
        new("link", "refuse", FaultKind.LinkRefuse, Needs.Status),
        new("link", "halfOpen", FaultKind.LinkHalfOpen),
        new("link", "silent", FaultKind.LinkSilent),
        new("link", "staysOpen", FaultKind.LinkStaysOpen),
        new("link", "banner", FaultKind.LinkBanner),
        new("ussd", "drop", FaultKind.UssdDrop),
        new("ussd", "abort", FaultKind.UssdAbort),
        new("ussd", "duplicate", FaultKind.UssdDuplicate),
        new("ussd", "silence", FaultKind.UssdSilence),
        new("send", "unbind", FaultKind.SendUnbind),
        new("send", "alert", FaultKind.SendAlert),
        new("send", "enquireLink", FaultKind.SendEnquireLink),
        new("send", "nack", FaultKind.SendNack),
        new("send", "stray", FaultKind.SendStray),
        new("send", "unknownCommand", FaultKind.SendUnknownCommand),
        new("wire", "split", FaultKind.WireSplit),
        new("wire", "octets", FaultKind.WireOctets),
        new("wire", "length", FaultKind.WireLength, Needs.Value),
        new("wire", "garbage", FaultKind.WireGarbage),
        new("wire", "slow", FaultKind.WireSlow, Needs.Delay),
    ];

    private static readonly string Choices = "Exactly one is needed of " + string.Join(", ", Rules.GroupBy(rule => rule.Group)
        .Select(group => $"{group.Key} ({string.Join(", ", group.Select(rule => rule.Name))})")) + ".";

    /// <summary>The field and the word of every fault there is.</summary>
    internal static IEnumerable<(FaultKind Kind, string Group, string Name)> All => Rules.Select(rule => (rule.Kind, rule.Group, rule.Name));

    /// <summary>What is to happen.</summary>
    /// <exception cref="ArgumentException">The order is none of the README's table; the message says which field.</exception>
    internal Fault Read()
    {
        (string Group, string? Name)[] named = [("deliver", Deliver), ("submit", Submit), ("response", Response), ("query", Query), ("bind", Bind), ("link", Link), ("send", Send), ("wire", Wire), ("ussd", Ussd)];
        var given = named.Where(one => one.Name is not null).ToArray();
        var rule = given is [var (group, name)] ? Array.Find(Rules, rule => rule.Group == group && rule.Name == name) : null;
        if (rule is null) throw new ArgumentException(Choices);
        if (Count is < 1 or > 1_000_000) throw new ArgumentException("count is 1 to 1000000.");
        if (rule.Needs == Needs.SeveralToReorder && Count is < 2 or > 1000) throw new ArgumentException("reorder needs a count of 2 to 1000.");
        if (rule.Needs == Needs.Delay ? DelayMs is not (>= 1 and <= 600_000) : DelayMs is not null)
            throw new ArgumentException(rule.Needs == Needs.Delay ? $"{rule.Name} needs delayMs, 1 to 600000." : "delayMs goes only with delay and slow.");
        if (rule.Needs == Needs.Status != Status is not null)
            throw new ArgumentException(rule.Needs == Needs.Status ? $"{rule.Name} needs a status such as \"0x58\"." : "status goes only with submit status, link refuse and bind refuseOpen.");
        if (rule.Needs == Needs.Value != Value is not null)
            throw new ArgumentException(rule.Needs == Needs.Value ? $"{rule.Name} needs a value such as \"0x7FFFFFFF\"." : "value goes only with deliver sequence and wire length.");
        return new Fault(rule.Kind, Count, TimeSpan.FromMilliseconds(DelayMs ?? 0), ReadStatus(Status), ReadNumber(Value, "value"));
    }

    private static uint ReadStatus(string? text) => text is null ? 0
        : ReadNumber(text, "command_status") is > 0 and var status ? status
        : throw new ArgumentException($"\"{text}\" is not a command_status that refuses: \"0x58\" or \"88\", and not 0.");

    private static uint ReadNumber(string? text, string what) => text is null ? 0
        : (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        ? number
        : throw new ArgumentException($"\"{text}\" is not a {what}: \"0x58\" or \"88\".");
}
