using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Staff;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages.Payments;

/// <summary>One step in the life of a payment, ready to be shown.</summary>
/// <param name="Kind">Of the mark beside it: in, out, call, money, audit.</param>
/// <param name="IsText">Words of a subscriber or to one, shown as they were.</param>
public sealed record PaymentStep(DateTimeOffset At, string Kind, string Word, string Text, string? Note = null, bool IsText = false, string? Language = null);

/// <summary>One payment with its messages, questions to the merchant, and transfers, in order of time.</summary>
public sealed class PaymentModel(PaymentQueries queries, NoteLook noteLook, IAuthorizationService authorization, Words words) : PageModel
{
    public PaymentTimeline Timeline { get; private set; } = null!;

    public IReadOnlyList<PaymentStep> Steps { get; private set; } = [];

    /// <summary>The whole number, once it was asked for by somebody who may see it.</summary>
    public string? Number { get; private set; }

    public long? SettlementId => Timeline.Transfers.Select(t => t.SettlementBatchId).FirstOrDefault(id => id is not null);

    public Task<IActionResult> OnGetAsync(int lane, long id, CancellationToken cancellationToken) => ShowAsync(lane, id, cancellationToken);

    public async Task<IActionResult> OnPostNumberAsync(int lane, long id, CancellationToken cancellationToken)
    {
        if (!(await authorization.AuthorizeAsync(User, Policies.SeeNumbers)).Succeeded)
            return Forbid();
        var page = await ShowAsync(lane, id, cancellationToken);
        if (page is PageResult && Timeline.Payment.Msisdn is { } number)
        {
            await noteLook.HandleAsync(User.SignedIn(), "payment", $"{id}", cancellationToken);
            Number = number.Digits();
        }
        return page;
    }

    private async Task<IActionResult> ShowAsync(int lane, long id, CancellationToken cancellationToken)
    {
        if (lane is < 0 or > short.MaxValue || await queries.FindAsync((short)lane, id, cancellationToken) is not { } found)
            return NotFound();
        Timeline = found;
        Steps = [.. Messages(found).Concat(Calls(found)).Concat(Transfers(found)).Concat(Looks(found)).OrderBy(s => s.At)];
        return Page();
    }

    private IEnumerable<PaymentStep> Messages(PaymentTimeline found)
    {
        foreach (var message in found.Messages)
        {
            var language = message.Language == Language.SimplifiedChinese ? "zh-Hans" : "en";
            if (message.Received is { } received)
                yield return new(message.At, "in", "Subscriber wrote", received, IsText: true, Language: language);
            if (message.Said is { } said)
                yield return new(message.At, "out", "Subscriber was told", said, Note(message), IsText: true, Language: language);
        }
    }

    private string? Note(PaymentMessage message) =>
        message.Failure is { } failure ? words["Not delivered: {0}", failure]
        : message.Deliveries.Count == 0 ? null
        : words[PaymentWords.Delivery(message.Deliveries)];

    private IEnumerable<PaymentStep> Calls(PaymentTimeline found) =>
        found.Calls.Select(call => new PaymentStep(call.CalledAt, "call", "Merchant was asked", call.Answer, words["answered after {0} ms", (long)(call.EndedAt - call.CalledAt).TotalMilliseconds]));

    private IEnumerable<PaymentStep> Transfers(PaymentTimeline found) => found.Transfers.Select(transfer => new PaymentStep(
        transfer.At, "money", "Money moved",
        words["{0} from {1} to {2}", Formats.Amount(transfer.AmountMinor, found.Payment.Currency), words[PaymentWords.Account(transfer.DebitAccount)], words[PaymentWords.Account(transfer.CreditAccount)]],
        words["period {0}, transfer {1}", transfer.Period, transfer.Id]));

    private IEnumerable<PaymentStep> Looks(PaymentTimeline found) =>
        found.Audit.Select(entry => new PaymentStep(entry.At, "audit", words[AuditWords.Action(entry.Action)], Who.Name(entry.Who, words)));
}
