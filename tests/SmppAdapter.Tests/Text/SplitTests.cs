using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Text;

public class SplitTests
{
    private static readonly Gen<string> Unicode =
        Gen.OneOf(Gen.Char['a', 'z'].Select(character => character.ToString()), Gen.OneOf("中", "é", "😀", "👍")).Array[0, 300].Select(string.Concat);

    [TestCase(160, 1)]
    [TestCase(161, 2)]
    [TestCase(306, 2)]
    [TestCase(307, 3)]
    public void Gsm_text_takes_160_septets_alone_and_153_a_part(int length, int parts) => AssertParts(new string('a', length), TextEncoding.Gsm, length, parts);

    [TestCase(70, 1)]
    [TestCase(71, 2)]
    [TestCase(134, 2)]
    [TestCase(135, 3)]
    public void Other_text_takes_70_units_alone_and_67_a_part(int length, int parts) => AssertParts(new string('中', length), TextEncoding.Ucs2, length, parts);

    [Test]
    public void An_extension_character_counts_twice() => AssertParts(new string('€', 80), TextEncoding.Gsm, 160, 1);

    [Test]
    public void A_wide_reference_leaves_152_septets_or_66_units()
    {
        Assert.That(ShortMessageText.Split(new string('a', 304), 0x1234, ReferenceSize.Sixteen).Parts, Has.Count.EqualTo(2));
        Assert.That(ShortMessageText.Split(new string('a', 305), 0x1234, ReferenceSize.Sixteen).Parts, Has.Count.EqualTo(3));
        Assert.That(ShortMessageText.Split(new string('中', 132), 0x1234, ReferenceSize.Sixteen).Parts, Has.Count.EqualTo(2));
        var first = ShortMessageText.Split(new string('中', 133), 0x1234, ReferenceSize.Sixteen).Parts[0];
        Assert.That(first.ShortMessage.Span[..7].SequenceEqual(new byte[] { 6, 8, 4, 0x12, 0x34, 3, 1 }));
    }

    [Test]
    public void Every_part_carries_reference_total_and_sequence()
    {
        var segments = ShortMessageText.Split(new string('a', 200), reference: 0x1C7);

        Assert.That(segments.Parts[0].ShortMessage.Span[..6].SequenceEqual(new byte[] { 5, 0, 3, 0xC7, 2, 1 }));
        Assert.That(segments.Parts[1].ShortMessage.Span[..6].SequenceEqual(new byte[] { 5, 0, 3, 0xC7, 2, 2 }));
        Assert.That(segments.Parts.Select(part => part.EsmClass), Is.All.EqualTo(EsmClass.UserDataHeader));
    }

    [Test]
    public void An_empty_text_is_one_empty_part()
    {
        var segments = ShortMessageText.Split("");

        Assert.That(segments.Parts.Single().ShortMessage.IsEmpty);
        Assert.That(segments.Parts.Single().EsmClass, Is.Zero);
    }

    [Test]
    public void Pitfall_19_an_escape_pair_at_the_border_moves_to_the_next_part()
    {
        // Position 153 is where another library cut through it.
        var segments = ShortMessageText.Split(new string('a', 152) + "{" + new string('a', 50));

        Assert.That(segments.Parts[0].ShortMessage.Length, Is.EqualTo(6 + 152));
        Assert.That(segments.Parts[1].ShortMessage.Span[6], Is.EqualTo(GsmAlphabet.Escape));
    }

    [Test]
    public void Pitfall_19_a_surrogate_pair_at_the_border_moves_to_the_next_part()
    {
        var segments = ShortMessageText.Split(new string('中', 66) + "😀" + new string('中', 20));

        Assert.That(segments.Parts[0].ShortMessage.Length, Is.EqualTo(6 + 132));
        Assert.That(Together(segments), Does.Contain("😀"));
    }

    [Test]
    public void Gsm_text_comes_back_from_its_parts() => Gen.Select(GsmAlphabetTests.Text, Gen.Int, Gen.Bool).Sample(ComesBack, iter: 2000);

    [Test]
    public void Any_text_comes_back_from_its_parts() => Gen.Select(Unicode, Gen.Int, Gen.Bool).Sample(ComesBack, iter: 2000);

    [Test]
    public void The_longest_text_has_255_parts()
    {
        Assert.That(ShortMessageText.Split(new string('a', 255 * 153)).Parts, Has.Count.EqualTo(255));
        Assert.Throws<ArgumentException>(() => ShortMessageText.Split(new string('a', (255 * 153) + 1)));
    }

    private static bool ComesBack(string text, int reference, bool isWide)
    {
        var segments = ShortMessageText.Split(text, reference, isWide ? ReferenceSize.Sixteen : ReferenceSize.Eight);
        return Together(segments) == text && segments.Parts.All(part => FitsOnTheAir(segments.Encoding, part) && StandsAlone(segments, part));
    }

    /// <summary>140 octets, in which septets are packed behind a header that ends on a septet border.</summary>
    private static bool FitsOnTheAir(TextEncoding encoding, TextPart part)
    {
        var header = part.EsmClass == 0 ? 0 : part.ShortMessage.Span[0] + 1;
        var content = part.ShortMessage.Length - header;
        return encoding == TextEncoding.Ucs2 ? header + content <= 140 : ((((header * 8) + 6) / 7) + content) * 7 <= 140 * 8;
    }

    /// <summary>No part shows a replacement character or loses one: no pair was cut.</summary>
    private static bool StandsAlone(Segments segments, TextPart part)
    {
        var decoded = MessageText.Decode(segments.DataCoding, part.EsmClass, part.ShortMessage.Span);
        return !decoded.Text.Contains('\uFFFD') && !(segments.Encoding == TextEncoding.Gsm && !decoded.Content.IsEmpty && decoded.Content.Span[^1] == GsmAlphabet.Escape);
    }

    private static string Together(Segments segments)
    {
        var decoded = segments.Parts.Select(part => MessageText.Decode(segments.DataCoding, part.EsmClass, part.ShortMessage.Span)).ToList();
        if (decoded.Count > 1)
        {
            Assert.That(decoded.Select(part => part.Concatenation!.Value.Sequence), Is.EqualTo(Enumerable.Range(1, decoded.Count)));
            Assert.That(decoded.Select(part => part.Concatenation!.Value.Total), Is.All.EqualTo(decoded.Count));
        }
        return string.Concat(decoded.Select(part => part.Text));
    }

    private static void AssertParts(string text, TextEncoding encoding, int units, int parts)
    {
        var segments = ShortMessageText.Split(text);
        Assert.That((segments.Encoding, segments.Units, segments.Parts.Count), Is.EqualTo((encoding, units, parts)));
        Assert.That(segments.DataCoding, Is.EqualTo(encoding == TextEncoding.Gsm ? 0 : 8));
    }
}
