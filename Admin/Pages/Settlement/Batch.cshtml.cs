using CarrierPay.Engine.Settlement.Runs;
using CarrierPay.Engine.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace CarrierPay.Admin.Pages.Settlement;

/// <summary>One settlement: its sums, lines, problems, versions, and what was done to it.</summary>
public sealed class BatchModel(SettlementQueries queries, NpgsqlDataSource admin) : PageModel
{
    private const int MostEntries = 50;

    public SettlementBatchDetail Detail { get; private set; } = null!;

    public IReadOnlyList<AuditEntry> Audit { get; private set; } = [];

    public bool CanBeDecided => Detail.Batch.State == SettlementState.Calculated;

    public bool CanBeRepeated => Detail.Batch.State is SettlementState.Calculated or SettlementState.Blocked or SettlementState.Rejected;

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(id, cancellationToken) is not { } found)
            return NotFound();
        Detail = found;
        Audit = await AuditTrail.ListAsync(admin, "settlement_batch", $"{id}", who: null, before: null, MostEntries, cancellationToken);
        return Page();
    }
}
