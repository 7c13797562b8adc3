using CarrierPay.Engine.Payments.Doubts;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages.Payments.Doubts;

/// <summary>What waits for people to decide, and what is with the systems outside meanwhile.</summary>
public sealed class IndexModel(DoubtQueries queries) : PageModel
{
    /// <summary>So many payments that are being charged are shown.</summary>
    public const int ChargingShown = 50;

    private const int PageSize = 50;

    public IReadOnlyList<DoubtCase> Cases { get; private set; } = [];

    public IReadOnlyList<ChargingPayment> Charging { get; private set; } = [];

    /// <summary>The last case of this page; null on the last page.</summary>
    public (DateTimeOffset Since, long CallId)? Later { get; private set; }

    /// <summary>As the database counts: no smaller unit is kept.</summary>
    public static long Microseconds(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <param name="since">Of the last case of the page before: microseconds since 1970.</param>
    /// <param name="after">Its id.</param>
    public async Task OnGetAsync(long? since, long? after, CancellationToken cancellationToken)
    {
        (DateTimeOffset, long)? last = since is >= 0 and < 253_000_000_000_000_000 && after is { } id ? (DateTimeOffset.UnixEpoch.AddTicks(since.Value * TimeSpan.TicksPerMicrosecond), id) : null;
        var cases = await queries.ListAsync(last, PageSize + 1, cancellationToken);
        Cases = [.. cases.Take(PageSize)];
        Later = cases.Count > PageSize && Cases[^1].WaitsSince is { } waits ? (waits, Cases[^1].CallId) : null;
        Charging = await queries.ListChargingAsync(ChargingShown, cancellationToken);
    }
}
