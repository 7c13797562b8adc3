using CarrierPay.Engine.Merchants.Notices;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages.Notices;

/// <summary>All notices to merchants, newest first.</summary>
public sealed class IndexModel(NoticeQueries queries) : PageModel
{
    private const int PageSize = 50;

    public string? Show { get; private set; }

    public IReadOnlyList<ListedNotice> Notices { get; private set; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public long? Older { get; private set; }

    public async Task OnGetAsync(string? show, long? before, CancellationToken cancellationToken)
    {
        Show = show is "open" or "dead" ? show : null;
        var notices = Show is null
            ? await queries.ListAsync(merchant: null, before, PageSize + 1, cancellationToken)
            : await queries.ListOpenAsync(merchant: null, Show == "dead" ? NoticeState.Dead : null, before, PageSize + 1, cancellationToken);
        Notices = [.. notices.Take(PageSize)];
        Older = notices.Count > PageSize ? Notices[^1].Id : null;
    }
}
