using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CsCheck;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

/// <summary>Generated profiles and messages, and one debit by hand.</summary>
internal static class Messages8583
{
    /// <summary>A debit of 12.50 EUR.</summary>
    public static readonly IsoMessage Debit = new("0200",
        (3, "001000"), (4, "000000001250"), (7, "1123160000"), (11, "000001"), (12, "160000"), (13, "1123"), (37, "632716000001"),
        (41, "CPAY0001"), (42, "COFFEE"), (49, "978"), (102, "DE123"));

    private const int LongestValue = 120;

    /// <summary>The known profiles, and every mixture of their settings.</summary>
    public static readonly Gen<Iso8583Profile> Profile = Gen.OneOf(
        Choice([.. KnownProfiles.Names]).Select(KnownProfiles.Get),
        Gen.Select(Gen.Enum<Iso8583Version>(), Choice(0, 37, 500, 1047), Choice(FieldEncoding.Text, FieldEncoding.Bcd), Gen.Enum<BitmapEncoding>(),
            Choice(FieldEncoding.Raw, FieldEncoding.Text), Gen.Enum<LengthEncoding>(), Gen.Enum<OddDigits>(), Framing)
        .Select((version, ebcdic, numbers, bitmap, binary, lengths, odd, framing) => Iso8583Profile.From(new ProfileSettings
        {
            Name = "generated",
            Version = version,
            Framing = framing,
            EbcdicCodePage = ebcdic,
            Mti = numbers,
            Bitmap = bitmap,
            Numbers = numbers,
            Binary = binary,
            Lengths = lengths,
            OddDigits = odd,
            LongestMessage = 9000,
            Fields = { [129] = "n5 bcd odd:f-after", [130] = "b..8 length:binary", [131] = "ans...40 length:bcd", [192] = "x+n9 bcd" },
        })));

    public static Gen<IsoMessage> Message(Iso8583Profile profile) => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[2, IsoMessage.HighestField].HashSet[0, 12])
        .SelectMany((category, function, numbers) =>
        {
            var formats = numbers.Select(number => profile[number]).OfType<FieldFormat>().ToArray();
            return Values(formats).Select(values => new IsoMessage($"{profile.VersionDigit}{category}{function}0",
                [.. formats.Zip(values, (format, value) => (format.Number, (string?)value))]));
        });

    /// <summary>A profile and a message that it can carry.</summary>
    public static readonly Gen<(Iso8583Profile Profile, IsoMessage Message)> Carried = Profile.SelectMany(profile => Message(profile).Select(message => (profile, message)));

    /// <summary>One of these.</summary>
    public static Gen<T> Choice<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<FramingSettings> Framing => Gen.Select(Gen.Enum<FrameLength>(), Gen.Bool, Choice((FrameHeader.None, ""), (FrameHeader.Fixed, "49534F"), (FrameHeader.Tpdu, "6000010002")))
        .Select((length, itself, header) => new FramingSettings { Length = length, LengthCountsItself = itself, Header = header.Item1, HeaderOctets = header.Item2 });

    private static Gen<string[]> Values(FieldFormat[] formats)
    {
        var values = Gen.Const(Array.Empty<string>());
        foreach (var format in formats) values = Gen.Select(values, Value(format)).Select((before, value) => (string[])[.. before, value]);
        return values;
    }

    /// <summary>Values as the reader gives them: fixed texts have no blanks at their end.</summary>
    private static Gen<string> Value(FieldFormat format)
    {
        // Longer ones have a test of their own: twelve of them would not fit into one message.
        format = format.IsFixed ? format : format with { Length = Math.Min(format.Length, LongestValue) };
        var least = format.IsFixed ? format.Length : 0;
        return format.Content switch
        {
            FieldContent.Numeric => Gen.String[Gen.Char['0', '9'], least, format.Length],
            FieldContent.SignedNumeric => Gen.Select(Choice("C", "D"), Gen.String[Gen.Char['0', '9'], format.Length - 1, format.Length - 1]).Select((sign, digits) => sign + digits),
            FieldContent.Track => Gen.String[Gen.Char["0123456789="], least, format.Length],
            FieldContent.Binary => Gen.Byte.Array[least, format.Length].Select(Convert.ToHexString),
            FieldContent.Alphabetic => Text(format, Gen.Char['A', 'Z']),
            FieldContent.AlphaNumeric => Text(format, Gen.Char["ABCxyz 0189"]),
            _ => Text(format, Gen.Char['\0', '\u00FF']),
        };
    }

    private static Gen<string> Text(FieldFormat format, Gen<char> characters) =>
        Gen.String[characters, 0, format.Length].Select(text => format.IsFixed ? text.TrimEnd(' ') : text);
}
