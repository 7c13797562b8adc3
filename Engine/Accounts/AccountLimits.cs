using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Accounts;

/// <summary>What the limits of a subscriber's tier say to one more payment. The first that applies is given.</summary>
public enum LimitAnswer { OverTransaction, TooManyToday, OverDay, OverMonth, Within }

/// <summary>The limits of the KYC tiers: over all sources together, for the business day and month. Pure.</summary>
public static class AccountLimits
{
    /// <summary>Those of the subscriber's tier; of the lowest one while a new SIM card cools.</summary>
    /// <exception cref="KeyNotFoundException">The rules have no limits for the tier.</exception>
    public static TierLimits Of(SubscriberState subscriber, in Given given) =>
        given.Reference.Rules.Tiers[SimChange.Cools(subscriber, given) ? KycTier.Anonymous : subscriber.KycTier];

    /// <summary>The counters as they stand today.</summary>
    public static SpendingCounters SpentToday(SubscriberState subscriber, in Given given) => subscriber.Spending.On(given.BusinessDay, given.BusinessMonth);

    /// <summary>Whether one more payment fits. It changes nothing: limits are taken at charging, by <see cref="Take"/>.</summary>
    public static LimitAnswer Check(SubscriberState subscriber, long amountMinor, in Given given)
    {
        var limits = Of(subscriber, given);
        var spent = SpentToday(subscriber, given);
        // Subtractions, so that no amount overflows them.
        if (amountMinor > limits.TransactionMinor)
            return LimitAnswer.OverTransaction;
        if (spent.DayPayments >= limits.DayPayments)
            return LimitAnswer.TooManyToday;
        if (amountMinor > limits.DayMinor - spent.DayMinor)
            return LimitAnswer.OverDay;
        return amountMinor > limits.MonthMinor - spent.MonthMinor ? LimitAnswer.OverMonth : LimitAnswer.Within;
    }

    /// <summary>Counts a charge.</summary>
    public static void Take(SubscriberState subscriber, long amountMinor, in Given given)
    {
        subscriber.Spending = SpentToday(subscriber, given).Plus(amountMinor);
        subscriber.IsChanged = true;
    }

    /// <summary>Takes back what <see cref="Take"/> counted, within the same business day and month.</summary>
    /// <param name="takenAt">When it was counted.</param>
    public static void GiveBack(SubscriberState subscriber, long amountMinor, DateTimeOffset takenAt, in Given given)
    {
        var taken = given.LocalTime(takenAt);
        subscriber.Spending = subscriber.Spending.Minus(DateOnly.FromDateTime(taken.DateTime).DayNumber, (taken.Year * 12) + taken.Month - 1, amountMinor);
        subscriber.IsChanged = true;
    }
}
