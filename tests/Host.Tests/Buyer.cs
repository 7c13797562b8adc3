using System.Text.RegularExpressions;
using CarrierPay.Simulator;
using CarrierPay.Simulator.Phones;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>A person with a phone who wants one paper: asks for it once, confirms the first prompt once, and reads what comes.</summary>
internal sealed partial class Buyer(RunningSimulator simulator, string msisdn)
{
    private bool _confirmed;

    public string Msisdn => msisdn;

    public string? Code { get; private set; }

    private Phone Phone => simulator.Phones[msisdn];

    private IEnumerable<string> Received => Phone.MessagesAfter(0).Where(m => m.Direction == MessageDirection.In).Select(m => m.Text);

    /// <summary>The references of all receipts that came.</summary>
    public IReadOnlyList<string> PaidReferences =>
        [.. Received.Select(t => Paid().Match(t)).Where(m => m.Success).Select(m => m.Groups[1].Value).Distinct()];

    public void Ask() => simulator.Smsc.Send(Phone, "500", "PAY NEWS DAILY");

    /// <summary>Confirms as soon as there is a prompt. True when a receipt is there.</summary>
    public bool GoOn()
    {
        if (!_confirmed && Received.Select(t => Prompt().Match(t)).FirstOrDefault(m => m.Success) is { } prompt)
        {
            Code = prompt.Groups[1].Value;
            simulator.Smsc.Send(Phone, "500", $"Y {Code}");
            _confirmed = true;
        }
        return PaidReferences.Count > 0;
    }

    [GeneratedRegex(@"Reply Y (\d{4}) to pay")]
    private static partial Regex Prompt();

    [GeneratedRegex(@"Ref (\w{6}) (?:ALREADY )?PAID")]
    private static partial Regex Paid();
}
