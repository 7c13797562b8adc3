namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>A bank's way of writing messages, checked and ready for the codec. Immutable.</summary>
public sealed class Iso8583Profile
{
    private const int TpduLength = 5;
    private const int LongestHeader = 64;

    private readonly FieldFormat?[] _fields = new FieldFormat?[IsoMessage.HighestField + 1];

    private Iso8583Profile(ProfileSettings settings)
    {
        Name = settings.Name;
        Version = settings.Version;
        Characters = settings.EbcdicCodePage == 0 ? CharacterSet.Ascii : CharacterSet.Ebcdic(settings.EbcdicCodePage);
        Mti = settings.Mti is FieldEncoding.Text or FieldEncoding.Bcd ? settings.Mti : throw new ArgumentException("Mti: the message type is written as Text or Bcd.", nameof(settings));
        Bitmap = settings.Bitmap;
        LongestMessage = settings.LongestMessage is >= 64 and <= 65_000 ? settings.LongestMessage : throw new ArgumentException("LongestMessage is 64 to 65000 octets.", nameof(settings));
        FrameLength = settings.Framing.Length;
        LengthCountsItself = settings.Framing.LengthCountsItself;
        HeaderKind = settings.Framing.Header;
        Header = ReadHeader(settings.Framing);
        if (settings.Binary == FieldEncoding.Bcd) throw new ArgumentException("Binary: octets are written Raw or as Text.", nameof(settings));
        if (settings.Numbers == FieldEncoding.Raw) throw new ArgumentException("Numbers are written as Text or Bcd.", nameof(settings));

        foreach (var (number, notation) in StandardFields.Of(settings.Version)) Set(number, notation, settings);
        foreach (var (number, notation) in settings.Fields) Set(number, notation, settings);
        if (FrameLength is FrameLength.Ascii4 or FrameLength.Bcd2 && LongestFrame > 9999)
            throw new ArgumentException($"LongestMessage: a length of four digits counts to 9999, and {LongestFrame} may be needed.", nameof(settings));
        foreach (var mac in (ReadOnlySpan<int>)[64, 128])
            if (_fields[mac] is { } format && format is not { Content: FieldContent.Binary, IsFixed: true, Length: 8 })
                throw new ArgumentException($"Field {mac} holds the message's authentication code: it is b8.", nameof(settings));
    }

    public string Name { get; }

    public Iso8583Version Version { get; }

    public CharacterSet Characters { get; }

    public FieldEncoding Mti { get; }

    public BitmapEncoding Bitmap { get; }

    public int LongestMessage { get; }

    public FrameLength FrameLength { get; }

    public bool LengthCountsItself { get; }

    public FrameHeader HeaderKind { get; }

    /// <summary>What is sent between length and message; empty without a header.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    /// <summary>The first digit of every message type.</summary>
    public char VersionDigit => Version == Iso8583Version.V1987 ? '0' : '1';

    /// <summary>The greatest number that may stand in the length.</summary>
    internal int LongestFrame => LongestMessage + Header.Length + (LengthCountsItself ? LengthOctets : 0);

    internal int LengthOctets => FrameLength is FrameLength.Binary2 or FrameLength.Bcd2 ? 2 : 4;

    /// <summary>The format of a field, or null if the profile does not have it.</summary>
    public FieldFormat? this[int number] => number is >= 2 and <= IsoMessage.HighestField ? _fields[number] : null;

    /// <summary>The value as a reader of this profile would give it: compare nothing else.</summary>
    /// <exception cref="Iso8583Exception">The profile does not have the field, or the value is none.</exception>
    public string Canonical(int number, string value) => FieldValue.Canonical(
        this[number] ?? throw new Iso8583Exception(Iso8583Fault.UnknownField, number, $"field {number}", -1, $"profile {Name} has no such field"), value);

    /// <summary>Whether the value can stand in the field.</summary>
    public bool Fits(int number, string value) => this[number] is { } format && FieldValue.Fits(format, value);

    /// <summary>Checks the settings and makes a profile of them.</summary>
    /// <exception cref="ArgumentException">A setting is wrong or does not go with another; the message names it.</exception>
    public static Iso8583Profile From(ProfileSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings);
    }

    public override string ToString() => Name;

    private void Set(int number, string notation, ProfileSettings settings)
    {
        if (number is < 2 or > IsoMessage.HighestField or 65) throw new ArgumentException($"Fields: there is no field {number}; 2 to {IsoMessage.HighestField} but 65, which is a bitmap.");
        _fields[number] = notation.Length == 0 ? null : FieldFormat.Parse(number, notation, settings.Numbers, settings.Binary, settings.Lengths, settings.OddDigits);
    }

    private static byte[] ReadHeader(FramingSettings framing)
    {
        byte[] octets;
        try
        {
            octets = Convert.FromHexString(framing.HeaderOctets);
        }
        catch (FormatException wrong)
        {
            throw new ArgumentException("HeaderOctets is hexadecimal, two digits an octet.", nameof(framing), wrong);
        }
        return (framing.Header, octets.Length) switch
        {
            (FrameHeader.None, 0) => octets,
            (FrameHeader.None, _) => throw new ArgumentException("HeaderOctets is set, but Header is None.", nameof(framing)),
            (FrameHeader.Tpdu, TpduLength) => octets,
            (FrameHeader.Tpdu, _) => throw new ArgumentException("HeaderOctets: a TPDU has five octets, as 6000010002.", nameof(framing)),
            (_, >= 1 and <= LongestHeader) => octets,
            _ => throw new ArgumentException($"HeaderOctets: a header has 1 to {LongestHeader} octets.", nameof(framing)),
        };
    }
}
