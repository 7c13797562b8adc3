using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>Reads the fields of one PDU in order. Every length is checked before it is used; what does not fit is a <see cref="PduException"/>.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> pdu, PduHeader header)
{
    /// <summary>Longest C-octet string that is believed, without its NUL. Real peers exceed the specification's maxima (passwords, message ids), but not by this much.</summary>
    private const int LongestCOctetString = 255;

    private readonly ReadOnlySpan<byte> _pdu = pdu;

    public readonly PduHeader Header { get; } = header;

    /// <summary>Octets from the start of the PDU.</summary>
    public int Offset { get; private set; } = PduHeader.Length;

    public readonly bool AtEnd => Offset == _pdu.Length;

    public byte Byte()
    {
        if (Offset >= _pdu.Length)
        {
            Fail(CommandStatus.RINVCMDLEN, "The body ends before its fields do");
        }
        return _pdu[Offset++];
    }

    /// <summary>A string that must end with NUL inside the body.</summary>
    public ReadOnlySpan<byte> COctetSpan(CommandStatus whenWrong)
    {
        var rest = _pdu[Offset..];
        // Most strings of a message are empty: not worth a search.
        if (!rest.IsEmpty && rest[0] == 0)
        {
            Offset++;
            return default;
        }
        var length = rest.IndexOf((byte)0);
        if (length < 0)
        {
            Fail(rest.IsEmpty ? CommandStatus.RINVCMDLEN : whenWrong, "A C-octet string has no NUL");
        }
        if (length > LongestCOctetString)
        {
            Fail(whenWrong, "A C-octet string is too long");
        }
        Offset += length + 1;
        return rest[..length];
    }

    public string COctetString(CommandStatus whenWrong) => Text(COctetSpan(whenWrong));

    /// <summary>A string of a response, where peers leave out the NUL or the whole field.</summary>
    public string LenientCOctetString(CommandStatus whenWrong)
    {
        var rest = _pdu[Offset..];
        if (rest.IndexOf((byte)0) >= 0 || rest.Length > LongestCOctetString)
        {
            return COctetString(whenWrong);
        }
        Offset = _pdu.Length;
        return Text(rest);
    }

    /// <summary>addr_ton, addr_npi and the address.</summary>
    public Address Address(CommandStatus whenWrong)
    {
        var ton = (Ton)Byte();
        var npi = (Npi)Byte();
        return new(ton, npi, COctetString(whenWrong));
    }

    public uint UInt32()
    {
        if (_pdu.Length - Offset < 4)
        {
            Fail(CommandStatus.RINVCMDLEN, "The body ends before its fields do");
        }
        Offset += 4;
        return BinaryPrimitives.ReadUInt32BigEndian(_pdu[(Offset - 4)..]);
    }

    /// <summary>An octet of a response that may be missing with all that follows.</summary>
    public byte LenientByte() => AtEnd ? (byte)0 : Byte();

    public ReadOnlySpan<byte> Octets(int length, CommandStatus whenWrong)
    {
        if (length > _pdu.Length - Offset)
        {
            Fail(whenWrong, "A length field points behind the end of the PDU");
        }
        var octets = _pdu.Slice(Offset, length);
        Offset += length;
        return octets;
    }

    /// <summary>What follows the mandatory fields, checked to be whole parameters. One stray NUL at the end, which some peers add, is passed over.</summary>
    public ReadOnlySpan<byte> TlvSpan()
    {
        var start = Offset;
        while (_pdu.Length - Offset >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(_pdu[(Offset + 2)..]);
            if (length > _pdu.Length - Offset - 4)
            {
                Fail(CommandStatus.RINVOPTPARSTREAM, "An optional parameter is cut off");
            }
            Offset += 4 + length;
        }
        var tlvs = _pdu[start..Offset];
        if (!AtEnd && !(_pdu.Length - Offset == 1 && _pdu[Offset] == 0))
        {
            Fail(CommandStatus.RINVOPTPARSTREAM, "Octets remain that are no optional parameter");
        }
        Offset = _pdu.Length;
        return tlvs;
    }

    /// <summary>True if the octets are whole optional parameters, at least one, and nothing else.</summary>
    public static bool HoldsOnlyTlvs(ReadOnlySpan<byte> octets)
    {
        var isAny = false;
        while (octets.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
            if (length > octets.Length - 4)
            {
                return false;
            }
            octets = octets[(4 + length)..];
            isAny = true;
        }
        return isAny && octets.IsEmpty;
    }

    public TlvList Tlvs() => AtEnd ? default : ToList(TlvSpan());

    /// <summary>One copy for all values: a parameter is a slice of it.</summary>
    public static TlvList ToList(ReadOnlySpan<byte> tlvs)
    {
        if (tlvs.IsEmpty)
        {
            return default;
        }
        ReadOnlyMemory<byte> copy = tlvs.ToArray();
        var list = new Tlv[TlvView.Count(tlvs)];
        var offset = 0;
        for (var i = 0; i < list.Length; i++)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(tlvs[(offset + 2)..]);
            list[i] = new Tlv((TlvTag)BinaryPrimitives.ReadUInt16BigEndian(tlvs[offset..]), copy.Slice(offset + 4, length));
            offset += 4 + length;
        }
        return new TlvList(list);
    }

    /// <summary>Octets 0 to 255 as U+0000 to U+00FF: nothing is lost, and the writer gives the same octets back.</summary>
    public static string Text(ReadOnlySpan<byte> octets) => octets.IsEmpty ? "" : Encoding.Latin1.GetString(octets);

    [DoesNotReturn]
    public readonly void Fail(CommandStatus status, string message) =>
        throw new PduException(Header.CommandId, status, Header.SequenceNumber, Offset, message);
}
