using System.Globalization;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>Messages to octets.</summary>
public static class MessageWriter
{
    internal const int BitmapBits = 64;

    /// <summary>The octets of a message: type, bitmaps, fields. Without length and header.</summary>
    /// <exception cref="Iso8583Exception">A value is none of its field, or the message is too long.</exception>
    public static byte[] Encode(IsoMessage message, Iso8583Profile profile)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(profile);
        if (message.Mti[0] != profile.VersionDigit)
            throw new Iso8583Exception(Iso8583Fault.MtiMalformed, 0, "mti", -1, $"{message.Mti} is not of the version of profile {profile.Name}");

        var values = new (FieldFormat Format, string Value)[message.Fields.Count];
        var bitmaps = Bitmaps(message.Highest);
        var length = (profile.Mti == FieldEncoding.Bcd ? 2 : 4) + (bitmaps * BitmapOctets(profile));
        for (var i = 0; i < values.Length; i++)
        {
            var field = message.Fields[i];
            var value = profile.Canonical(field.Number, field.Value);
            var format = profile[field.Number]!;
            values[i] = (format, value);
            length += format.LengthOctets + format.ContentOctets(format.IsFixed ? format.Length : FieldValue.LengthOf(format, value));
            if (length > profile.LongestMessage)
                throw new Iso8583Exception(Iso8583Fault.MessageTooLong, field.Number, $"field {field.Number}", -1, $"the message is longer than the {profile.LongestMessage} octets of profile {profile.Name}");
        }

        var octets = new byte[length];
        var at = WriteMti(message.Mti, profile, octets);
        at += WriteBitmaps(message, bitmaps, profile, octets.AsSpan(at));
        foreach (var (format, value) in values) at += WriteField(format, value, profile, octets.AsSpan(at));
        return octets;
    }

    /// <summary>How many bitmaps a message with this highest field has.</summary>
    internal static int Bitmaps(int highest) => highest > 2 * BitmapBits ? 3 : highest > BitmapBits ? 2 : 1;

    internal static int BitmapOctets(Iso8583Profile profile) => profile.Bitmap == BitmapEncoding.Binary ? 8 : 16;

    private static int WriteMti(string mti, Iso8583Profile profile, Span<byte> octets)
    {
        if (profile.Mti == FieldEncoding.Bcd)
        {
            octets[0] = (byte)(((mti[0] - '0') << 4) | (mti[1] - '0'));
            octets[1] = (byte)(((mti[2] - '0') << 4) | (mti[3] - '0'));
            return 2;
        }
        profile.Characters.TryWrite(mti, octets);
        return 4;
    }

    // Bit 1 of the first bitmap says that a second follows; bit 65, the first of the second, that a third does.
    private static int WriteBitmaps(IsoMessage message, int bitmaps, Iso8583Profile profile, Span<byte> octets)
    {
        Span<byte> bits = stackalloc byte[bitmaps * 8];
        bits.Clear();
        if (bitmaps > 1) bits[0] |= 0x80;
        if (bitmaps > 2) bits[8] |= 0x80;
        foreach (var field in message.Fields) bits[(field.Number - 1) / 8] |= (byte)(0x80 >> ((field.Number - 1) % 8));
        if (profile.Bitmap == BitmapEncoding.Binary)
        {
            bits.CopyTo(octets);
            return bits.Length;
        }
        profile.Characters.TryWrite(Convert.ToHexString(bits), octets);
        return bits.Length * 2;
    }

    private static int WriteField(FieldFormat format, string value, Iso8583Profile profile, Span<byte> octets)
    {
        var length = format.IsFixed ? format.Length : FieldValue.LengthOf(format, value);
        var written = format.LengthOctets;
        if (!format.IsFixed) WriteLength(format, length, profile, octets[..written]);
        var content = format.ContentOctets(length);
        FieldValue.Write(format, value, profile.Characters, octets.Slice(written, content));
        return written + content;
    }

    private static void WriteLength(FieldFormat format, int length, Iso8583Profile profile, Span<byte> octets)
    {
        if (format.LengthEncoding == LengthEncoding.Text)
        {
            profile.Characters.TryWrite(length.ToString("D" + format.LengthDigits, CultureInfo.InvariantCulture), octets);
            return;
        }
        for (var i = octets.Length - 1; i >= 0; i--)
        {
            octets[i] = format.LengthEncoding == LengthEncoding.Binary ? (byte)(length & 0xFF) : (byte)((length / 10 % 10 << 4) | (length % 10));
            length = format.LengthEncoding == LengthEncoding.Binary ? length >> 8 : length / 100;
        }
    }
}
