using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Merchants.Notices;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Notice = CarrierPay.Admin.Web.Notice;

namespace CarrierPay.Admin.Pages.Notices;

/// <summary>One notice with its attempts; whoever operates the system may have it sent again.</summary>
public sealed class NoticeModel(NoticeQueries queries, ReplayNotice replay, IAuthorizationService authorization, FormTickets tickets, Words words) : PageModel
{
    public NoticeDetail Detail { get; private set; } = null!;

    /// <summary>Null for those who may only look.</summary>
    public string? Ticket { get; private set; }

    public Notice? Said { get; private set; }

    public Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken) => ShowAsync(id, cancellationToken);

    public async Task<IActionResult> OnPostAsync(long id, string? reason, string? ticket, CancellationToken cancellationToken)
    {
        if (!await MayReplayAsync())
            return Forbid();
        var member = User.SignedIn();
        var (validity, operation) = tickets.Read(ticket, member, Subject(id));
        if (validity != FormTickets.Outcome.Valid)
        {
            this.SayTicket(validity, words);
            return LocalRedirect($"/notices/{id}");
        }
        var outcome = await replay.HandleAsync(new(id, member.Name, reason ?? "", operation), cancellationToken);
        if (outcome == ReplayNotice.Outcome.NotFound)
            return NotFound();
        var text = words[NoticeWords.Answer(outcome)];
        if (outcome == ReplayNotice.Outcome.ReasonMissing)
        {
            Said = new(NoticeKind.Refused, text);
            return await ShowAsync(id, cancellationToken);
        }
        this.Say(outcome == ReplayNotice.Outcome.Replayed ? NoticeKind.Done : NoticeKind.Refused, text);
        return LocalRedirect($"/notices/{id}");
    }

    private async Task<IActionResult> ShowAsync(long id, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(id, cancellationToken) is not { } found)
            return NotFound();
        Detail = found;
        Ticket = await MayReplayAsync() ? tickets.Issue(User.SignedIn(), Subject(id)) : null;
        return Page();
    }

    private async Task<bool> MayReplayAsync() => (await authorization.AuthorizeAsync(User, Policies.Operate)).Succeeded;

    private static string Subject(long id) => $"replay {id}";
}
