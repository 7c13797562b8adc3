using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Settlement.Runs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages.Settlement;

/// <summary>Calculates a settlement again, as a new version that whoever asks has made.</summary>
[Authorize(Policies.Make)]
public sealed class AgainModel(SettlementQueries queries, RerunSettlement rerun, FormTickets tickets, Words words, AdminMetrics metrics) : PageModel
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
        if (Batch.State is SettlementState.Approved or SettlementState.Superseded)
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
        var outcome = await rerun.HandleAsync(new(id, version, member.Name, reason ?? "", operation), cancellationToken);
        metrics.Decision("again", outcome.ToString());
        var text = words[SettlementWords.Answer(outcome), version + 1];
        if (outcome == RerunSettlement.Outcome.ReasonMissing)
        {
            (Ticket, Reason, Notice) = (ticket!, reason, new(NoticeKind.Refused, text));
            return Page();
        }
        if (outcome is not (RerunSettlement.Outcome.Calculated or RerunSettlement.Outcome.Blocked))
        {
            this.Say(NoticeKind.Refused, text);
            return LocalRedirect($"/settlement/{id}");
        }
        this.Say(outcome == RerunSettlement.Outcome.Calculated ? NoticeKind.Done : NoticeKind.Problem, text);
        var made = (await queries.FindAsync(id, cancellationToken))!.Versions.First(v => v.Version == version + 1);
        return LocalRedirect($"/settlement/{made.Id}");
    }

    private static string Subject(long id, int version) => $"again {id} {version}";
}
