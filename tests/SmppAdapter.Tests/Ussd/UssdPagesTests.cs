using CarrierPay.SmppAdapter.Ussd;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Ussd;

/// <summary>Pages: each fits, nothing is lost, and what belongs together stays together.</summary>
public class UssdPagesTests
{
    private const string More = "9 More", Back = "0 Back";

    private static readonly UssdCodec Short = new(UssdProfile.Named("none")! with { MaxSeptets = 40, MaxUcs2Units = 20 });

    private static readonly Gen<string> Words = Gen.OneOf(Gen.Char['a', 'z'].Array[1, 12].Select(word => new string(word)), Gen.OneOf("€€€", "😀😀", "支付", "{x}", "\n", "1."));

    [Test]
    public void A_text_that_fits_is_one_page_without_words() => Assert.That(UssdPages.Split("1 Balance\n2 Pay", Short, More, Back), Is.EqualTo(new[] { "1 Balance\n2 Pay" }));

    [Test]
    public void An_empty_text_is_one_empty_page() => Assert.That(UssdPages.Split("", Short, More, Back), Is.EqualTo(new[] { "" }));

    [Test]
    public void Lines_that_fit_a_page_are_not_broken() =>
        Assert.That(UssdPages.Split("Payments\n1 Coffee 12.50 EUR\n2 Bus 2.40 EUR\n3 Water bill 44.00\n4 Tea 1.10", Short, More, Back),
            Is.EqualTo(new[] { "Payments\n1 Coffee 12.50 EUR\n9 More", "2 Bus 2.40 EUR\n9 More\n0 Back", "3 Water bill 44.00\n4 Tea 1.10\n0 Back" }));

    [Test]
    public void A_line_that_no_page_holds_is_cut_between_words() =>
        Assert.That(UssdPages.Split("Your payment to Coffee and Company was taken from your prepaid account", Short, More, Back),
            Is.EqualTo(new[] { "Your payment to Coffee and\n9 More", "Company was taken from\n9 More\n0 Back", "your prepaid account\n0 Back" }));

    [Test]
    public void A_word_that_no_page_holds_is_cut_between_characters_and_never_in_a_pair()
    {
        Assert.That(UssdPages.Split(new string('€', 30), Short, More, ""), Is.EqualTo(new[] { new string('€', 16) + "\n9 More", new string('€', 14) }));
        Assert.That(UssdPages.Split(string.Concat(Enumerable.Repeat("😀", 15)), Short, More, ""),
            Is.EqualTo(new[] { "😀😀😀😀😀😀\n9 More", "😀😀😀😀😀😀😀😀😀" }));
    }

    [Test]
    public void Words_without_room_for_a_text_are_refused() => Assert.That(() => UssdPages.Split(new string('a', 60), Short, new string('m', 40), Back), Throws.ArgumentException);

    [Test]
    public void Every_page_fits_and_together_they_are_the_text() =>
        Gen.Select(Words.Array[0, 60], Gen.Int[30, 182], Gen.Int[16, 80], Gen.Bool).Sample((words, septets, units, hasBack) =>
        {
            var codec = new UssdCodec(UssdProfile.Named("none")! with { MaxSeptets = septets, MaxUcs2Units = units });
            var (text, back) = (string.Join(' ', words), hasBack ? Back : "");

            var pages = UssdPages.Split(text, codec, More, back);

            Assert.That(pages.All(codec.Fits));
            var contents = pages.Select((page, i) => Content(page, isFirst: i == 0, isLast: i == pages.Count - 1, back)).ToArray();
            Assert.That(Bare(string.Concat(contents)), Is.EqualTo(Bare(text)));
            Assert.That(contents.Any(content => content.Length > 0 && (char.IsLowSurrogate(content[0]) || char.IsHighSurrogate(content[^1]))), Is.False);
            Assert.That(pages.Count == 1 || contents.All(content => content.Length > 0));
        });

    /// <summary>The page without its words, which must be there.</summary>
    private static string Content(string page, bool isFirst, bool isLast, string back)
    {
        var words = (isLast ? "" : "\n" + More) + (isFirst || back.Length == 0 ? "" : "\n" + back);
        Assert.That(page, Does.EndWith(words));
        return page[..^words.Length];
    }

    private static string Bare(string text) => string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
}
