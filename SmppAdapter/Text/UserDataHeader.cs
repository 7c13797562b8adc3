namespace CarrierPay.SmppAdapter.Text;

/// <summary>One part of a longer message.</summary>
/// <param name="Reference">The same in all parts; 0 to 255 or 0 to 65535.</param>
/// <param name="Total">1 to 255.</param>
/// <param name="Sequence">1 to <paramref name="Total"/>.</param>
public readonly record struct Concatenation(int Reference, int Total, int Sequence);

/// <summary>The header in front of a message's user data when esm_class has UDHI.</summary>
/// <remarks>3GPP TS 23.040, section 9.2.3.24: length of the rest 1, then elements: identifier 1, length 1, data.</remarks>
public static class UserDataHeader
{
    /// <summary>Element identifiers.</summary>
    private const byte Concatenation8 = 0x00;
    private const byte Concatenation16 = 0x08;

    /// <summary>Octets of a header with one 8-bit or 16-bit concatenation element, length octet included.</summary>
    public const int Length8 = 6;
    public const int Length16 = 7;

    public static byte[] For8Bit(Concatenation part) =>
        [Length8 - 1, Concatenation8, 3, (byte)(part.Reference & 0xFF), (byte)part.Total, (byte)part.Sequence];

    public static byte[] For16Bit(Concatenation part) =>
        [Length16 - 1, Concatenation16, 4, (byte)((part.Reference >> 8) & 0xFF), (byte)(part.Reference & 0xFF), (byte)part.Total, (byte)part.Sequence];

    /// <summary>Splits user data into header and the rest, and looks for a concatenation element among the others. A header that is longer than the data is no header: everything is content.</summary>
    public static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> userData, out Concatenation? concatenation)
    {
        concatenation = null;
        if (userData.IsEmpty || userData[0] >= userData.Length)
        {
            return userData;
        }
        var elements = userData.Slice(1, userData[0]);
        var content = userData[(1 + userData[0])..];
        while (elements.Length >= 2 && elements[1] <= elements.Length - 2)
        {
            concatenation = Read(elements[0], elements.Slice(2, elements[1])) ?? concatenation;
            elements = elements[(2 + elements[1])..];
        }
        return content;
    }

    /// <remarks>A total of 0, or a sequence of 0 or above the total, makes the element void (TS 23.040, section 9.2.3.24.1).</remarks>
    private static Concatenation? Read(byte identifier, ReadOnlySpan<byte> data)
    {
        Concatenation part;
        switch (identifier)
        {
            case Concatenation8 when data.Length == 3:
                part = new(data[0], data[1], data[2]);
                break;
            case Concatenation16 when data.Length == 4:
                part = new((data[0] << 8) | data[1], data[2], data[3]);
                break;
            default:
                return null;
        }
        return part.Sequence >= 1 && part.Sequence <= part.Total ? part : null;
    }
}
