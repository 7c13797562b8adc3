namespace CarrierPay.Engine.Primitives;

/// <summary>An amount in minor units of one currency.</summary>
/// <remarks>Two currencies never mix, and a default value is refused when it is used. There is no ordering interface: comparing two currencies has no meaning.</remarks>
public readonly record struct Money(long MinorUnits, Currency Currency)
{
    /// <exception cref="InvalidOperationException">The currencies differ, or one was never set.</exception>
    /// <exception cref="OverflowException">The sum is not a long.</exception>
    public static Money operator +(Money left, Money right) => new(checked(left.MinorUnits + right.MinorUnits), Same(left, right));

    /// <inheritdoc cref="op_Addition"/>
    public static Money operator -(Money left, Money right) => new(checked(left.MinorUnits - right.MinorUnits), Same(left, right));

    public static bool operator >(Money left, Money right) => Same(left, right) is var _ && left.MinorUnits > right.MinorUnits;
    public static bool operator <(Money left, Money right) => Same(left, right) is var _ && left.MinorUnits < right.MinorUnits;

    public static Money Add(Money left, Money right) => left + right;
    public static Money Subtract(Money left, Money right) => left - right;

    public override string ToString() => $"{MinorUnits} {Currency.Code} minor units";

    private static Currency Same(Money left, Money right)
    {
        if (left.Currency.Code is null || right.Currency.Code is null)
            throw new InvalidOperationException("An amount without a currency was used.");
        return left.Currency == right.Currency
            ? left.Currency
            : throw new InvalidOperationException($"{left.Currency} and {right.Currency} do not mix.");
    }
}
