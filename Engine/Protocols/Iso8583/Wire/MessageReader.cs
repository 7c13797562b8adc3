using System.Buffers.Binary;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>Octets to messages. Whatever the octets are, it gives a message or an <see cref="Iso8583Exception"/>.</summary>
public static class MessageReader
{
    /// <summary>Reads the octets of one message, without length and header.</summary>
    /// <exception cref="Iso8583Exception">They are not a message of the profile.</exception>
    public static IsoMessage Decode(ReadOnlySpan<byte> octets, Iso8583Profile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (octets.Length > profile.LongestMessage)
            throw new Iso8583Exception(Iso8583Fault.MessageTooLong, 0, "mti", 0, $"{octets.Length} octets are more than the {profile.LongestMessage} of profile {profile.Name}");
        var (mti, at) = ReadMti(octets, profile);
        Span<ulong> bitmaps = stackalloc ulong[3];
        bitmaps.Clear();
        var count = ReadBitmaps(octets, ref at, profile, bitmaps);

        var fields = new List<IsoField>();
        for (var number = 2; number <= count * MessageWriter.BitmapBits; number++)
        {
            var isPresent = (bitmaps[(number - 1) / MessageWriter.BitmapBits] << ((number - 1) % MessageWriter.BitmapBits) >> 63) == 1;
            // Bit 65 says that there is a third bitmap, which has been read.
            if (!isPresent || number == 65) continue;
            var format = profile[number] ?? throw new Iso8583Exception(Iso8583Fault.UnknownField, number, $"field {number}", at, $"profile {profile.Name} has no such field");
            fields.Add(new(number, ReadField(format, octets, ref at, profile)));
        }
        return at == octets.Length
            ? new IsoMessage(mti, fields)
            : throw new Iso8583Exception(Iso8583Fault.TrailingOctets, IsoMessage.HighestField, "end", at, $"{octets.Length - at} octets follow the last field");
    }

    private static (string Mti, int At) ReadMti(ReadOnlySpan<byte> octets, Iso8583Profile profile)
    {
        var length = profile.Mti == FieldEncoding.Bcd ? 2 : 4;
        if (octets.Length < length) throw new Iso8583Exception(Iso8583Fault.MtiMalformed, 0, "mti", 0, $"{octets.Length} octets are too few");
        Span<char> digits = stackalloc char[4];
        if (length == 2)
            Convert.ToHexString(octets[..2]).CopyTo(digits);
        else
            profile.Characters.Read(octets[..4], digits);
        if (digits.ContainsAnyExceptInRange('0', '9') || digits[0] != profile.VersionDigit)
            throw new Iso8583Exception(Iso8583Fault.MtiMalformed, 0, "mti", 0, $"it is not a message type of profile {profile.Name}, four digits of which the first is {profile.VersionDigit}");
        return (new string(digits), length);
    }

    private static int ReadBitmaps(ReadOnlySpan<byte> octets, ref int at, Iso8583Profile profile, Span<ulong> bitmaps)
    {
        var count = 0;
        do
        {
            var length = MessageWriter.BitmapOctets(profile);
            if (octets.Length - at < length) throw new Iso8583Exception(Iso8583Fault.BitmapMalformed, 1, $"bitmap {count + 1}", at, "it is cut off");
            bitmaps[count] = ReadBitmap(octets.Slice(at, length), count, at, profile);
            at += length;
            count++;
        }
        while (count < 3 && bitmaps[count - 1] >> 63 == 1);
        return count == 3 && bitmaps[2] >> 63 == 1 && profile[129] is null
            ? throw new Iso8583Exception(Iso8583Fault.UnknownField, 129, "field 129", at, $"profile {profile.Name} has no such field")
            : count;
    }

    private static ulong ReadBitmap(ReadOnlySpan<byte> octets, int index, int at, Iso8583Profile profile)
    {
        if (profile.Bitmap == BitmapEncoding.Binary) return BinaryPrimitives.ReadUInt64BigEndian(octets);
        Span<char> digits = stackalloc char[16];
        profile.Characters.Read(octets, digits);
        return ulong.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var bits)
            ? bits
            : throw new Iso8583Exception(Iso8583Fault.BitmapMalformed, 1, $"bitmap {index + 1}", at, "it is not sixteen hexadecimal digits");
    }

    private static string ReadField(FieldFormat format, ReadOnlySpan<byte> octets, ref int at, Iso8583Profile profile)
    {
        var length = format.IsFixed ? format.Length : ReadLength(format, octets, at, profile);
        at += format.LengthOctets;
        var content = format.ContentOctets(length);
        if (octets.Length - at < content)
            throw new Iso8583Exception(Iso8583Fault.Truncated, format.Number, $"field {format.Number}", at, $"{content} octets are wanted, {octets.Length - at} are left");
        var value = FieldValue.Read(format, length, octets.Slice(at, content), profile.Characters, at);
        at += content;
        return value;
    }

    private static int ReadLength(FieldFormat format, ReadOnlySpan<byte> octets, int at, Iso8583Profile profile)
    {
        if (octets.Length - at < format.LengthOctets)
            throw new Iso8583Exception(Iso8583Fault.Truncated, format.Number, $"field {format.Number} length", at, $"{format.LengthOctets} octets are wanted, {octets.Length - at} are left");
        var length = 0;
        foreach (var octet in octets.Slice(at, format.LengthOctets))
        {
            var (high, low) = (octet >> 4, octet & 0xF);
            length = format.LengthEncoding switch
            {
                LengthEncoding.Binary => (length << 8) | octet,
                LengthEncoding.Bcd when high <= 9 && low <= 9 => (length * 100) + (high * 10) + low,
                LengthEncoding.Text when profile.Characters.Character(octet) is >= '0' and <= '9' and var digit => (length * 10) + digit - '0',
                _ => throw new Iso8583Exception(Iso8583Fault.LengthMalformed, format.Number, $"field {format.Number} length", at, $"it is not written as {format.LengthEncoding}"),
            };
        }
        return length <= format.Length
            ? length
            : throw new Iso8583Exception(Iso8583Fault.TooLong, format.Number, $"field {format.Number} length", at, $"{length} is more than the {format.Length} that the field may have");
    }
}
