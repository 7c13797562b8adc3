using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class ProfileTests
{
    [Test]
    public void Every_known_profile_is_a_good_one([ValueSource(typeof(KnownProfiles), nameof(KnownProfiles.Names))] string name) =>
        Assert.That(KnownProfiles.Get(name).Name, Is.EqualTo(name));

    [Test]
    public void A_bank_that_differs_in_one_field_says_so_in_the_notation_of_the_standard()
    {
        var settings = KnownProfiles.Settings(KnownProfiles.A1987);
        settings.Fields[48] = "ans..99 length:binary";
        settings.Fields[63] = "";
        var profile = Iso8583Profile.From(settings);
        Assert.That((profile[48]!.Length, profile[48]!.LengthOctets, profile[63]), Is.EqualTo((99, 1, (FieldFormat?)null)));
    }

    [TestCase("q6", "begins with")]
    [TestCase("n", "length")]
    [TestCase("n0", "length")]
    [TestCase("n..100", "99")]
    [TestCase("n.......5", "six digits")]
    [TestCase("n6 ebcdic", "not known")]
    [TestCase("ans8 bcd", "cannot be written")]
    [TestCase("b8 bcd", "cannot be written")]
    [TestCase("n6 raw", "cannot be written")]
    [TestCase("x+n8 bcd", "cannot be written")]
    [TestCase("n99999999999", "length")]
    public void A_wrong_format_is_refused_and_its_field_named(string notation, string says)
    {
        var settings = new ProfileSettings { Fields = { [48] = notation } };
        Assert.That(Assert.Throws<ArgumentException>(() => Iso8583Profile.From(settings))!.Message, Does.Contain("Field 48").And.Contain(says));
    }

    private static readonly (Action<ProfileSettings> Break, string Says)[] Wrong =
    [
        (s => s.Fields[1] = "b8", "no field 1"),
        (s => s.Fields[65] = "b8", "no field 65"),
        (s => s.Fields[193] = "n1", "no field 193"),
        (s => s.Fields[64] = "b..8", "authentication"),
        (s => s.EbcdicCodePage = 1026, "1026"),
        (s => s.EbcdicCodePage = 4711, "4711"),
        (s => s.Mti = FieldEncoding.Raw, "Mti"),
        (s => s.Numbers = FieldEncoding.Raw, "Numbers"),
        (s => s.Binary = FieldEncoding.Bcd, "Binary"),
        (s => s.LongestMessage = 10, "LongestMessage"),
        (s => { s.LongestMessage = 10_000; s.Framing.Length = FrameLength.Ascii4; }, "LongestMessage"),
        (s => s.Framing.HeaderOctets = "60", "None"),
        (s => { s.Framing.Header = FrameHeader.Tpdu; s.Framing.HeaderOctets = "60"; }, "TPDU"),
        (s => { s.Framing.Header = FrameHeader.Fixed; s.Framing.HeaderOctets = ""; }, "header"),
        (s => { s.Framing.Header = FrameHeader.Fixed; s.Framing.HeaderOctets = "XY"; }, "hexadecimal"),
    ];

    [Test]
    public void Settings_that_do_not_go_together_are_refused_by_name([Range(0, 14)] int number)
    {
        var settings = new ProfileSettings();
        Wrong[number].Break(settings);
        Assert.That(Assert.Throws<ArgumentException>(() => Iso8583Profile.From(settings))!.Message, Does.Contain(Wrong[number].Says));
    }

    [Test]
    public void Message_types_answer_and_repeat_as_the_standard_says()
    {
        Assert.That(new[] { "0200", "0201", "0420", "0421", "0800", "1804", "1421" }.Select(Mti.AnswerTo), Is.EqualTo(new[] { "0210", "0210", "0430", "0430", "0810", "1814", "1430" }));
        Assert.That(new[] { "0200", "0201", "0420", "1420" }.Select(Mti.RepeatOf), Is.EqualTo(new[] { "0201", "0201", "0421", "1421" }));
        Assert.Throws<ArgumentException>(() => Mti.AnswerTo("0210"));
    }
}
