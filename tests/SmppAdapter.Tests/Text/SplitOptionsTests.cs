using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Text;

/// <summary>What an SMSC and its handsets take: default alphabets, national tables, and other ways than headers.</summary>
public class SplitOptionsTests
{
    private static readonly Gen<string> Texts =
        Gen.OneOf(Gen.Char['a', 'z'].Select(character => character.ToString()), Gen.OneOf("ş", "ğ", "€", "{", "é", "中", "😀", "\r")).Array[0, 400].Select(string.Concat);

    private static readonly Gen<SplitOptions> Options = Gen.Select(
        Gen.OneOf(TextEncoding.Gsm, TextEncoding.GsmPacked, TextEncoding.Ascii, TextEncoding.Latin1, TextEncoding.Utf8),
        Gen.Enum<ReferenceSize>(), Gen.Enum<LongTextCarriage>(), Gen.Int[1, 13].Array[0, 3],
        (alphabet, size, carriage, languages) => new SplitOptions
        {
            DefaultAlphabet = alphabet,
            ReferenceSize = size,
            Carriage = carriage,
            Languages = [.. languages.Select(language => (NationalLanguage)language)],
        });

    [Test]
    public void Any_text_comes_back_whatever_the_options() => Gen.Select(Texts, Options, Gen.Int[0, 70_000]).Sample(ComesBack, iter: 5000);

    [Test]
    public void A_languages_table_is_taken_where_it_saves_a_part()
    {
        var text = string.Concat(Enumerable.Repeat("şğıİ", 30));

        Assert.That(ShortMessageText.Split(text).Encoding, Is.EqualTo(TextEncoding.Ucs2));
        var turkish = ShortMessageText.Split(text, 0, new SplitOptions { Languages = [NationalLanguage.Turkish] });
        Assert.That((turkish.Encoding, turkish.LockingShift, turkish.SingleShift, turkish.Units, turkish.Parts.Count),
            Is.EqualTo((TextEncoding.Gsm, NationalLanguage.Turkish, NationalLanguage.None, 120, 1)));
        Assert.That(turkish.Parts[0].ShortMessage.Span[..4].SequenceEqual(new byte[] { 3, 0x25, 1, 1 }));
    }

    [Test]
    public void A_text_of_the_default_alphabet_needs_no_table() =>
        Assert.That(ShortMessageText.Split("plain", 0, new SplitOptions { Languages = [NationalLanguage.Turkish] }).Parts[0].EsmClass, Is.Zero);

    // TS 23.040: one table takes 4 octets of header, that is 5 septets with fill bits; two take 7, that is 8.
    [TestCase("ş", 155, 1)]
    [TestCase("ş", 156, 2)]
    [TestCase("ş", 298, 2)]
    [TestCase("ş", 299, 3)]
    public void A_table_takes_three_octets_of_each_part(string character, int length, int parts)
    {
        var text = string.Concat(Enumerable.Repeat(character, length));

        Assert.That(ShortMessageText.Split(text, 0, new SplitOptions { Languages = [NationalLanguage.Turkish] }).Parts, Has.Count.EqualTo(parts));
    }

    [Test]
    public void Sar_parameters_take_the_place_of_the_header()
    {
        var segments = ShortMessageText.Split(new string('a', 200), 0x1234, new SplitOptions { Carriage = LongTextCarriage.SarParameters });

        Assert.That(segments.Parts, Has.Count.EqualTo(2));
        Assert.That(segments.Parts[1].EsmClass, Is.Zero);
        Assert.That(segments.Parts[1].ShortMessage.Length, Is.EqualTo(200 - 153));
        Assert.That(segments.Parts[1].Tlvs, Is.EqualTo(SarParameters.Write(new(0x1234, 2, 2))));
    }

    [Test]
    public void Pitfall_20_a_long_text_goes_as_payload_and_a_short_one_does_not()
    {
        var options = new SplitOptions { Carriage = LongTextCarriage.MessagePayload };

        var whole = ShortMessageText.Split(new string('a', 1000), 0, options).Parts.Single();
        Assert.That(whole.ShortMessage.IsEmpty);
        Assert.That(whole.Tlvs.Single().Value.Length, Is.EqualTo(1000));
        Assert.That(ShortMessageText.Split("short", 0, options).Parts.Single().Tlvs.Count, Is.Zero);
        Assert.Throws<ArgumentException>(() => ShortMessageText.Split(new string('a', 65_536), 0, options));
    }

    [Test]
    public void Packed_parts_start_on_a_septet_border_and_fill_140_octets()
    {
        var segments = ShortMessageText.Split(new string('a', 306), 0, new SplitOptions { DefaultAlphabet = TextEncoding.GsmPacked });

        Assert.That(segments.Parts.Select(part => part.ShortMessage.Length), Is.All.EqualTo(140));
    }

    [Test]
    public void A_default_alphabet_of_latin_1_is_counted_in_the_septets_that_go_on_the_air()
    {
        var options = new SplitOptions { DefaultAlphabet = TextEncoding.Latin1 };

        Assert.That(ShortMessageText.Split(new string('{', 80), 0, options).Parts, Has.Count.EqualTo(1));
        Assert.That(ShortMessageText.Split(new string('{', 81), 0, options).Parts, Has.Count.EqualTo(2));
        Assert.That(ShortMessageText.Split("é", 0, options).Parts.Single().ShortMessage.ToHex(), Is.EqualTo("E9"));
        Assert.That(ShortMessageText.Split("€", 0, options).Encoding, Is.EqualTo(TextEncoding.Ucs2));
    }

    [TestCase(TextEncoding.Ucs2)]
    [TestCase(TextEncoding.Binary)]
    [TestCase(TextEncoding.Cyrillic)]
    public void An_encoding_with_a_data_coding_of_its_own_is_no_default_alphabet(TextEncoding encoding) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new SplitOptions { DefaultAlphabet = encoding });

    private static bool ComesBack(string text, SplitOptions options, int reference)
    {
        var segments = ShortMessageText.Split(text, reference, options);
        var read = segments.Parts.Select(part => MessageText.Decode(
            new SubmitSm { DataCoding = segments.DataCoding, EsmClass = part.EsmClass, ShortMessage = part.ShortMessage, Tlvs = part.Tlvs }, options.DefaultAlphabet)).ToList();
        PduWriter.Encode(new SubmitSm { EsmClass = segments.Parts[0].EsmClass, ShortMessage = segments.Parts[0].ShortMessage, Tlvs = segments.Parts[0].Tlvs });
        var together = string.Concat(read.Select(part => part.Text));
        // A line break at the very end may be taken for padding, or be doubled by it.
        var isSame = segments.Encoding == TextEncoding.GsmPacked
            ? together.Replace("\r", "", StringComparison.Ordinal) == text.Replace("\r", "", StringComparison.Ordinal)
            : together == text;
        return isSame && (read.Count == 1 || read.Select(part => part.Concatenation!.Value.Sequence).SequenceEqual(Enumerable.Range(1, read.Count)));
    }
}
