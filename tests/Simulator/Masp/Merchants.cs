using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using CarrierPay.Simulator.Web;

namespace CarrierPay.Simulator.Masp;

/// <summary>The merchants by keyword; upper and lower case are the same.</summary>
public sealed class Merchants(TimeProvider time, Feed feed)
{
    private readonly ConcurrentDictionary<string, Merchant> _merchants = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<Merchant> All => [.. _merchants.Values.OrderBy(merchant => merchant.Keyword, StringComparer.Ordinal)];

    public bool TryGet(string keyword, [NotNullWhen(true)] out Merchant? merchant) => _merchants.TryGetValue(keyword, out merchant);

    /// <summary>Adds a merchant or changes the one that is there. Safe to repeat.</summary>
    /// <returns>True if it was added.</returns>
    /// <exception cref="ArgumentException">The keyword or a field is wrong; nothing was added or changed.</exception>
    public bool Put(string keyword, MaspOrder order)
    {
        if (keyword.Length is 0 or > 20 || !keyword.All(char.IsAsciiLetterOrDigit))
            throw new ArgumentException($"\"{keyword}\" is not a keyword: 1 to 20 letters and digits.");
        if (_merchants.TryGetValue(keyword, out var known))
        {
            known.Become(order);
            return false;
        }
        var merchant = new Merchant(keyword.ToUpperInvariant(), time, feed);
        merchant.Become(order);
        return _merchants.TryAdd(keyword, merchant);
    }

    public bool Remove(string keyword)
    {
        if (!_merchants.TryRemove(keyword, out var merchant)) return false;
        feed.Publish(new FeedEvent.MaspRemoved(merchant.Keyword));
        return true;
    }
}
