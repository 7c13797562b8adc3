using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Settlement.Runs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages.Settlement;

/// <summary>Shows the amount again and approves it, once, whoever clicks how often.</summary>
[Authorize(Policies.Decide)]
public sealed class ApproveModel(SettlementQueries queries, ApproveSettlement approve, FormTickets tickets, Words words, AdminMetrics metrics) : PageModel
{
    public SettlementBatch Batch { get; private set; } = null!;

    public Notice? Notice { get; private set; }

    public string? Note { get; private set; }

    /// <summary>Null when there is nothing to approve for whoever looks.</summary>
    public string? Ticket { get; private set; }

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(id, cancellationToken) is not { } found)
            return NotFound();
        Batch = found.Batch;
        if (Batch.State != SettlementState.Calculated)
            return LocalRedirect($"/settlement/{id}");
        if (Batch.MadeBy == User.SignedIn().Name)
            Notice = new(NoticeKind.Refused, words[SettlementWords.OwnWork]);
        else
            Ticket = tickets.Issue(User.SignedIn(), Subject(id, Batch.Version, Batch.PayableMinor));
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(long id, int version, long amountMinor, bool confirmed, string? note, string? ticket, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(id, cancellationToken) is not { } found)
            return NotFound();
        Batch = found.Batch;
        var member = User.SignedIn();
        var (validity, operation) = tickets.Read(ticket, member, Subject(id, version, amountMinor));
        if (validity != FormTickets.Outcome.Valid)
        {
            this.SayTicket(validity, words);
            return LocalRedirect($"/settlement/{id}");
        }
        if (!confirmed || string.IsNullOrWhiteSpace(note))
        {
            (Ticket, Note) = (ticket, note);
            Notice = new(NoticeKind.Refused, words["Tick that you approve the amount, and give a reason. Nothing is approved yet."]);
            return Page();
        }
        var outcome = await approve.HandleAsync(new(id, version, member.Name, amountMinor, note.Trim(), operation), cancellationToken);
        metrics.Decision("approve", outcome.ToString());
        this.Say(
            outcome == ApproveSettlement.Outcome.Approved ? NoticeKind.Done : NoticeKind.Refused,
            words[SettlementWords.Answer(outcome), Formats.Amount(amountMinor, Batch.Currency)]);
        return LocalRedirect($"/settlement/{id}");
    }

    private static string Subject(long id, int version, long amountMinor) => $"approve {id} {version} {amountMinor}";
}
