using System.Buffers;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>One value to octets and back.</summary>
internal static class FieldValue
{
    private static readonly SearchValues<char> TrackCharacters = SearchValues.Create("0123456789=");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEF");
    private static readonly SearchValues<char> AlphabeticCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ");
    private static readonly SearchValues<char> AlphaNumericCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ");

    private const int SeparatorNibble = 0xD;
    private const int FillNibble = 0xF;

    /// <summary>The value as the reader gives it back: fixed numbers filled with zeros at the left, fixed texts without the blanks at their end, octets in capitals.</summary>
    /// <exception cref="Iso8583Exception">It cannot be a value of this field.</exception>
    public static string Canonical(FieldFormat format, string value)
    {
        value = Normal(format, value);
        if (LengthOf(format, value) > format.Length)
            throw Fault(Iso8583Fault.TooLong, format, -1, $"{LengthOf(format, value)} is more than the {format.Length} that the field may have");
        if (!HasRightContent(format, value)) throw Fault(Iso8583Fault.WrongContent, format, -1, $"the value is not {Described(format)}");
        return value;
    }

    /// <summary>Whether <see cref="Canonical"/> has an answer.</summary>
    public static bool Fits(FieldFormat format, string value)
    {
        value = Normal(format, value);
        return LengthOf(format, value) <= format.Length && HasRightContent(format, value);
    }

    /// <summary>Digits, characters, or octets of binary content.</summary>
    public static int LengthOf(FieldFormat format, string value) => format.Content == FieldContent.Binary ? value.Length / 2 : value.Length;

