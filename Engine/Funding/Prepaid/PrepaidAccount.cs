using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding.Prepaid;

/// <summary>The account that CarrierPay keeps itself: its balance stands in the subscriber's state and always equals the sum of its transfers.</summary>
/// <remarks>Pure. Whoever changes the balance records the transfer in the same decision.</remarks>
public static class PrepaidAccount
{
    public static bool HasFunds(SubscriberState subscriber, long amountMinor) => subscriber.BalanceMinor >= amountMinor;

    /// <summary>Takes an amount out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is not above zero.</exception>
    /// <exception cref="InvalidOperationException">There is not so much in it: ask <see cref="HasFunds"/> first.</exception>
    public static void Charge(SubscriberState subscriber, long amountMinor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amountMinor);
        if (!HasFunds(subscriber, amountMinor))
            throw new InvalidOperationException($"{subscriber.Id} has less than the {amountMinor} that were to be charged.");
        subscriber.BalanceMinor -= amountMinor;
        subscriber.IsChanged = true;
    }

    /// <summary>Puts an amount in. False, and nothing changed, if the balance would be above the tier's cap.</summary>
    /// <remarks>For fillings. Money that comes back is never refused by a cap (lanes.md 20).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The amount is not above zero.</exception>
    public static bool TryCredit(SubscriberState subscriber, long amountMinor, TierLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amountMinor);
        // A subtraction, so that no amount overflows it.
        if (amountMinor > limits.BalanceCapMinor - subscriber.BalanceMinor)
            return false;
        subscriber.BalanceMinor += amountMinor;
        subscriber.IsChanged = true;
        return true;
    }

    /// <summary>Puts back what was taken out, or what has come and cannot be sent back: no cap refuses it (lanes.md 20).</summary>
    public static void PutBack(SubscriberState subscriber, long amountMinor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amountMinor);
        subscriber.BalanceMinor += amountMinor;
        subscriber.IsChanged = true;
    }
}
