namespace CarrierPay.Engine.Subscribers;

/// <summary>What was charged in the business day and month in which it was last charged, over all sources together.</summary>
/// <param name="Day">Business day, days since 0001-01-01.</param>
/// <param name="Month">Year * 12 + month - 1.</param>
public readonly record struct SpendingCounters(int Day, int Month, long DayMinor, long MonthMinor, int DayPayments, int MonthPayments)
{
    /// <summary>The counters as they stand on this day: zero if nothing was charged on it.</summary>
    public SpendingCounters On(int day, int month) => new(
        day, month,
        Day == day ? DayMinor : 0, Month == month ? MonthMinor : 0,
        Day == day ? DayPayments : 0, Month == month ? MonthPayments : 0);

    /// <summary>One more charge on the same day. Call <see cref="On"/> first.</summary>
    public SpendingCounters Plus(long amountMinor) => this with
    {
        DayMinor = DayMinor + amountMinor,
        MonthMinor = MonthMinor + amountMinor,
        DayPayments = DayPayments + 1,
        MonthPayments = MonthPayments + 1,
    };

    /// <summary>A charge is undone that was counted on a day: nothing is given back of a day or month that is over.</summary>
    public SpendingCounters Minus(int day, int month, long amountMinor) => this with
    {
        DayMinor = Day == day ? DayMinor - amountMinor : DayMinor,
        DayPayments = Day == day ? DayPayments - 1 : DayPayments,
        MonthMinor = Month == month ? MonthMinor - amountMinor : MonthMinor,
        MonthPayments = Month == month ? MonthPayments - 1 : MonthPayments,
    };
}
