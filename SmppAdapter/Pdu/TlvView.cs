using System.Buffers.Binary;

namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>Optional parameters read in place, without allocation.</summary>
public readonly ref struct TlvView
{
    private readonly ReadOnlySpan<byte> _tlvs;

    internal TlvView(ReadOnlySpan<byte> wholeTlvs) => _tlvs = wholeTlvs;

    public bool IsEmpty => _tlvs.IsEmpty;

    /// <summary>The value of the first parameter with this tag.</summary>
    public bool TryFind(TlvTag tag, out ReadOnlySpan<byte> value)
    {
        var rest = _tlvs;
        while (!rest.IsEmpty)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (BinaryPrimitives.ReadUInt16BigEndian(rest) == (ushort)tag)
            {
                value = rest.Slice(4, length);
                return true;
            }
            rest = rest[(4 + length)..];
        }
        value = default;
        return false;
    }

    internal static int Count(ReadOnlySpan<byte> wholeTlvs)
    {
        var count = 0;
        while (!wholeTlvs.IsEmpty)
        {
            wholeTlvs = wholeTlvs[(4 + BinaryPrimitives.ReadUInt16BigEndian(wholeTlvs[2..]))..];
            count++;
        }
        return count;
    }
}
