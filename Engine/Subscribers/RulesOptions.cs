using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>How long things may take, and how many payments may wait.</summary>
public sealed class PaymentsOptions
{
    public const string Section = "CarrierPay:Payments";

    /// <summary>How long a prompt waits for its code, 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = Section + ":ConfirmWithin must be 00:00:01 to 1.00:00:00.")]
    public TimeSpan ConfirmWithin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a merchant may think about a price, 0.1 to 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:10", ErrorMessage = Section + ":QuoteWithin must be 00:00:00.1 to 00:00:10.")]
    public TimeSpan QuoteWithin { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the SMSC may repeat a text: the same text within this time is the same request. 1 second to 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = Section + ":RepeatWithin must be 00:00:01 to 7.00:00:00.")]
    public TimeSpan RepeatWithin { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Payments of one subscriber that may be open at a time, 1 to 50.</summary>
    [Range(1, 50, ErrorMessage = Section + ":MaxOpenPayments must be 1 to 50.")]
    public int MaxOpenPayments { get; set; } = 5;
}

/// <summary>Caps and limits of one KYC tier, in minor units of the installation's currency.</summary>
public sealed class TierOptions
{
    /// <summary>The most that a prepaid account may hold.</summary>
    public long BalanceCap { get; set; }

    /// <summary>The most that one payment may be.</summary>
    public long Transaction { get; set; }

    /// <summary>The most that may be spent in a business day.</summary>
    public long Day { get; set; }

    /// <summary>The most that may be spent in a calendar month.</summary>
    public long Month { get; set; }

    /// <summary>The most payments in a business day.</summary>
    public int DayPayments { get; set; }
}

/// <summary>What subscribers may hold and spend, by how well they are known.</summary>
public sealed class AccountsOptions : IValidatableObject
{
    public const string Section = "CarrierPay:Accounts";

    /// <summary>By tier: anonymous, named, verified. All five figures of each are at least 1.</summary>
    public Dictionary<string, TierOptions> Tiers { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["anonymous"] = new() { BalanceCap = 15_000, Transaction = 5_000, Day = 5_000, Month = 15_000, DayPayments = 10 },
        ["named"] = new() { BalanceCap = 100_000, Transaction = 50_000, Day = 50_000, Month = 100_000, DayPayments = 50 },
        ["verified"] = new() { BalanceCap = 1_000_000, Transaction = 200_000, Day = 500_000, Month = 1_000_000, DayPayments = 100 },
    };

    /// <summary>How long wallet and bank account are closed to payments after the number got a new SIM card, 0 to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00", ErrorMessage = Section + ":SimCooling must be 00:00:00 to 30.00:00:00.")]
    public TimeSpan SimCooling { get; set; } = TimeSpan.FromDays(3);

    public FrozenDictionary<KycTier, TierLimits> ToLimits() => Tiers.ToFrozenDictionary(
        tier => Enum.Parse<KycTier>(tier.Key, ignoreCase: true),
        tier => new TierLimits(tier.Value.BalanceCap, tier.Value.Transaction, tier.Value.Day, tier.Value.Month, tier.Value.DayPayments));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, tier) in Tiers)
        {
            var place = $"{Section}:Tiers:{name}";
            if (!name.All(char.IsAsciiLetter) || !Enum.TryParse<KycTier>(name, ignoreCase: true, out _))
                yield return new($"{place} is no tier: there are anonymous, named and verified.", [nameof(Tiers)]);
            foreach (var (setting, value) in new (string, long)[]
            {
                (nameof(tier.BalanceCap), tier.BalanceCap), (nameof(tier.Transaction), tier.Transaction), (nameof(tier.Day), tier.Day),
                (nameof(tier.Month), tier.Month), (nameof(tier.DayPayments), tier.DayPayments),
            })
            {
                if (value < 1)
                    yield return new($"{place}:{setting} is {value}: it must be at least 1.", [nameof(Tiers)]);
            }
        }
    }
}

/// <summary>The rules as they are set.</summary>
public static class RulesOptions
{
    public static Rules ToRules(PaymentsOptions payments, AccountsOptions accounts, Currency currency, TimeZoneInfo timeZone) => new(
        currency, timeZone, payments.ConfirmWithin, payments.QuoteWithin, payments.RepeatWithin, payments.MaxOpenPayments, accounts.ToLimits(),
        accounts.SimCooling);
}
