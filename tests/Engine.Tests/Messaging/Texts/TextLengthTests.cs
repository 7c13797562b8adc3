using CarrierPay.Engine.Messaging.Texts;
using CsCheck;

namespace CarrierPay.Engine.Tests.Messaging.Texts;

[TestFixture]
public sealed class TextLengthTests
{
    [TestCase("", true, 0)]
    [TestCase("CarrierPay: pay EUR 12.50", true, 25)]
    [TestCase("Café Ñandú", false, 10, Description = "ú is not in the alphabet, é and Ñ are")]
    [TestCase("Café", true, 4)]
    [TestCase("€5", true, 3, Description = "The euro sign takes two septets")]
    [TestCase("[a]{b}", true, 10)]
    [TestCase("a\nb", true, 3)]
    [TestCase("ç", false, 1)]
    [TestCase("咖啡", false, 2)]
    [TestCase("😀", false, 2)]
    public void A_text_takes_septets_or_ucs2_units(string text, bool isGsm, int units) =>
        Assert.That(TextLength.Of(text), Is.EqualTo(new TextLength(isGsm, units)));

    [Test]
    public void Every_character_is_counted_as_the_specification_says()
    {
        Assert.That(GsmAlphabet.Count, Is.EqualTo(127), "The basic table has 128 places, one of them the escape.");
        for (var code = 0; code <= char.MaxValue; code++)
        {
            var text = ((char)code).ToString();
            var septets = GsmAlphabet.Septets(text);
            if (TextLength.Of(text) != new TextLength(septets is not null, septets ?? 1)) Assert.Fail($"U+{code:X4}");
        }
    }

    [Test]
    public void Any_text_is_counted_as_the_specification_says() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["abc€[]^é咖\n"], 0, 200]).Sample(text =>
        {
            var septets = GsmAlphabet.Septets(text);
            return TextLength.Of(text) == new TextLength(septets is not null, septets ?? text.Length)
                && TextLength.Of(text).FitsOnePart == GsmAlphabet.FitsOnePart(text);
        });

    [TestCase(160, 'a', true)]
    [TestCase(161, 'a', false)]
    [TestCase(80, '€', true)]
    [TestCase(81, '€', false)]
    [TestCase(70, '咖', true)]
    [TestCase(71, '咖', false)]
    public void One_part_has_160_septets_or_70_units(int count, char character, bool fits) =>
        Assert.That(TextLength.Of(new string(character, count)).FitsOnePart, Is.EqualTo(fits));
}
