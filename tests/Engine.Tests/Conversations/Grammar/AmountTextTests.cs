using CarrierPay.Engine.Conversations.Grammar;
using CsCheck;

namespace CarrierPay.Engine.Tests.Conversations.Grammar;

[TestFixture]
public sealed class AmountTextTests
{
    //        typed         UGX (0)       USD (2)       KWD (3)
    [TestCase("12", "12", "1200", "12000")]
    [TestCase("12.5", "TooPrecise", "1250", "12500")]
    [TestCase("12.50", "TooPrecise", "1250", "12500")]
    [TestCase("12,5", "TooPrecise", "1250", "12500")]
    [TestCase("12,50", "TooPrecise", "1250", "12500")]
    [TestCase("12.00", "12", "1200", "12000")]
    [TestCase("12.500", "TooPrecise", "1250", "12500")]
    [TestCase("12.50000", "TooPrecise", "1250", "12500")]
    [TestCase("12.505", "TooPrecise", "TooPrecise", "12505")]
    [TestCase(".50", "TooPrecise", "50", "500")]
    [TestCase("0012", "12", "1200", "12000")]
    [TestCase("¥12.5", "TooPrecise", "1250", "12500")]
    [TestCase("￥１２．５", "TooPrecise", "1250", "12500")]
    [TestCase("EUR 12.50", "TooPrecise", "1250", "12500")]
    [TestCase("EUR12.50", "TooPrecise", "1250", "12500")]
    [TestCase("12.50 EUR", "TooPrecise", "1250", "12500")]
    [TestCase("12.50EUR", "TooPrecise", "1250", "12500")]
    [TestCase("12.50€", "TooPrecise", "1250", "12500")]
    [TestCase("12.50元", "TooPrecise", "1250", "12500")]
    [TestCase("12.50 元", "TooPrecise", "1250", "12500")]
    [TestCase("12块", "12", "1200", "12000")]
    [TestCase("1,250", "1250", "Unclear", "1250", Description = "1250 without decimals, 1.250 with three; with cents the subscriber is asked again")]
    [TestCase("0,250", "TooPrecise", "25", "250")]
    [TestCase("1250,500", "TooPrecise", "125050", "1250500")]
    [TestCase("1.250", "TooPrecise", "125", "1250")]
    [TestCase("1,250.50", "TooPrecise", "125050", "1250500")]
    [TestCase("1.250,50", "TooPrecise", "125050", "1250500")]
    [TestCase("1,250,000", "1250000", "125000000", "1250000000")]
    [TestCase("1.250.000", "1250000", "125000000", "1250000000")]
    [TestCase("999999999", "999999999", "99999999900", "999999999000")]
    [TestCase("999999999.999", "TooPrecise", "TooPrecise", "999999999999")]
    public void An_amount_becomes_minor_units_of_the_currency(string typed, string withoutDecimals, string withTwo, string withThree)
    {
        var amount = ((PayCommand)SmsGrammar.Parse("PAY COFFEE " + typed)).Amount!.Value;

        Assert.That((Show(amount, 0), Show(amount, 2), Show(amount, 3)), Is.EqualTo((withoutDecimals, withTwo, withThree)));
    }

    [TestCase(-1, 0, AmountOutcome.Negative)]
    [TestCase(0, 2, AmountOutcome.Zero)]
    [TestCase(1_000_000_000, 0, AmountOutcome.Overflow)]
    [TestCase(long.MaxValue, 0, AmountOutcome.Overflow)]
    [TestCase(long.MaxValue, 3, AmountOutcome.Overflow)]
    [TestCase(1, 18, AmountOutcome.TooPrecise)]
    [TestCase(1, 19, AmountOutcome.Unclear)]
    [TestCase(1, -1, AmountOutcome.Unclear)]
    public void An_amount_made_by_hand_is_checked_as_well(long digits, int decimals, AmountOutcome outcome) =>
        Assert.That(new AmountText(digits, decimals).ToMinorUnits(2, out _), Is.EqualTo(outcome));

    //        typed        in     may be
    [TestCase("12.50", "EUR", true)]
    [TestCase("EUR 12.50", "EUR", true)]
    [TestCase("EUR 12.50", "USD", false)]
    [TestCase("€12.50", "EUR", true)]
    [TestCase("12.50元", "CNY", true)]
    [TestCase("12.50元", "EUR", false)]
    [TestCase("¥12.50", "CNY", true)]
    [TestCase("¥12", "JPY", true)]
    [TestCase("$12", "USD", true)]
    [TestCase("$12", "EUR", false)]
    public void A_currency_that_was_typed_is_compared(string typed, string currency, bool fits) =>
        Assert.That(((PayCommand)SmsGrammar.Parse("PAY COFFEE " + typed)).Amount!.Value.MayBeIn(currency), Is.EqualTo(fits));

    [TestCase(0, 1L, 999_999_999L)]
    [TestCase(2, 100L, 99_999_999_999L)]
    [TestCase(3, 1000L, 999_999_999_999L)]
    public void What_is_written_out_in_full_comes_back(int exponent, long scale, long largest) =>
        Gen.Long[1, largest].Sample(minor =>
        {
            var typed = exponent == 0 ? $"{minor}" : $"{minor / scale}.{(minor % scale).ToString().PadLeft(exponent, '0')}";

            var outcome = ((PayCommand)SmsGrammar.Parse("PAY COFFEE " + typed)).Amount!.Value.ToMinorUnits(exponent, out var read);

            return outcome == AmountOutcome.Ok && read == minor;
        });

    private static string Show(AmountText amount, int exponent)
    {
        var outcome = amount.ToMinorUnits(exponent, out var minor);
        return outcome == AmountOutcome.Ok ? $"{minor}" : $"{outcome}";
    }
}
