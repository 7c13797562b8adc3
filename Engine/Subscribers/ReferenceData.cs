using System.Collections.Frozen;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>Numbers stand in the database and never change.</summary>
public enum MerchantStatus : short { Active = 1, Suspended = 2 }

/// <param name="PriceMinor">The catalogue price; null = the merchant is asked.</param>
/// <param name="CeilingMinor">The most that a quote for it may ask; null = the merchant's ceiling.</param>
public sealed record Product(string Code, string Name, long? PriceMinor, long? CeilingMinor);

/// <param name="Keyword">What subscribers type, in capitals.</param>
/// <param name="AsksForQuotes">Whether the merchant sets its prices when it is asked.</param>
/// <param name="WantsNotices">Whether the merchant is told of its payments.</param>
public sealed record Merchant(
    MerchantId Id, string Keyword, string Name, MerchantStatus Status, bool AsksForQuotes, long? CeilingMinor, IReadOnlyList<Product> Products, bool WantsNotices = false)
{
    public Product? Find(string code) => Products.FirstOrDefault(p => string.Equals(p.Code, code, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The caps and limits of one KYC tier, minor units of the installation's currency.</summary>
public sealed record TierLimits(long BalanceCapMinor, long TransactionMinor, long DayMinor, long MonthMinor, int DayPayments);

/// <summary>The rules that all decisions of a batch use.</summary>
/// <param name="ConfirmWithin">How long a prompt may wait for its answer.</param>
/// <param name="QuoteWithin">How long a merchant may think about a price.</param>
/// <param name="RepeatWithin">How long the SMSC may repeat a text.</param>
/// <param name="SimCooling">How long wallet and bank account are closed after the number got a new SIM card.</param>
public sealed record Rules(
    Currency Currency, TimeZoneInfo TimeZone, TimeSpan ConfirmWithin, TimeSpan QuoteWithin, TimeSpan RepeatWithin, int MaxOpenPayments,
    FrozenDictionary<KycTier, TierLimits> Tiers, TimeSpan SimCooling);

/// <summary>One immutable snapshot of catalogue and rules; a lane loads it again when the database has a newer version.</summary>
public sealed class ReferenceData(long version, Rules rules, IEnumerable<Merchant> merchants)
{
    private readonly FrozenDictionary<string, Merchant> _byKeyword = merchants.ToFrozenDictionary(m => m.Keyword, StringComparer.OrdinalIgnoreCase);
    private readonly FrozenDictionary<MerchantId, Merchant> _byId = merchants.ToFrozenDictionary(m => m.Id);

    public long Version { get; } = version;
    public Rules Rules { get; } = rules;

    public Merchant? Find(string keyword) => _byKeyword.GetValueOrDefault(keyword);
    public Merchant? Find(MerchantId id) => _byId.GetValueOrDefault(id);
}
