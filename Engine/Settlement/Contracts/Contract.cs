namespace CarrierPay.Engine.Settlement.Contracts;

/// <summary>The merchant's part of what is paid to it, from one business day on.</summary>
/// <param name="ValidFrom">First business day, in the installation's time zone.</param>
/// <param name="ValidUntil">First business day on which it holds no more: its own end or the next one's beginning; null = it goes on.</param>
/// <param name="ShareBasisPoints">0 to 10,000.</param>
public sealed record Contract(int MerchantId, DateOnly ValidFrom, DateOnly? ValidUntil, int ShareBasisPoints);

/// <summary>All contracts, and which one holds on a day.</summary>
/// <remarks>
/// Of a merchant's contracts the one that began last holds. When that one has ended, none does, even if an older one had no end: a newer agreement took its place.
/// </remarks>
public sealed class ContractBook
{
    private readonly Dictionary<int, Contract[]> _byMerchant;

    /// <param name="contracts">As agreed: in any order, <see cref="Contract.ValidUntil"/> the contract's own end.</param>
    public ContractBook(IEnumerable<Contract> contracts)
    {
        _byMerchant = contracts.GroupBy(c => c.MerchantId).ToDictionary(g => g.Key, g => Follow([.. g.OrderBy(c => c.ValidFrom)]));
        Cuts = [.. _byMerchant.Values.SelectMany(c => c).SelectMany(c => new[] { c.ValidFrom, c.ValidUntil ?? c.ValidFrom }).Distinct().Order()];
    }

    /// <summary>The business days on which any contract begins or ends, in order. Between two of them nothing changes for anybody.</summary>
    public IReadOnlyList<DateOnly> Cuts { get; }

    /// <summary>The merchant's contract on this day; null if none holds.</summary>
    public Contract? Find(int merchantId, DateOnly day) => LastBegun(merchantId, day) is { } contract && (contract.ValidUntil is null || day < contract.ValidUntil) ? contract : null;

    /// <summary>The day on which the merchant's last contract before this day ended; null if it never had one.</summary>
    public DateOnly? EndedBefore(int merchantId, DateOnly day) => LastBegun(merchantId, day)?.ValidUntil;

    private Contract? LastBegun(int merchantId, DateOnly day) => _byMerchant.GetValueOrDefault(merchantId)?.LastOrDefault(c => c.ValidFrom <= day);

    private static Contract[] Follow(Contract[] contracts)
    {
        for (var i = 0; i + 1 < contracts.Length; i++)
        {
            var next = contracts[i + 1].ValidFrom;
            if (contracts[i].ValidUntil is not { } until || until > next)
                contracts[i] = contracts[i] with { ValidUntil = next };
        }
        return contracts;
    }
}
