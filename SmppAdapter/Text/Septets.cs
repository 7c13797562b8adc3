namespace CarrierPay.SmppAdapter.Text;

/// <summary>Packing of septets, little-endian by bit: septet i occupies bits 7i to 7i+6.</summary>
/// <remarks>3GPP TS 23.038, section 6.1.2.1. SMPP carries septets unpacked, but for some gateways and their USSD.</remarks>
public static class Septets
{
    private const byte CarriageReturn = 0x0D;

    /// <summary>Packs septets after <paramref name="fillBits"/> zero bits, which bring the text to a septet border behind a user data header.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> septets, int fillBits = 0)
    {
        var packed = new byte[((septets.Length * 7) + fillBits + 7) / 8];
        var bit = fillBits;
        foreach (var septet in septets)
        {
            var shifted = (septet & 0x7F) << (bit % 8);
            packed[bit / 8] |= (byte)(shifted & 0xFF);
            if (shifted > 0xFF)
            {
                packed[(bit / 8) + 1] |= (byte)(shifted >> 8);
            }
            bit += 7;
        }
        return packed;
    }

    /// <summary>Packs a text as it goes on the air: seven spare bits at the end would read as '@' and become a carriage return; a text that ends with one on an octet border gets a second.</summary>
    /// <remarks>3GPP TS 23.038, section 6.1.2.3.1, written for USSD; SMPP carries no number of septets either.</remarks>
    public static byte[] PackPadded(ReadOnlySpan<byte> septets, int fillBits = 0)
    {
        var spare = (8 - ((fillBits + (septets.Length * 7)) % 8)) % 8;
        var endsOnBorder = spare == 0 && !septets.IsEmpty && septets[^1] == CarriageReturn;
        return spare == 7 || endsOnBorder ? Pack([.. septets, CarriageReturn], fillBits) : Pack(septets, fillBits);
    }

    /// <summary>Unpacks what <see cref="PackPadded"/> packed: a carriage return that ends on an octet border is padding.</summary>
    public static byte[] UnpackPadded(ReadOnlySpan<byte> packed, int fillBits = 0)
    {
        var septets = Unpack(packed, fillBits);
        var endsOnBorder = (fillBits + (septets.Length * 7)) % 8 == 0;
        return endsOnBorder && septets.Length > 0 && septets[^1] == CarriageReturn ? septets[..^1] : septets;
    }

    /// <summary>Bits between a user data header and the text: it starts on a septet border counted from the start of the header.</summary>
    public static int FillBits(int headerLength) => (7 - (headerLength * 8 % 7)) % 7;

    /// <summary>Unpacks as many whole septets as the octets hold, or <paramref name="count"/> if that is fewer.</summary>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, int fillBits = 0, int count = int.MaxValue)
    {
        var whole = Math.Max(0, ((packed.Length * 8) - fillBits) / 7);
        var septets = new byte[Math.Min(whole, count)];
        for (var i = 0; i < septets.Length; i++)
        {
            var bit = fillBits + (i * 7);
            var octets = packed[bit / 8] | ((bit / 8) + 1 < packed.Length ? packed[(bit / 8) + 1] << 8 : 0);
            septets[i] = (byte)((octets >> (bit % 8)) & 0x7F);
        }
        return septets;
    }
}
