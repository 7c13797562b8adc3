using CarrierPay.SmppAdapter.Text;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Text;

/// <summary>The national tables of 3GPP TS 23.038, annex A.</summary>
public class NationalAlphabetTests
{
    private static readonly NationalLanguage[] Languages = [.. Enum.GetValues<NationalLanguage>().Where(language => language != NationalLanguage.None)];

    private static readonly Gen<GsmAlphabet> Alphabets =
        Gen.Select(Gen.Int[0, 13], Gen.Int[0, 13], (locking, single) => GsmAlphabet.Of((NationalLanguage)locking, (NationalLanguage)single));

    // Characters picked from the tables A.3.1 to A.3.13 by hand, among them those that other people's transcriptions have wrong.
    [TestCase(NationalLanguage.Turkish, "04 07 0B 0C 1C 1D 1F 40 60", "\u20AC\u0131\u011E\u011F\u015E\u015F\u00C9\u0130\u00E7")]
    [TestCase(NationalLanguage.Portuguese, "04 09 12 15 18 1A 24 40 5C 7D", "\u00EA\u00E7\u00AA\u221E\u20AC\u007C\u00BA\u00CD\u00D5\u0060")]
    [TestCase(NationalLanguage.Bengali, "00 03 1A 2C 40 52 7F", "\u0981\u0985\u099A,\u09AC\u09C0\u09F1")]
    [TestCase(NationalLanguage.Gujarati, "00 0D 20 2C 7F", "\u0A81\r ,\u0AF1")]
    [TestCase(NationalLanguage.Hindi, "00 0A 2C 60 7B 7F", "\u0901\n,\u0950\u0972\u097F")]
    [TestCase(NationalLanguage.Kannada, "01 28 29 2C 4E 60", "\u0C82)(,\u0CBC\u0CD5")]
    [TestCase(NationalLanguage.Malayalam, "01 2C 60 7F", "\u0D02,\u0D57\u0D79")]
    [TestCase(NationalLanguage.Oriya, "00 2C 46 47 4E 60", "\u0B01,\u0B32\u0B33\u0B3C\u0B56")]
    [TestCase(NationalLanguage.Punjabi, "00 2C 47 4E 7F", "\u0A01,\u0A33\u0A3C\u0A74")]
    [TestCase(NationalLanguage.Tamil, "01 2C 3C 60 7F", "\u0B82,\u0BA9\u0BD0\u0BF9")]
    [TestCase(NationalLanguage.Telugu, "00 2C 4F 7F", "\u0C01,\u0C3D\u0C63")]
    [TestCase(NationalLanguage.Urdu, "00 08 2C 59 60 7F", "\u0627\u06C2,\u06CC\u0654\u0670")]
    public void A_locking_shift_table_takes_the_place_of_the_default_alphabet(NationalLanguage language, string hex, string text)
    {
        var septets = Octets(hex);
        var alphabet = GsmAlphabet.Of(language, NationalLanguage.None);

        Assert.That(alphabet.Decode(septets), Is.EqualTo(text));
        Assert.That(Encode(alphabet, text), Is.EqualTo(septets));
    }

    [TestCase(NationalLanguage.Turkish, "47 49 53 63 67 69 73 65", "\u011E\u0130\u015E\u00E7\u011F\u0131\u015F\u20AC")]
    [TestCase(NationalLanguage.Spanish, "09 41 49 4F 55 61 69 6F 75", "\u00E7\u00C1\u00CD\u00D3\u00DA\u00E1\u00ED\u00F3\u00FA")]
    [TestCase(NationalLanguage.Portuguese, "05 0B 12 1F 5B 61 7F", "\u00EA\u00D4\u03A6\u00CA\u00C3\u00C2\u00E2")]
    [TestCase(NationalLanguage.Bengali, "19 1C 24 41 65", "\u09E6\u09E8\u09DF\u0041\u20AC")]
    [TestCase(NationalLanguage.Gujarati, "19 1C 25", "\u0964\u0AE6\u0AEF")]
    [TestCase(NationalLanguage.Hindi, "19 1C 2F 3A", "\u0964\u0966\u005C\u0971")]
    [TestCase(NationalLanguage.Kannada, "1C 26 2A", "\u0CE6\u0CDE\u0CF2")]
    [TestCase(NationalLanguage.Malayalam, "1C 2E 34", "\u0D66\u0D7A\u0D7F")]
    [TestCase(NationalLanguage.Oriya, "1C 26 2C", "\u0B66\u0B5C\u0B71")]
    [TestCase(NationalLanguage.Punjabi, "1C 23 2D", "\u0A66\u0A6D\u0A75")]
    [TestCase(NationalLanguage.Tamil, "1C 24 2E", "\u0BE6\u0BEE\u0BFA")]
    [TestCase(NationalLanguage.Telugu, "1C 22 23 32", "\u0C66\u0C6C\u0C6D\u0C7F")]
    [TestCase(NationalLanguage.Urdu, "1C 26 30 41", "\u06F0\u060C\u0613\u0041")]
    public void A_single_shift_table_takes_the_place_of_the_extension_table(NationalLanguage language, string hex, string text)
    {
        var septets = Octets(hex).SelectMany(septet => new[] { GsmAlphabet.Escape, septet }).ToArray();
        var alphabet = GsmAlphabet.Of(NationalLanguage.None, language);

        Assert.That(alphabet.Decode(septets), Is.EqualTo(text));
    }

