using System.Globalization;
using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Payments.Doubts;
using CarrierPay.Engine.Subscribers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace CarrierPay.Admin.Pages.Payments.Doubts;

/// <summary>One request that waits for people: where to look, what happened, and the forms for whoever may propose, approve or ask again.</summary>
public sealed class DoubtModel(
    DoubtQueries queries, PaymentQueries payments, ProposeResolution propose, DecideResolution decide, AskAgain ask, IAuthorizationService authorization, FormTickets tickets,
    Words words, AdminMetrics metrics, TimeProvider time, IOptions<OcsOptions> ocs) : PageModel
{
    public DoubtCase Case { get; private set; } = null!;

    public IReadOnlyList<DoubtProposal> Proposals { get; private set; } = [];

    public IReadOnlyList<PaymentStep> Steps { get; private set; } = [];

    public Notice? Said { get; private set; }

    public bool? Charged { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>A ticket is null when there is nothing of the kind to do for whoever looks.</summary>
    public string? ProposeTicket { get; private set; }

    public string? ApproveTicket { get; private set; }

    public string? RejectTicket { get; private set; }

    public string? AskTicket { get; private set; }

    /// <summary>See <see cref="DoubtCase.RepeatsUntil"/>.</summary>
    public DateTimeOffset? RepeatsUntil => Case.RepeatsUntil(ocs.Value.ResendFor);

    /// <summary>Whether whoever looks made the proposal that waits.</summary>
    public bool IsOwn => Case.Open?.ProposedBy == User.SignedIn().Name;

    public Task<IActionResult> OnGetAsync(int lane, long id, CancellationToken cancellationToken) => ShowAsync(lane, id, cancellationToken);

    public async Task<IActionResult> OnPostProposeAsync(int lane, long id, bool? charged, string? reason, string? ticket, CancellationToken cancellationToken)
    {
        if (!await MayAsync(Policies.Make))
            return Forbid();
        if (ReadTicket(ticket, Subject("propose", lane, id)) is not { } operation)
            return Back(lane, id);
        if (charged is not { } wasCharged)
            return await ShowAgainAsync(lane, id, charged, reason, words["Choose what is true. Nothing was done."], cancellationToken);
        var outcome = await propose.HandleAsync(new((short)lane, id, wasCharged, User.SignedIn().Name, reason ?? "", operation), cancellationToken);
        metrics.Decision("propose", outcome.ToString());
        var text = words[DoubtWords.Answer(outcome)];
        if (outcome == ProposeResolution.Outcome.ReasonMissing)
            return await ShowAgainAsync(lane, id, charged, reason, text, cancellationToken);
        this.Say(outcome == ProposeResolution.Outcome.Proposed ? NoticeKind.Done : NoticeKind.Refused, text);
        return Back(lane, id);
    }

    public Task<IActionResult> OnPostApproveAsync(int lane, long id, long proposal, bool confirmed, string? note, string? ticket, CancellationToken cancellationToken) =>
        DecideAsync(lane, id, proposal, approve: true, confirmed, note, ticket, cancellationToken);

    public Task<IActionResult> OnPostRejectAsync(int lane, long id, long proposal, string? note, string? ticket, CancellationToken cancellationToken) =>
        DecideAsync(lane, id, proposal, approve: false, confirmed: true, note, ticket, cancellationToken);

    public async Task<IActionResult> OnPostAskAsync(int lane, long id, string? ticket, CancellationToken cancellationToken)
    {
        if (!await MayAsync(Policies.AskAgain))
            return Forbid();
        if (ReadTicket(ticket, Subject("ask", lane, id)) is not { } operation)
            return Back(lane, id);
        var outcome = await ask.HandleAsync(new((short)lane, id, User.SignedIn().Name, operation), cancellationToken);
        metrics.Decision("ask again", outcome.ToString());
        this.Say(outcome == AskAgain.Outcome.Asked ? NoticeKind.Done : NoticeKind.Refused, words[DoubtWords.Answer(outcome)]);
        return Back(lane, id);
    }

    private async Task<IActionResult> DecideAsync(
        int lane, long id, long proposal, bool approve, bool confirmed, string? note, string? ticket, CancellationToken cancellationToken)
    {
        if (!await MayAsync(Policies.Decide))
            return Forbid();
        if (ReadTicket(ticket, Subject(approve ? "approve" : "reject", lane, proposal)) is not { } operation)
            return Back(lane, id);
        if (!confirmed)
        {
            this.Say(NoticeKind.Refused, words["Tick what you approve. Nothing was done."]);
            return Back(lane, id);
        }
        var outcome = await decide.HandleAsync(new((short)lane, proposal, approve, User.SignedIn().Name, note ?? "", operation), cancellationToken);
        metrics.Decision(approve ? "approve doubt" : "reject doubt", outcome.ToString());
        this.Say(outcome is DecideResolution.Outcome.Approved or DecideResolution.Outcome.Rejected ? NoticeKind.Done : NoticeKind.Refused, words[DoubtWords.Answer(outcome)]);
        return Back(lane, id);
    }

    private async Task<IActionResult> ShowAgainAsync(int lane, long id, bool? charged, string? reason, string text, CancellationToken cancellationToken)
    {
        (Charged, Reason, Said) = (charged, reason, new(NoticeKind.Refused, text));
        return await ShowAsync(lane, id, cancellationToken);
    }

    private async Task<IActionResult> ShowAsync(int lane, long id, CancellationToken cancellationToken)
    {
        if (lane is < 0 or > short.MaxValue || await queries.FindAsync((short)lane, id, cancellationToken) is not { } found)
            return NotFound();
        (Case, Proposals) = found;
        if (await payments.FindAsync(Case.Lane, Case.PaymentId, cancellationToken) is { } timeline)
            Steps = PaymentSteps.Of(timeline, words);
        await IssueTicketsAsync();
        return Page();
    }

    private async Task IssueTicketsAsync()
    {
        var member = User.SignedIn();
        if (Case.TakesProposals && await MayAsync(Policies.Make))
            ProposeTicket = tickets.Issue(member, Subject("propose", Case.Lane, Case.CallId));
        if (Case.TakesProposals && !(RepeatsUntil <= time.GetUtcNow()) && await MayAsync(Policies.AskAgain))
            AskTicket = tickets.Issue(member, Subject("ask", Case.Lane, Case.CallId));
        if (Case is { State: CaseState.Waiting, Open: { State: ProposalState.Proposed } proposal } && await MayAsync(Policies.Decide))
        {
            ApproveTicket = IsOwn ? null : tickets.Issue(member, Subject("approve", Case.Lane, proposal.Id));
            RejectTicket = tickets.Issue(member, Subject("reject", Case.Lane, proposal.Id));
        }
    }

    /// <summary>The operation id; null if the form was not valid, and that is said.</summary>
    private Guid? ReadTicket(string? ticket, string subject)
    {
        var (validity, operation) = tickets.Read(ticket, User.SignedIn(), subject);
        if (validity == FormTickets.Outcome.Valid)
            return operation;
        this.SayTicket(validity, words);
        return null;
    }

    private async Task<bool> MayAsync(string policy) => (await authorization.AuthorizeAsync(User, policy)).Succeeded;

    private LocalRedirectResult Back(int lane, long id) => LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"/payments/doubts/{lane}/{id}"));

    private static string Subject(string what, int lane, long id) => string.Create(CultureInfo.InvariantCulture, $"doubt {what} {lane} {id}");
}
