using System.Numerics;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CsCheck;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

[TestFixture]
public sealed class UnitValueTests
{
    private static readonly string[] Currencies = ["JPY", "EUR", "KWD"];

    [TestCase(250, -2, "EUR", 250)]
    [TestCase(25, -1, "EUR", 250)]
    [TestCase(2500, -3, "EUR", 250)]
    [TestCase(3, 0, "EUR", 300)]
    [TestCase(3, 2, "EUR", 30_000)]
    [TestCase(500, 0, "JPY", 500)]
    [TestCase(5, 2, "JPY", 500)]
    [TestCase(50_000, -2, "JPY", 500)]
    [TestCase(1_250, -3, "KWD", 1_250)]
    [TestCase(125, -2, "KWD", 1_250)]
    [TestCase(1, 0, "KWD", 1_000)]
    [TestCase(-250, -2, "EUR", -250)]
    [TestCase(0, int.MinValue, "EUR", 0)]
    [TestCase(0, int.MaxValue, "EUR", 0)]
    [TestCase(long.MaxValue, -2, "EUR", long.MaxValue)]
    [TestCase(long.MinValue, -2, "EUR", long.MinValue)]
    [TestCase(92_233_720_368_547_758, -1, "EUR", 922_337_203_685_477_580)]
    [TestCase(9_000_000_000_000_000_000, -20, "EUR", 9)]
    public void A_value_is_scaled_exactly(long digits, int exponent, string currency, long minorUnits)
    {
        Assert.That(new UnitValue(digits, exponent).TryToMoney(Currency.Of(currency), out var amount), Is.EqualTo(UnitValueOutcome.Exact));
        Assert.That(amount, Is.EqualTo(new Money(minorUnits, Currency.Of(currency))));
    }

    [TestCase(5, -3, "EUR")]
    [TestCase(2505, -3, "EUR")]
    [TestCase(-1, -3, "EUR")]
    [TestCase(1, -1, "JPY")]
    [TestCase(1, -4, "KWD")]
    [TestCase(1, int.MinValue, "EUR")]
    [TestCase(long.MaxValue, -21, "EUR")]
    public void What_is_no_whole_number_of_minor_units_has_a_remainder(long digits, int exponent, string currency) =>
        Assert.That(new UnitValue(digits, exponent).TryToMoney(Currency.Of(currency), out _), Is.EqualTo(UnitValueOutcome.Remainder));

    [TestCase(long.MaxValue, -1, "EUR")]
    [TestCase(long.MinValue, 0, "EUR")]
    [TestCase(92_233_720_368_547_759, 0, "EUR")]
    [TestCase(-92_233_720_368_547_759, 0, "EUR")]
    [TestCase(1, 19, "JPY")]
    [TestCase(1, int.MaxValue, "KWD")]
    public void What_Int64_does_not_hold_is_out_of_range(long digits, int exponent, string currency) =>
        Assert.That(new UnitValue(digits, exponent).TryToMoney(Currency.Of(currency), out _), Is.EqualTo(UnitValueOutcome.OutOfRange));

    [Test]
    public void Minor_units_come_back_as_they_went() =>
        Gen.Select(Gen.Long, Gen.Int[0, 2].Select(i => Currencies[i])).Sample((minorUnits, code) =>
        {
            var amount = new Money(minorUnits, Currency.Of(code));
            return UnitValue.Of(amount).TryToMoney(amount.Currency, out var back) == UnitValueOutcome.Exact && back == amount;
        });

    [Test]
    public void Every_value_agrees_with_arithmetic_without_limits() =>
        Gen.Select(Gen.OneOf(Gen.Long, Gen.Long[-100_000, 100_000]), Gen.Int[-25, 25], Gen.Int[0, 2].Select(i => Currencies[i])).Sample((digits, exponent, code) =>
        {
            var currency = Currency.Of(code);
            var outcome = new UnitValue(digits, exponent).TryToMoney(currency, out var amount);
            var shift = exponent + currency.Exponent;
            var (numerator, denominator) = shift >= 0 ? (digits * BigInteger.Pow(10, shift), BigInteger.One) : (digits, BigInteger.Pow(10, -shift));
            var expected = numerator % denominator != 0 ? UnitValueOutcome.Remainder
                : numerator / denominator < long.MinValue || numerator / denominator > long.MaxValue ? UnitValueOutcome.OutOfRange
                : UnitValueOutcome.Exact;
            return outcome == expected && (outcome != UnitValueOutcome.Exact || amount.MinorUnits == numerator / denominator);
        });
}
