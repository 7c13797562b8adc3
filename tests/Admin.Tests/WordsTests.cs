using System.Text.RegularExpressions;
using CarrierPay.Admin.Web;

namespace CarrierPay.Admin.Tests;

[TestFixture]
public sealed class WordsTests
{
    private static readonly WordLists Lists = new();

    [Test]
    public void Every_text_of_the_pages_has_a_Chinese_one()
    {
        var admin = Path.Combine(Repository.Root(), "Admin");
        var used = Directory.EnumerateFiles(admin, "*.cs*", SearchOption.AllDirectories).Where(f => !f.Contains("node_modules", StringComparison.Ordinal))
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), "\\b(?:T|words)\\[\"((?:[^\"\\\\]|\\\\.)+)\"").Select(m => m.Groups[1].Value)).Distinct().ToList();
        Assert.That(used, Has.Count.GreaterThan(80));
        Assert.That(used.Except(Lists.Translated), Is.Empty);
    }

    [Test]
    public void A_translation_fills_in_the_same_parameters()
    {
        foreach (var english in Lists.Translated)
            Assert.That(Parameters(Lists.Find(english, PageLanguage.SimplifiedChinese)), Is.EquivalentTo(Parameters(english)), english);

        static IEnumerable<string> Parameters(string text) => Regex.Matches(text, @"\{\d\}").Select(m => m.Value);
    }

    [TestCase(0L, "UGX", "UGX 0")]
    [TestCase(1234567L, "UGX", "UGX 1,234,567")]
    [TestCase(5L, "EUR", "EUR 0.05")]
    [TestCase(99_999L, "EUR", "EUR 999.99")]
    [TestCase(100_000L, "EUR", "EUR 1,000.00")]
    [TestCase(-6_677_245L, "EUR", "EUR −66,772.45")]
    [TestCase(1_234_567_890L, "KWD", "KWD 1,234,567.890")]
    [TestCase(long.MaxValue, "EUR", "EUR 92,233,720,368,547,758.07")]
    public void An_amount_is_written_in_groups_with_its_currency(long minor, string currency, string expected) =>
        Assert.That(Formats.Amount(minor, CarrierPay.Engine.Primitives.Currency.Of(currency)), Is.EqualTo(expected));
}
