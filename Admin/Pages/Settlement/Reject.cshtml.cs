using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Settlement.Runs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages.Settlement;

/// <summary>Refuses a settlement, with a reason.</summary>
[Authorize(Policies.Decide)]
public sealed class RejectModel(SettlementQueries queries, RejectSettlement reject, FormTickets tickets, Words words, AdminMetrics metrics) : PageModel
{
    public SettlementBatch Batch { get; private set; } = null!;

    public Notice? Notice { get; private set; }

    public string? Reason { get; private set; }

    public string Ticket { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(id, cancellationToken) is not { } found)
            return NotFound();
        Batch = found.Batch;
        if (Batch.State != SettlementState.Calculated)
            return LocalRedirect($"/settlement/{id}");
        Ticket = tickets.Issue(User.SignedIn(), Subject(id, Batch.Version));
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(long id, int version, string? reason, string? ticket, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(id, cancellationToken) is not { } found)
            return NotFound();
        Batch = found.Batch;
        var member = User.SignedIn();
        var (validity, operation) = tickets.Read(ticket, member, Subject(id, version));
        if (validity != FormTickets.Outcome.Valid)
        {
            this.SayTicket(validity, words);
            return LocalRedirect($"/settlement/{id}");
        }
        var outcome = await reject.HandleAsync(new(id, version, member.Name, reason ?? "", operation), cancellationToken);
        metrics.Decision("reject", outcome.ToString());
        var text = words[SettlementWords.Answer(outcome)];
        if (outcome == RejectSettlement.Outcome.ReasonMissing)
        {
            (Ticket, Reason, Notice) = (ticket!, reason, new(NoticeKind.Refused, text));
            return Page();
        }
        this.Say(outcome == RejectSettlement.Outcome.Rejected ? NoticeKind.Done : NoticeKind.Refused, text);
        return LocalRedirect($"/settlement/{id}");
    }

    private static string Subject(long id, int version) => $"reject {id} {version}";
}
