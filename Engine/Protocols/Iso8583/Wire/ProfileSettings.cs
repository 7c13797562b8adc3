using System.ComponentModel.DataAnnotations;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>Editions of the standard; they number fields alike and mean different things by some of them.</summary>
public enum Iso8583Version
{
    /// <summary>Message types begin with 0.</summary>
    V1987,
    /// <summary>Message types begin with 1.</summary>
    V1993,
}

/// <summary>How the bitmaps are written.</summary>
public enum BitmapEncoding
{
    /// <summary>8 octets each.</summary>
    Binary,
    /// <summary>16 hexadecimal digits each, in the profile's character set.</summary>
    Hex,
}

/// <summary>How the length before a message is written.</summary>
public enum FrameLength
{
    /// <summary>Two octets, big-endian: most hosts.</summary>
    Binary2,
    /// <summary>Four octets, big-endian.</summary>
    Binary4,
    /// <summary>Four ASCII digits.</summary>
    Ascii4,
    /// <summary>Two octets, a digit each half: 0120 is <c>01 20</c>.</summary>
    Bcd2,
}

/// <summary>What stands between the length and the message.</summary>
public enum FrameHeader
{
    None,
    /// <summary>The same octets before each message, as <c>ISO025000077</c>; what the peer sends there is not looked at.</summary>
    Fixed,
    /// <summary>Five octets: 60, destination (2), source (2). An answer has the two addresses exchanged.</summary>
    Tpdu,
}

/// <summary>How messages follow each other on a connection.</summary>
public sealed class FramingSettings
{
    /// <summary>Default <see cref="FrameLength.Binary2"/>.</summary>
    public FrameLength Length { get; set; } = FrameLength.Binary2;

    /// <summary>The length counts its own octets too. Default no.</summary>
    public bool LengthCountsItself { get; set; }

    public FrameHeader Header { get; set; } = FrameHeader.None;

    /// <summary>The header's octets in hexadecimal: any for <see cref="FrameHeader.Fixed"/>, five for <see cref="FrameHeader.Tpdu"/>.</summary>
    public string HeaderOctets { get; set; } = "";
}

/// <summary>All that makes one bank's ISO 8583 differ from another's, as data. Names are those of the settings.</summary>
/// <remarks>Fields not named in <see cref="Fields"/> are those of the standard, written as the rest of the profile says.</remarks>
public sealed class ProfileSettings
{
    /// <summary>For logs.</summary>
    [Required]
    public string Name { get; set; } = "1987-A";

    public Iso8583Version Version { get; set; } = Iso8583Version.V1987;

    public FramingSettings Framing { get; set; } = new();

    /// <summary>0 is ASCII; 37, 500 or 1047 that EBCDIC code page.</summary>
    public int EbcdicCodePage { get; set; }

    /// <summary>Message type: <see cref="FieldEncoding.Text"/> or <see cref="FieldEncoding.Bcd"/>.</summary>
    public FieldEncoding Mti { get; set; } = FieldEncoding.Text;

    public BitmapEncoding Bitmap { get; set; } = BitmapEncoding.Binary;

    /// <summary>n, x+n and z fields: <see cref="FieldEncoding.Text"/> or <see cref="FieldEncoding.Bcd"/>.</summary>
    public FieldEncoding Numbers { get; set; } = FieldEncoding.Text;

    /// <summary>b fields: <see cref="FieldEncoding.Raw"/> or, as hexadecimal digits, <see cref="FieldEncoding.Text"/>.</summary>
    public FieldEncoding Binary { get; set; } = FieldEncoding.Raw;

    public LengthEncoding Lengths { get; set; } = LengthEncoding.Text;

    public OddDigits OddDigits { get; set; } = OddDigits.ZeroBefore;

    /// <summary>Octets of one message, without length and header. Default 4096; no bank message comes near it.</summary>
    [Range(64, 65_000)]
    public int LongestMessage { get; set; } = 4096;

    /// <summary>Fields that differ from the standard's, in its notation (<see cref="FieldFormat.Parse"/>); an empty text takes the field away.</summary>
    public Dictionary<int, string> Fields { get; set; } = [];
}
