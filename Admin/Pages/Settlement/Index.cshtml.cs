using CarrierPay.Engine.Settlement.Runs;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages.Settlement;

/// <summary>All settlements, newest first, and the period that is open.</summary>
public sealed class IndexModel(SettlementQueries queries) : PageModel
{
    private const int PageSize = 25;

    public string? Show { get; private set; }

    public bool IsFirstPage { get; private set; }

    public LedgerPeriod Open { get; private set; } = null!;

    /// <summary>Somebody asked that the open period be closed, and a job of the engine has not done it yet.</summary>
    public bool IsClosing => Open.AskedBy is not null;

    public IReadOnlyList<SettlementBatch> Batches { get; private set; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public long? Older { get; private set; }

    public async Task OnGetAsync(string? show, long? before, CancellationToken cancellationToken)
    {
        SettlementState? state = show switch
        {
            "calculated" => SettlementState.Calculated,
            "blocked" => SettlementState.Blocked,
            "approved" => SettlementState.Approved,
            "rejected" => SettlementState.Rejected,
            _ => null,
        };
        Show = state is not null || show == "versions" ? show : null;
        IsFirstPage = before is null;
        Open = (await queries.PeriodsAsync(null, 1, cancellationToken))[0];
        var batches = await queries.ListAsync(before, PageSize + 1, state, withSuperseded: Show == "versions", cancellationToken);
        Batches = [.. batches.Take(PageSize)];
        Older = batches.Count > PageSize ? Batches[^1].Id : null;
    }
}
