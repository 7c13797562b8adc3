using System.Buffers.Binary;
using System.Collections;
using System.Runtime.CompilerServices;

namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>An optional parameter: tag and raw value, whatever the tag. The value is at most 65 535 octets.</summary>
/// <remarks>SMPP 3.4, section 5.3.1: tag 2, length 2, value.</remarks>
public readonly record struct Tlv(TlvTag Tag, Octets Value)
{
    public static Tlv OfByte(TlvTag tag, byte value) => new(tag, new[] { value });

    public static Tlv OfUInt16(TlvTag tag, ushort value)
    {
        var octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, value);
        return new(tag, octets);
    }

    public static Tlv OfUInt32(TlvTag tag, uint value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        return new(tag, octets);
    }

    /// <summary>The value as a big-endian number; false when it is empty or longer than four octets.</summary>
    public bool TryReadNumber(out uint number)
    {
        number = 0;
        if (Value.Length is 0 or > 4)
        {
            return false;
        }
        foreach (var octet in Value.Span)
        {
            number = (number << 8) | octet;
        }
        return true;
    }
}

/// <summary>The optional parameters of a PDU in the order of the wire; unknown tags and duplicates are kept. Compared by content.</summary>
[CollectionBuilder(typeof(TlvList), nameof(Create))]
public readonly struct TlvList : IReadOnlyList<Tlv>, IEquatable<TlvList>
{
    private readonly Tlv[]? _tlvs;

    internal TlvList(Tlv[] tlvs) => _tlvs = tlvs;

    public int Count => _tlvs?.Length ?? 0;

    public Tlv this[int index] => AsSpan()[index];

    public static TlvList Create(ReadOnlySpan<Tlv> tlvs) => tlvs.IsEmpty ? default : new(tlvs.ToArray());

    public ReadOnlySpan<Tlv> AsSpan() => _tlvs;

    /// <summary>The first parameter with this tag.</summary>
    public bool TryFind(TlvTag tag, out Tlv found)
    {
        foreach (var tlv in AsSpan())
        {
            if (tlv.Tag == tag)
            {
                found = tlv;
                return true;
            }
        }
        found = default;
        return false;
    }

    public ReadOnlySpan<Tlv>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    IEnumerator<Tlv> IEnumerable<Tlv>.GetEnumerator() => ((IEnumerable<Tlv>)(_tlvs ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (_tlvs ?? []).GetEnumerator();

    public bool Equals(TlvList other) => AsSpan().SequenceEqual(other.AsSpan());

    public override bool Equals(object? obj) => obj is TlvList other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var tlv in AsSpan())
        {
            hash.Add(tlv);
        }
        return hash.ToHashCode();
    }

    public static bool operator ==(TlvList left, TlvList right) => left.Equals(right);

    public static bool operator !=(TlvList left, TlvList right) => !left.Equals(right);

    public override string ToString() => $"[{string.Join(", ", (_tlvs ?? []).Select(tlv => $"{tlv.Tag}: {tlv.Value}"))}]";
}
