using CarrierPay.Engine.Staff;
using CarrierPay.Engine.Storage;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace CarrierPay.Admin.Pages.Audit;

/// <summary>Who did what, newest first.</summary>
public sealed class IndexModel(NpgsqlDataSource admin) : PageModel
{
    private const int PageSize = 50;

    public string? Who { get; private set; }

    public IReadOnlyList<AuditEntry> Entries { get; private set; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public long? Older { get; private set; }

    public async Task OnGetAsync(string? who, long? before, CancellationToken cancellationToken)
    {
        Who = string.IsNullOrWhiteSpace(who) ? null : StaffMember.Normalize(who);
        var entries = await AuditTrail.ListAsync(admin, objectKind: null, objectId: null, Who, before, PageSize + 1, cancellationToken);
        Entries = [.. entries.Take(PageSize)];
        Older = entries.Count > PageSize ? Entries[^1].Id : null;
    }
}
