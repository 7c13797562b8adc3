using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding.PhoneBill;

/// <summary>The bill of a postpaid line: what is charged to it is owed by the subscriber, and billed by the operator at the end of the month.</summary>
/// <remarks>Pure. Whoever charges it records the transfer and the rated event in the same decision. The month is that of the installation's time zone.</remarks>
public static class PhoneBillAccount
{
    /// <summary>The bill as it stands this month.</summary>
    /// <exception cref="InvalidOperationException">The line has no phone bill.</exception>
    public static MonthlyBill Of(SubscriberState subscriber, in Given given) =>
        (subscriber.Bill ?? throw new InvalidOperationException($"{subscriber.Id} has no phone bill.")).On(given.BusinessMonth);

    /// <summary>Whether so much more fits under the limit of the month.</summary>
    public static bool HasRoom(SubscriberState subscriber, long amountMinor, in Given given)
    {
        var bill = Of(subscriber, given);
        // A subtraction, so that no amount overflows it; a limit that was lowered leaves less than nothing.
        return amountMinor <= bill.LimitMinor - bill.ChargedMinor;
    }

    /// <summary>Puts an amount on the bill.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is not above zero.</exception>
    /// <exception cref="InvalidOperationException">There is no room for it: ask <see cref="HasRoom"/> first.</exception>
    public static void Charge(SubscriberState subscriber, long amountMinor, in Given given)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amountMinor);
        if (!HasRoom(subscriber, amountMinor, given))
            throw new InvalidOperationException($"{subscriber.Id} has no room on the phone bill for the {amountMinor} that were to be charged.");
        subscriber.Bill = Of(subscriber, given).Plus(amountMinor);
        subscriber.IsBillChanged = true;
        subscriber.IsChanged = true;
    }

    /// <summary>Takes a charge off again that billing has rejected: the month's bill is lower, if it is still that month's.</summary>
    /// <param name="chargedAt">When it went on the bill.</param>
    public static void TakeOff(SubscriberState subscriber, long amountMinor, DateTimeOffset chargedAt, in Given given)
    {
        // A line whose bill was taken away since keeps the month's sum, and a limit of 0: see LaneRows.
        var bill = subscriber.Bill ?? throw new InvalidOperationException($"{subscriber.Id} never had a phone bill.");
        var charged = given.LocalTime(chargedAt);
        subscriber.Bill = bill.Minus((charged.Year * 12) + charged.Month - 1, amountMinor);
        subscriber.IsBillChanged = true;
        subscriber.IsChanged = true;
    }
}