    /// <summary>Writes a canonical value. The octets are exactly those that <see cref="FieldFormat.ContentOctets"/> promises.</summary>
    public static void Write(FieldFormat format, string value, CharacterSet characters, Span<byte> octets)
    {
        switch (format)
        {
            case { Content: FieldContent.Binary, Encoding: FieldEncoding.Raw }:
                Convert.FromHexString(value, octets, out _, out _);
                break;
            case { Content: FieldContent.SignedNumeric, Encoding: FieldEncoding.Bcd }:
                octets[0] = characters.Octet(value[0]);
                WriteNibbles(value.AsSpan(1), format.OddDigits, octets[1..]);
                break;
            case { Encoding: FieldEncoding.Bcd }:
                WriteNibbles(value, format.OddDigits, octets);
                break;
            default:
                octets.Fill(characters.Octet(' '));
                if (!characters.TryWrite(value, octets)) throw Fault(Iso8583Fault.WrongContent, format, -1, $"the value is not {Described(format)}");
                break;
        }
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <param name="length">Digits, characters, or octets of binary content.</param>
    /// <param name="offset">Of the first octet, for errors.</param>
    public static string Read(FieldFormat format, int length, ReadOnlySpan<byte> octets, CharacterSet characters, int offset)
    {
        string value;
        switch (format)
        {
            case { Content: FieldContent.Binary, Encoding: FieldEncoding.Raw }:
                return Convert.ToHexString(octets);
            case { Content: FieldContent.SignedNumeric, Encoding: FieldEncoding.Bcd }:
                value = characters.Character(octets[0]) + ReadNibbles(format, length - 1, octets[1..], offset + 1);
                break;
            case { Encoding: FieldEncoding.Bcd }:
                value = ReadNibbles(format, length, octets, offset);
                break;
            default:
                Span<char> text = octets.Length <= 1024 ? stackalloc char[octets.Length] : new char[octets.Length];
                characters.Read(octets, text);
                value = new string(format is { IsFixed: true, Content: FieldContent.Alphabetic or FieldContent.AlphaNumeric or FieldContent.Text } ? text.TrimEnd(' ') : text);
                if (format.Content == FieldContent.Binary) value = value.ToUpperInvariant();
                else if (format.Content == FieldContent.Track) value = value.Replace('D', '=');
                break;
        }
        return HasRightContent(format, value) ? value : throw Fault(Iso8583Fault.WrongContent, format, offset, $"the octets are not {Described(format)}");
    }

    private static string Normal(FieldFormat format, string value) => format.Content switch
    {
        FieldContent.Binary => value.ToUpperInvariant(),
        FieldContent.Numeric when format.IsFixed => value.PadLeft(format.Length, '0'),
        FieldContent.Alphabetic or FieldContent.AlphaNumeric or FieldContent.Text when format.IsFixed => value.TrimEnd(' '),
        FieldContent.Track => value.Replace('D', '='),
        _ => value,
    };

    private static bool HasRightContent(FieldFormat format, string value) => format.Content switch
    {
        FieldContent.Numeric => !value.AsSpan().ContainsAnyExceptInRange('0', '9') && (!format.IsFixed || value.Length == format.Length),
        FieldContent.SignedNumeric => value.Length >= 1 && value[0] is 'C' or 'D' && !value.AsSpan(1).ContainsAnyExceptInRange('0', '9') && (!format.IsFixed || value.Length == format.Length),
        FieldContent.Alphabetic => !value.AsSpan().ContainsAnyExcept(AlphabeticCharacters),
        FieldContent.AlphaNumeric => !value.AsSpan().ContainsAnyExcept(AlphaNumericCharacters),
        FieldContent.Track => !value.AsSpan().ContainsAnyExcept(TrackCharacters) && (!format.IsFixed || value.Length == format.Length),
        FieldContent.Binary => value.Length % 2 == 0 && !value.AsSpan().ContainsAnyExcept(HexDigits) && (!format.IsFixed || value.Length == format.Length * 2),
        _ => !value.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF'),
    };

    private static string Described(FieldFormat format) => (format.IsFixed, format.Content) switch
    {
        (true, FieldContent.Numeric) => $"{format.Length} digits",
        (false, FieldContent.Numeric) => "digits",
        (_, FieldContent.SignedNumeric) => "C or D and digits" + (format.IsFixed ? $", {format.Length} in all" : ""),
        (_, FieldContent.Alphabetic) => "letters",
        (_, FieldContent.AlphaNumeric) => "letters and digits",
        (_, FieldContent.Track) => "digits and =",
        (true, FieldContent.Binary) => $"{format.Length} octets",
        (false, FieldContent.Binary) => "octets",
        _ => "text of one octet a character",
    };

    private static void WriteNibbles(ReadOnlySpan<char> digits, OddDigits odd, Span<byte> octets)
    {
        octets.Clear();
        var nibble = digits.Length % 2 == 1 && odd == OddDigits.ZeroBefore ? 1 : 0;
        foreach (var digit in digits)
        {
            var value = digit == '=' ? SeparatorNibble : digit - '0';
            octets[nibble / 2] |= (byte)(nibble % 2 == 0 ? value << 4 : value);
            nibble++;
        }
        if (nibble % 2 == 1) octets[nibble / 2] |= FillNibble;
    }

    private static string ReadNibbles(FieldFormat format, int length, ReadOnlySpan<byte> octets, int offset)
    {
        var isOdd = length % 2 == 1;
        var first = isOdd && format.OddDigits == OddDigits.ZeroBefore ? 1 : 0;
        if (isOdd && (first == 1 ? octets[0] >> 4 != 0 : (octets[^1] & 0xF) != FillNibble))
            throw Fault(Iso8583Fault.PaddingMalformed, format, offset, $"the half octet beside an odd number of digits is not {(first == 1 ? "0" : "F")}");
        Span<char> digits = length <= 1024 ? stackalloc char[length] : new char[length];
        for (var i = 0; i < length; i++)
        {
            var octet = octets[(first + i) / 2];
            var value = (first + i) % 2 == 0 ? octet >> 4 : octet & 0xF;
            // What is no digit becomes what the content check refuses: it names the field.
            digits[i] = value <= 9 ? (char)('0' + value) : value == SeparatorNibble ? '=' : '?';
        }
        return new string(digits);
    }

    private static Iso8583Exception Fault(Iso8583Fault fault, FieldFormat format, int offset, string problem) => new(fault, format.Number, $"field {format.Number}", offset, problem);
}
