using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
        // Most strings of a message are empty.
        if (value.Length != 0)
        {
            if (!TryNarrow(value, _pdu.Slice(Offset, value.Length)))
            {
                throw new ArgumentException($"{field} has a NUL or a character that is no octet.", field);
            }
            Offset += value.Length;
        }
        _pdu[Offset++] = 0;
    }

    /// <summary>Characters U+0001 to U+00FF to octets, eight at a time; false at any other.</summary>
    private static bool TryNarrow(ReadOnlySpan<char> characters, Span<byte> octets)
    {
        if (characters.Length < Vector128<ushort>.Count)
        {
            for (var i = 0; i < characters.Length; i++)
            {
                if (characters[i] is '\0' or > '\u00FF')
                {
                    return false;
                }
                octets[i] = (byte)characters[i];
            }
            return true;
        }
        // The last eight may overlap those before: cheaper than a rest of single characters.
        var last = characters.Length - Vector128<ushort>.Count;
        for (var i = 0; ; i = Math.Min(i + Vector128<ushort>.Count, last))
        {
            var eight = Vector128.Create(MemoryMarshal.Cast<char, ushort>(characters.Slice(i, Vector128<ushort>.Count)));
            if (Vector128.GreaterThanAny(eight - Vector128<ushort>.One, Vector128.Create((ushort)0xFE)))
            {
                return false;
            }
            BinaryPrimitives.WriteUInt64LittleEndian(octets[i..], Vector128.Narrow(eight, eight).AsUInt64().ToScalar());
            if (i == last)
            {
                return true;
            }
        }
    }

    /// <summary>A time: empty or of the form of <see cref="SmppTime"/>.</summary>
    public void Time(string value, string field)
    {
        if (value.Length != 0 && !SmppTime.HasForm(value))
        {
            throw new ArgumentException($"{field} is neither empty nor fifteen digits and a sign or R.", field);
        }
        COctetString(value, 17, field);
    }

    /// <summary>addr_ton, addr_npi and an address of at most <paramref name="maximum"/> octets including the NUL.</summary>
    public void Address(in Address address, int maximum, string field)
    {
        Byte((byte)address.Ton);
        Byte((byte)address.Npi);
        COctetString(address.Digits, maximum, field);
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_pdu[Offset..], value);
        Offset += 4;
    }

    /// <summary>sm_length and short_message, which excludes message_payload.</summary>
    public void ShortMessage(Octets shortMessage, TlvList tlvs)
    {
        if (shortMessage.Length > MessagePdu.MaxShortMessage)
        {
            throw new ArgumentException($"short_message has {shortMessage.Length} octets; {MessagePdu.MaxShortMessage} are allowed.", nameof(shortMessage));
        }
        if (!shortMessage.IsEmpty && tlvs.TryFind(TlvTag.MessagePayload, out _))
        {
            throw new ArgumentException("short_message and message_payload exclude each other.", nameof(shortMessage));
        }
        Byte((byte)shortMessage.Length);
        Octets(shortMessage.Span);
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
