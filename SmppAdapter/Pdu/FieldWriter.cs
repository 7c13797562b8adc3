using System.Buffers.Binary;
using System.Text;

namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>Writes the fields of one PDU in order into a span of the right size. Strict: what the specification does not allow is an <see cref="ArgumentException"/>.</summary>
internal ref struct FieldWriter(Span<byte> pdu)
{
    private readonly Span<byte> _pdu = pdu;

    public int Offset { get; private set; } = PduHeader.Length;

    public void Byte(byte value) => _pdu[Offset++] = value;

    /// <summary>A string of at most <paramref name="maximum"/> octets including the NUL, as the specification counts.</summary>
    public void COctetString(string value, int maximum, string field)
    {
        if (value.Length >= maximum)
        {
            throw new ArgumentException($"{field} has {value.Length} octets; {maximum - 1} are allowed.", field);
        }
        if (value.AsSpan().IndexOfAnyExceptInRange('\u0001', '\u00FF') >= 0)
        {
            throw new ArgumentException($"{field} has a NUL or a character that is no octet.", field);
        }
        Offset += Encoding.Latin1.GetBytes(value, _pdu[Offset..]);
        _pdu[Offset++] = 0;
    }

    /// <summary>A time: empty or exactly 16 characters.</summary>
    /// <remarks>SMPP 3.4, section 7.1.1.</remarks>
    public void Time(string value, string field)
    {
        if (value.Length is not (0 or 16))
        {
            throw new ArgumentException($"{field} is empty or 16 characters.", field);
        }
        COctetString(value, 17, field);
    }

    public void Octets(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(_pdu[Offset..]);
        Offset += octets.Length;
    }

    public void Tlvs(TlvList tlvs)
    {
        foreach (var tlv in tlvs)
        {
            if (tlv.Value.Length > ushort.MaxValue)
            {
                throw new ArgumentException($"{tlv.Tag} has {tlv.Value.Length} octets; 65535 are allowed.", nameof(tlvs));
            }
            BinaryPrimitives.WriteUInt16BigEndian(_pdu[Offset..], (ushort)tlv.Tag);
            BinaryPrimitives.WriteUInt16BigEndian(_pdu[(Offset + 2)..], (ushort)tlv.Value.Length);
            tlv.Value.Span.CopyTo(_pdu[(Offset + 4)..]);
            Offset += 4 + tlv.Value.Length;
        }
    }

    public static int LengthOf(TlvList tlvs)
    {
        var length = 0;
        foreach (var tlv in tlvs)
        {
            length += 4 + tlv.Value.Length;
        }
        return length;
    }
}
