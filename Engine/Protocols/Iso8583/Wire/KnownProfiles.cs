namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>Profiles to begin with: a bank's own is one of these with a few settings changed.</summary>
public static class KnownProfiles
{
    /// <summary>1987; two octets of length, ASCII, bitmaps as octets. As jPOS's PostChannel and npm's iso_8583.</summary>
    public const string A1987 = "1987-A";
    /// <summary>1987; TPDU, numbers and lengths as BCD: terminals and many processors.</summary>
    public const string Bcd1987 = "1987-BCD";
    /// <summary>1987; four ASCII digits of length, a fixed header, bitmaps and octets as hexadecimal digits.</summary>
    public const string Hex1987 = "1987-HEX";
    /// <summary>1987; EBCDIC 037, four octets of length that count themselves.</summary>
    public const string Ebcdic1987 = "1987-EBCDIC";
    /// <summary>1993; otherwise as <see cref="A1987"/>.</summary>
    public const string A1993 = "1993-A";

    public static IReadOnlyList<string> Names { get; } = [A1987, Bcd1987, Hex1987, Ebcdic1987, A1993];

    /// <summary>Settings that may be changed before a profile is made of them.</summary>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    public static ProfileSettings Settings(string name) => name switch
    {
        A1987 => new() { Name = A1987 },
        Bcd1987 => new()
        {
            Name = Bcd1987,
            Framing = { Header = FrameHeader.Tpdu, HeaderOctets = "6000010002" },
            Mti = FieldEncoding.Bcd,
            Numbers = FieldEncoding.Bcd,
            Lengths = LengthEncoding.Bcd,
        },
        Hex1987 => new()
        {
            Name = Hex1987,
            Framing = { Length = FrameLength.Ascii4, Header = FrameHeader.Fixed, HeaderOctets = "49534F303235303030303737" },
            Bitmap = BitmapEncoding.Hex,
            Binary = FieldEncoding.Text,
        },
        Ebcdic1987 => new()
        {
            Name = Ebcdic1987,
            Framing = { Length = FrameLength.Binary4, LengthCountsItself = true },
            EbcdicCodePage = 37,
        },
        A1993 => new() { Name = A1993, Version = Iso8583Version.V1993 },
        _ => throw new ArgumentException($"There is no profile \"{name}\"; known are {string.Join(", ", Names)}.", nameof(name)),
    };

    /// <inheritdoc cref="Settings"/>
    public static Iso8583Profile Get(string name) => Iso8583Profile.From(Settings(name));
}
