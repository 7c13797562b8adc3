using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CsCheck;
using static CarrierPay.Engine.Tests.Protocols.Iso8583.Messages8583;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class AmountFieldTests
{
    [TestCase("JPY", 1250, null, "000000001250")]
    [TestCase("EUR", 1250, null, "000000001250")]
    [TestCase("KWD", 1250, null, "000000001250")]
    [TestCase("JPY", 1250, 2, "000000125000")]
    [TestCase("EUR", 1250, 2, "000000001250")]
    [TestCase("KWD", 1250, 2, "000000000125")]
    [TestCase("EUR", 0, null, "000000000000")]
    [TestCase("EUR", 999_999_999_999, null, "999999999999")]
    public void An_amount_is_twelve_digits_and_back(string currency, long minor, int? decimals, string digits)
    {
        var amount = new Money(minor, Currency.Of(currency));
        Assert.That(AmountField.Format(amount, decimals), Is.EqualTo(digits));
        Assert.That(AmountField.Parse(digits, Currency.Of(currency), decimals), Is.EqualTo(amount));
    }

    [TestCase("EUR", 1_000_000_000_000, null, Iso8583Fault.AmountTooLarge)]
    [TestCase("JPY", 10_000_000_000, 2, Iso8583Fault.AmountTooLarge)]
    [TestCase("EUR", long.MaxValue, null, Iso8583Fault.AmountTooLarge)]
    [TestCase("JPY", long.MaxValue, 3, Iso8583Fault.AmountTooLarge)]
    [TestCase("KWD", 1255, 2, Iso8583Fault.AmountNotExact)]
    [TestCase("EUR", 1, 0, Iso8583Fault.AmountNotExact)]
    public void An_amount_that_cannot_be_said_exactly_is_refused_by_name(string currency, long minor, int? decimals, Iso8583Fault fault) =>
        Assert.That(Assert.Throws<Iso8583Exception>(() => AmountField.Format(new(minor, Currency.Of(currency)), decimals))!.Fault, Is.EqualTo(fault));

    [TestCase("000000000001", "JPY", 2, Iso8583Fault.AmountNotExact)]
    [TestCase("00000000125x", "EUR", null, Iso8583Fault.WrongContent)]
    [TestCase("", "EUR", null, Iso8583Fault.WrongContent)]
    public void Digits_that_are_no_amount_of_the_currency_are_refused_by_name(string digits, string currency, int? decimals, Iso8583Fault fault) =>
        Assert.That(Assert.Throws<Iso8583Exception>(() => AmountField.Parse(digits, Currency.Of(currency), decimals))!.Fault, Is.EqualTo(fault));

    [Test]
    public void A_negative_amount_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => AmountField.Format(new(-1, Currency.Of("EUR"))));

    [Test]
    public void What_is_written_is_read_again() =>
        Gen.Select(Gen.Long[0, AmountField.Greatest], Choice("JPY", "EUR", "KWD"), Gen.Int[0, 3].Select(n => n == 1 ? null : (int?)n)).Sample((minor, currency, decimals) =>
        {
            var amount = new Money(minor, Currency.Of(currency));
            try
            {
                Assert.That(AmountField.Parse(AmountField.Format(amount, decimals), amount.Currency, decimals), Is.EqualTo(amount));
            }
            catch (Iso8583Exception refused)
            {
                Assert.That(decimals, Is.Not.Null.And.Not.EqualTo((int)amount.Currency.Exponent), refused.Message);
            }
        });

    [Test]
    public void Balances_are_read_from_field_54()
    {
        var amounts = AdditionalAmount.Parse("2001978C000000001250" + "2002414D000000000005");
        Assert.That(amounts, Is.EqualTo(new[]
        {
            new AdditionalAmount("20", AdditionalAmount.LedgerBalance, new(1250, Currency.Of("EUR")), false),
            new AdditionalAmount("20", AdditionalAmount.AvailableBalance, new(5, Currency.Of("KWD")), true),
        }));
        Assert.That(string.Concat(amounts.Select(amount => amount.Format())), Is.EqualTo("2001978C000000001250" + "2002414D000000000005"));
    }

    [TestCase("2001978C00000000125", "field 54 amount 1")]
    [TestCase("2001978C000000001250" + "2001999C000000001250", "field 54 amount 2")]
    [TestCase("2001978X000000001250", "field 54 amount 1")]
    [TestCase("2001978C00000000125A", "field 54")]
    public void A_malformed_balance_is_refused_with_its_place(string value, string path) =>
        Assert.That(Assert.Throws<Iso8583Exception>(() => AdditionalAmount.Parse(value))!.Path, Is.EqualTo(path));
}
