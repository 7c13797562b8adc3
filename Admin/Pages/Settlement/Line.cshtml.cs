using CarrierPay.Engine.Settlement.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages.Settlement;

/// <summary>The single payments behind one line.</summary>
public sealed class LineModel(SettlementQueries queries) : PageModel
{
    private const int PageSize = 100;

    public SettlementBatch Batch { get; private set; } = null!;

    public SettlementLine Line { get; private set; } = null!;

    public IReadOnlyList<SettledPayment> Payments { get; private set; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public long? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync(long id, long lineId, long? after, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(id, cancellationToken) is not { } found
            || found.Lines.FirstOrDefault(l => l.Id == lineId) is not { } line
            || await queries.PaymentsAsync(id, lineId, after, PageSize + 1, cancellationToken) is not { } payments)
            return NotFound();
        (Batch, Line, Payments) = (found.Batch, line, [.. payments.Take(PageSize)]);
        Next = payments.Count > PageSize ? Payments[^1].TransferId : null;
        return Page();
    }
}
