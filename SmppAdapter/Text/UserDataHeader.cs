namespace CarrierPay.SmppAdapter.Text;

/// <summary>One part of a longer message.</summary>
/// <param name="Reference">The same in all parts; 0 to 255 or 0 to 65535.</param>
/// <param name="Total">1 to 255.</param>
/// <param name="Sequence">1 to <paramref name="Total"/>.</param>
public readonly record struct Concatenation(int Reference, int Total, int Sequence);

/// <summary>How the parts of a long message refer to each other.</summary>
public enum ReferenceSize
{
    /// <summary>8 bits: parts of 153 septets or 67 UCS-2 units. Every handset knows it.</summary>
    Eight,

    /// <summary>16 bits: parts of 152 septets or 66 UCS-2 units.</summary>
    Sixteen,
}

/// <summary>What a user data header says about the text behind it. Other elements (ports, pictures) are passed over.</summary>
/// <param name="Concatenation">Which part this is; null if it is whole.</param>
/// <param name="LockingShift">The language whose table takes the place of the default alphabet.</param>
/// <param name="SingleShift">The language whose table takes the place of the extension table.</param>
public readonly record struct HeaderElements(Concatenation? Concatenation, NationalLanguage LockingShift, NationalLanguage SingleShift);

/// <summary>The header in front of a message's user data when esm_class has UDHI.</summary>
/// <remarks>3GPP TS 23.040, section 9.2.3.24: length of the rest 1, then elements: identifier 1, length 1, data.</remarks>
public static class UserDataHeader
{
    /// <summary>Element identifiers.</summary>
    private const byte Concatenation8 = 0x00;
    private const byte Concatenation16 = 0x08;
    private const byte SingleShift = 0x24;
    private const byte LockingShift = 0x25;

    /// <summary>Octets of a header with one 8-bit or 16-bit concatenation element, length octet included.</summary>
    public const int Length8 = 6;
    public const int Length16 = 7;

    /// <summary>Writes a header, length octet included; no octets if there is nothing to say.</summary>
    public static byte[] Write(in HeaderElements elements, ReferenceSize referenceSize)
    {
        List<byte> header = [0];
        if (elements.Concatenation is { } part)
        {
            byte[] place = [(byte)(part.Reference & 0xFF), (byte)part.Total, (byte)part.Sequence];
            header.AddRange(referenceSize == ReferenceSize.Eight ? [Concatenation8, 3, .. place] : [Concatenation16, 4, (byte)((part.Reference >> 8) & 0xFF), .. place]);
        }
        if (elements.SingleShift != NationalLanguage.None)
        {
            header.AddRange([SingleShift, 1, (byte)elements.SingleShift]);
        }
        if (elements.LockingShift != NationalLanguage.None)
        {
            header.AddRange([LockingShift, 1, (byte)elements.LockingShift]);
        }
        header[0] = (byte)(header.Count - 1);
        return header.Count == 1 ? [] : [.. header];
    }

    /// <summary>Splits user data into header and the rest, and reads the elements that concern the text. A header that is longer than the data is no header: everything is content.</summary>
    public static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> userData, out HeaderElements elements)
    {
        elements = default;
        if (userData.IsEmpty || userData[0] >= userData.Length)
        {
            return userData;
        }
        var rest = userData.Slice(1, userData[0]);
        while (rest.Length >= 2 && rest[1] <= rest.Length - 2)
        {
            elements = Read(elements, rest[0], rest.Slice(2, rest[1]));
            rest = rest[(2 + rest[1])..];
        }
        return userData[(1 + userData[0])..];
    }

    /// <summary>Of several elements of a kind the last one counts, as TS 23.040 asks.</summary>
    private static HeaderElements Read(in HeaderElements elements, byte identifier, ReadOnlySpan<byte> data) => identifier switch
    {
        Concatenation8 when data.Length == 3 => elements with { Concatenation = Valid(new(data[0], data[1], data[2])) ?? elements.Concatenation },
        Concatenation16 when data.Length == 4 => elements with { Concatenation = Valid(new((data[0] << 8) | data[1], data[2], data[3])) ?? elements.Concatenation },
        SingleShift when data.Length == 1 => elements with { SingleShift = (NationalLanguage)data[0] },
        LockingShift when data.Length == 1 => elements with { LockingShift = (NationalLanguage)data[0] },
        _ => elements,
    };

    /// <remarks>A total of 0, or a sequence of 0 or above the total, makes the element void (TS 23.040, section 9.2.3.24.1).</remarks>
    private static Concatenation? Valid(Concatenation part) => part.Sequence >= 1 && part.Sequence <= part.Total ? part : null;
}
