using CarrierPay.Engine.Messaging.Texts;
using CsCheck;

namespace CarrierPay.Engine.Tests.Messaging.Texts;

[TestFixture]
public sealed class TextFormatTests
{
    private static readonly DateTimeOffset Afternoon = new(2026, 3, 7, 14, 5, 59, TimeSpan.FromHours(8));

    [TestCase(1250, 2, "EUR", "EUR 12.50", "EUR 12.50")]
    [TestCase(1250, 2, "CNY", "CNY 12.50", "12.50元")]
    [TestCase(1250, 0, "UGX", "UGX 1250", "UGX 1250")]
    [TestCase(1250, 3, "KWD", "KWD 1.250", "KWD 1.250")]
    [TestCase(5, 2, "EUR", "EUR 0.05", "EUR 0.05")]
    [TestCase(0, 2, "CNY", "CNY 0.00", "0.00元")]
    [TestCase(0, 0, "UGX", "UGX 0", "UGX 0")]
    [TestCase(-5, 2, "EUR", "EUR -0.05", "EUR -0.05")]
    [TestCase(-1250, 2, "CNY", "CNY -12.50", "-12.50元")]
    [TestCase(999_999_999_999, 3, "KWD", "KWD 999999999.999", "KWD 999999999.999")]
    [TestCase(long.MaxValue, 2, "EUR", "EUR 92233720368547758.07", "EUR 92233720368547758.07")]
    [TestCase(long.MinValue, 2, "EUR", "EUR -92233720368547758.08", "EUR -92233720368547758.08")]
    public void Amounts_have_the_decimals_of_their_currency(long minorUnits, int exponent, string currency, string english, string chinese)
    {
        Assert.That(TextFormat.Amount(minorUnits, exponent, currency, Language.English), Is.EqualTo(english));
        Assert.That(TextFormat.Amount(minorUnits, exponent, currency, Language.SimplifiedChinese), Is.EqualTo(chinese));
    }

    [Test]
    public void A_number_is_its_minor_units_with_a_point() =>
        Gen.Select(Gen.Long, Gen.Int[0, 4]).Sample((minor, exponent) =>
            decimal.Parse(TextFormat.Number(minor, exponent)) == minor / Enumerable.Repeat(10m, exponent).Aggregate(1m, (a, b) => a * b));

    [Test]
    public void Times_are_written_as_given_without_a_change_of_zone()
    {
        Assert.That(TextFormat.Time(Afternoon), Is.EqualTo("14:05"));
        Assert.That(TextFormat.DateAndTime(Afternoon, Language.English), Is.EqualTo("07/03 14:05"));
        Assert.That(TextFormat.DateAndTime(Afternoon, Language.SimplifiedChinese), Is.EqualTo("03-07 14:05"));
    }

    [TestCase(0, "12")]
    [TestCase(2, "12.50")]
    [TestCase(3, "12.500")]
    public void An_example_fits_the_currency(int exponent, string example) => Assert.That(TextFormat.AmountExample(exponent), Is.EqualTo(example));

    [Test]
    public void Items_are_listed_in_the_way_of_the_language()
    {
        Assert.That(TextFormat.List(["LATTE", "MOCHA"], Language.English), Is.EqualTo("LATTE, MOCHA"));
        Assert.That(TextFormat.List(["拿铁", "摩卡"], Language.SimplifiedChinese), Is.EqualTo("拿铁、摩卡"));
    }
}
