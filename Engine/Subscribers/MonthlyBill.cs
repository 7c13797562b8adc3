namespace CarrierPay.Engine.Subscribers;

/// <summary>What stands on a line's phone bill for the month in which it was last charged, and how much may.</summary>
/// <param name="LimitMinor">The most in a month, minor units; 0 = nothing may be charged.</param>
/// <param name="Month">Year * 12 + month - 1 in the installation's time zone.</param>
/// <param name="ChargedMinor">Always the sum of the month's charges less those that were undone.</param>
public readonly record struct MonthlyBill(long LimitMinor, int Month, long ChargedMinor)
{
    /// <summary>The bill as it stands in this month: empty if nothing was charged in it.</summary>
    public MonthlyBill On(int month) => Month == month ? this : this with { Month = month, ChargedMinor = 0 };

    /// <summary>One more charge in the same month. Call <see cref="On"/> first.</summary>
    public MonthlyBill Plus(long amountMinor) => this with { ChargedMinor = ChargedMinor + amountMinor };

    /// <summary>A charge of some month is undone: the bill is lower if it is of that month; earlier months are over.</summary>
    public MonthlyBill Minus(int month, long amountMinor) => Month == month ? this with { ChargedMinor = ChargedMinor - amountMinor } : this;
}
