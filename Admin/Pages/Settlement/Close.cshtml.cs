using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Settlement.Periods;
using CarrierPay.Engine.Settlement.Runs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages.Settlement;

/// <summary>Asks that the open period be closed now; whoever asks makes the settlement that comes of it.</summary>
[Authorize(Policies.Make)]
public sealed class CloseModel(SettlementQueries queries, AskForClosing ask, FormTickets tickets, Words words, AdminMetrics metrics) : PageModel
{
    public LedgerPeriod Open { get; private set; } = null!;

    public string Ticket { get; private set; } = "";

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Open = (await queries.PeriodsAsync(null, 1, cancellationToken))[0];
        Ticket = tickets.Issue(User.SignedIn(), Subject(Open.Id));
    }

    public async Task<IActionResult> OnPostAsync(int period, string? ticket, CancellationToken cancellationToken)
    {
        var member = User.SignedIn();
        var (validity, operation) = tickets.Read(ticket, member, Subject(period));
        if (validity != FormTickets.Outcome.Valid)
        {
            this.SayTicket(validity, words);
            return LocalRedirect("/settlement/close");
        }
        var answer = await ask.HandleAsync(member.Name, period, operation, cancellationToken);
        metrics.Decision("close", answer.Outcome.ToString());
        this.Say(answer.Outcome == AskForClosing.Outcome.PeriodClosed ? NoticeKind.Refused : NoticeKind.Done, words[SettlementWords.Answer(answer.Outcome), answer.Period]);
        return LocalRedirect("/settlement");
    }

    private static string Subject(int period) => $"close {period}";
}