    [Test]
    public void Every_table_has_line_feed_digits_and_small_latin_letters_in_their_places()
    {
        foreach (var language in Languages)
        {
            var alphabet = GsmAlphabet.Of(language, NationalLanguage.None);
            Assert.That(alphabet.Decode([0x0A, 0x0D, 0x20]), Is.EqualTo("\n\r "), language.ToString());
            Assert.That(alphabet.Decode([.. Enumerable.Range(0x30, 10).Select(i => (byte)i)]), Is.EqualTo("0123456789"), language.ToString());
            Assert.That(alphabet.Decode([.. Enumerable.Range(0x61, 26).Select(i => (byte)i)]), Is.EqualTo("abcdefghijklmnopqrstuvwxyz"), language.ToString());
        }
    }

    [Test]
    public void Every_single_shift_table_has_the_characters_of_the_default_extension()
    {
        foreach (var language in Languages)
        {
            var alphabet = GsmAlphabet.Of(NationalLanguage.None, language);
            foreach (var (septet, character) in new (byte, string)[] { (0x0A, "\f"), (0x14, "^"), (0x28, "{"), (0x29, "}"), (0x2F, "\\"), (0x3C, "["), (0x3D, "~"), (0x3E, "]"), (0x40, "|") })
            {
                Assert.That(alphabet.Decode([GsmAlphabet.Escape, septet]), Is.EqualTo(character), $"{language} {septet:X2}");
            }
        }
    }

    /// <summary>The whole of a language's tables stays in its own Unicode block, but for what all tables share: a slip of one digit would show.</summary>
    [TestCase(NationalLanguage.Bengali, 0x0980)]
    [TestCase(NationalLanguage.Gujarati, 0x0A80)]
    [TestCase(NationalLanguage.Hindi, 0x0900)]
    [TestCase(NationalLanguage.Kannada, 0x0C80)]
    [TestCase(NationalLanguage.Malayalam, 0x0D00)]
    [TestCase(NationalLanguage.Oriya, 0x0B00)]
    [TestCase(NationalLanguage.Punjabi, 0x0A00)]
    [TestCase(NationalLanguage.Tamil, 0x0B80)]
    [TestCase(NationalLanguage.Telugu, 0x0C00)]
    public void The_tables_of_a_script_hold_only_that_script(NationalLanguage language, int block)
    {
        var alphabet = GsmAlphabet.Of(language, language);
        for (byte septet = 0; septet < 128; septet++)
        {
            foreach (var character in alphabet.Decode([septet]) + alphabet.Decode([GsmAlphabet.Escape, septet]))
            {
                var isShared = character < 0x0100 || character is '\u20AC' or '\u0964' or '\u0965';
                Assert.That(isShared || (character >= block && character < block + 0x80), $"{septet:X2}: U+{(int)character:X4}");
            }
        }
    }

    [Test]
    public void Every_character_of_an_alphabet_comes_back() => Alphabets.Sample(alphabet =>
    {
        for (var character = 0; character <= char.MaxValue; character++)
        {
            if (alphabet.Septets((char)character) > 0 && alphabet.Decode(Encode(alphabet, ((char)character).ToString())) != ((char)character).ToString())
            {
                return false;
            }
        }
        return true;
    }, iter: 50);

    [TestCase((byte)14)]
    [TestCase((byte)255)]
    public void A_reserved_language_is_read_by_the_default_alphabet(byte language)
    {
        Assert.That(GsmAlphabet.Of((NationalLanguage)language, (NationalLanguage)language), Is.SameAs(GsmAlphabet.Default));
        Assert.That(MessageText.Decode(0, 0x40, [3, 0x25, 1, language, 0x00]).Text, Is.EqualTo("@"));
    }

    [Test]
    public void A_header_names_the_tables_of_its_text()
    {
        var decoded = MessageText.Decode(0, 0x40, Octets("06 24 01 01 25 01 01" + "04 1B 47"));

        Assert.That(decoded.Text, Is.EqualTo("\u20AC\u011E"));
        Assert.That((decoded.LockingShift, decoded.SingleShift), Is.EqualTo((NationalLanguage.Turkish, NationalLanguage.Turkish)));
    }

    private static byte[] Octets(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Encode(GsmAlphabet alphabet, string text)
    {
        var septets = new byte[alphabet.Count(text)];
        Assert.That(alphabet.TryEncode(text, septets, out var written) && written == septets.Length);
        return septets;
    }
}
