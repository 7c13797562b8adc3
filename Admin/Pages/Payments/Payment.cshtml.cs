using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Staff;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages.Payments;

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
        Steps = PaymentSteps.Of(found, words);
        return Page();
    }
}
