using System.Globalization;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>What may stand in a field: the letters of the standard.</summary>
public enum FieldContent
{
    /// <summary>n: digits.</summary>
    Numeric,
    /// <summary>x+n: C (credit) or D (debit), then digits.</summary>
    SignedNumeric,
    /// <summary>a: letters and blanks.</summary>
    Alphabetic,
    /// <summary>an: letters, digits and blanks.</summary>
    AlphaNumeric,
    /// <summary>ans: any character of one octet.</summary>
    Text,
    /// <summary>z: magnetic stripe, digits and "=".</summary>
    Track,
    /// <summary>b: octets, given and taken as hexadecimal digits in capitals.</summary>
    Binary,
}

/// <summary>How the content of a field is written.</summary>
public enum FieldEncoding
{
    /// <summary>A character an octet, in the profile's character set; binary content as two hexadecimal digits an octet.</summary>
    Text,
    /// <summary>Two digits an octet.</summary>
    Bcd,
    /// <summary>Octets as they are; only for binary content.</summary>
    Raw,
}

/// <summary>How the length of a variable field is written. LL takes 2, 1, 1 octets, LLL takes 3, 2, 2.</summary>
public enum LengthEncoding
{
    /// <summary>Digits in the profile's character set.</summary>
    Text,
    /// <summary>Two digits an octet, a zero before an odd number.</summary>
    Bcd,
    /// <summary>A big-endian number.</summary>
    Binary,
}

/// <summary>What makes an odd number of digits fill whole octets.</summary>
public enum OddDigits
{
    /// <summary>A zero before the first digit.</summary>
    ZeroBefore,
    /// <summary>F after the last digit.</summary>
    FAfter,
}

/// <summary>One line of a profile's table: what a field holds and how it is written.</summary>
/// <param name="Number">2 to 192.</param>
/// <param name="LengthDigits">0 for a fixed length; 1 to 6 for L to LLLLLL.</param>
/// <param name="Length">The fixed or the greatest length: digits, characters, or octets of binary content.</param>
public sealed record FieldFormat(
    int Number, FieldContent Content, int LengthDigits, int Length, FieldEncoding Encoding, LengthEncoding LengthEncoding, OddDigits OddDigits)
{
    public bool IsFixed => LengthDigits == 0;

    /// <summary>Octets of the length before the content; 0 if fixed.</summary>
    public int LengthOctets => LengthEncoding == LengthEncoding.Text ? LengthDigits : (LengthDigits + 1) / 2;

    /// <summary>Octets that a content of this length takes.</summary>
    public int ContentOctets(int length) => (Content, Encoding) switch
    {
        (FieldContent.Binary, FieldEncoding.Text) => length * 2,
        (FieldContent.SignedNumeric, FieldEncoding.Bcd) => 1 + (length / 2),
        (_, FieldEncoding.Bcd) => (length + 1) / 2,
        _ => length,
    };

    /// <summary>Reads the standard's own notation: <c>n6</c>, <c>n..19</c>, <c>ans...999</c>, <c>x+n9</c>, <c>b8</c> (octets); each dot is a digit of the length.
    /// After it, separated by blanks, what this field does otherwise than its profile: <c>text</c>, <c>bcd</c>, <c>raw</c>, <c>length:text</c>, <c>length:bcd</c>,
    /// <c>length:binary</c>, <c>odd:zero-before</c>, <c>odd:f-after</c>.</summary>
    /// <exception cref="ArgumentException">It is none of that; the message names the field.</exception>
    public static FieldFormat Parse(int number, string notation, FieldEncoding numbers, FieldEncoding binary, LengthEncoding lengths, OddDigits odd)
    {
        ArgumentNullException.ThrowIfNull(notation);
        var tokens = notation.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var first = tokens.Length > 0 ? tokens[0] : "";
        var letters = first.AsSpan().IndexOfAnyInRange('0', '9') is var digit && digit < 0 ? first : first[..digit];
        var dots = letters.Length - letters.TrimEnd('.').Length;
        var content = ContentOf(letters[..^dots]) ?? throw Wrong(number, notation, "it begins with n, x+n, a, an, ans, anp, ns, z or b");
        if (!int.TryParse(first.AsSpan(letters.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length == 0)
            throw Wrong(number, notation, "a length of at least 1 follows");

        var format = new FieldFormat(number, content, dots, length, content switch
        {
            FieldContent.Numeric or FieldContent.SignedNumeric or FieldContent.Track => numbers,
            FieldContent.Binary => binary,
            _ => FieldEncoding.Text,
        }, lengths, odd);
        foreach (var token in tokens.AsSpan(1)) format = With(format, token, notation);
        return Checked(format, notation);
    }

    private static FieldContent? ContentOf(string letters) => letters switch
    {
        "n" => FieldContent.Numeric,
        "x+n" => FieldContent.SignedNumeric,
        "a" => FieldContent.Alphabetic,
        "an" or "anp" => FieldContent.AlphaNumeric,
        "ans" or "ns" => FieldContent.Text,
        "z" => FieldContent.Track,
        "b" => FieldContent.Binary,
        _ => null,
    };

    private static FieldFormat With(FieldFormat format, string token, string notation) => token switch
    {
        "text" => format with { Encoding = FieldEncoding.Text },
        "bcd" => format with { Encoding = FieldEncoding.Bcd },
        "raw" => format with { Encoding = FieldEncoding.Raw },
        "length:text" => format with { LengthEncoding = LengthEncoding.Text },
        "length:bcd" => format with { LengthEncoding = LengthEncoding.Bcd },
        "length:binary" => format with { LengthEncoding = LengthEncoding.Binary },
        "odd:zero-before" => format with { OddDigits = OddDigits.ZeroBefore },
        "odd:f-after" => format with { OddDigits = OddDigits.FAfter },
        _ => throw Wrong(format.Number, notation, $"\"{token}\" is not known"),
    };

    private static FieldFormat Checked(FieldFormat format, string notation)
    {
        if (format.LengthDigits > 6) throw Wrong(format.Number, notation, "a length has at most six digits");
        var most = format.LengthDigits == 0 ? 9999 : (int)Math.Pow(10, format.LengthDigits) - 1;
        if (format.Length > most) throw Wrong(format.Number, notation, $"its length may be {most} at most");
        var fits = format.Content switch
        {
            FieldContent.Binary => format.Encoding != FieldEncoding.Bcd,
            FieldContent.Numeric or FieldContent.Track => format.Encoding != FieldEncoding.Raw,
            FieldContent.SignedNumeric => format.Encoding == FieldEncoding.Text || (format.Encoding == FieldEncoding.Bcd && format.IsFixed && format.Length % 2 == 1),
            _ => format.Encoding == FieldEncoding.Text,
        };
        return fits ? format : throw Wrong(format.Number, notation, $"{format.Content} cannot be written as {format.Encoding}");
    }

    private static ArgumentException Wrong(int number, string notation, string reason) => new($"Field {number}: \"{notation}\" is no format: {reason}.");
}
