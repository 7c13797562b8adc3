using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>Writes messages, strictly: a value of another type than the dictionary has is an <see cref="ArgumentException"/>, and nothing leaves that a reader here would refuse.</summary>
/// <remarks>May be used again after <see cref="Start"/>. Not safe for threads.</remarks>
public sealed class DiameterWriter
{
    private readonly int[] _open = new int[MessageView.MaxNesting];
    private byte[] _buffer = new byte[512];
    private int _length;
    private int _depth;

    /// <summary>What has been written so far. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Begins a message. The length of <paramref name="header"/> is not read.</summary>
    public DiameterWriter Start(in DiameterHeader header)
    {
        _length = 0;
        _depth = 0;
        var target = Take(DiameterHeader.Size);
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)DiameterHeader.Version << 24);
        BinaryPrimitives.WriteUInt32BigEndian(target[DiameterHeader.FlagsOffset..], ((uint)header.Flags << 24) | (header.Command & 0xffffff));
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], header.ApplicationId);
        BinaryPrimitives.WriteUInt32BigEndian(target[DiameterHeader.HopByHopOffset..], header.HopByHop);
        BinaryPrimitives.WriteUInt32BigEndian(target[DiameterHeader.EndToEndOffset..], header.EndToEnd);
        return this;
    }

    /// <summary>Ends the message and gives its octets.</summary>
    public byte[] ToMessage()
    {
        if (_depth != 0)
            throw new InvalidOperationException("A group is still open.");
        BinaryPrimitives.WriteUInt32BigEndian(_buffer, ((uint)DiameterHeader.Version << 24) | (uint)_length);
        return Written.ToArray();
    }

    /// <summary>A text, or the name of a node.</summary>
    public DiameterWriter Write(AvpDefinition definition, string text)
    {
        Expect(definition, AvpType.Utf8String, AvpType.DiameterIdentity);
        if (definition.Type == AvpType.DiameterIdentity && (text.Length == 0 || text.AsSpan().ContainsAnyExceptInRange('!', '~')))
            throw new ArgumentException($"\"{text}\" is no name of a node for {definition}.", nameof(text));
        var length = Encoding.UTF8.GetByteCount(text);
        Encoding.UTF8.GetBytes(text, Begin(definition, length));
        return this;
    }

    public DiameterWriter Write(AvpDefinition definition, uint value)
    {
        Expect(definition, AvpType.Unsigned32, AvpType.Unsigned32);
        BinaryPrimitives.WriteUInt32BigEndian(Begin(definition, 4), value);
        return this;
    }

    public DiameterWriter Write(AvpDefinition definition, int value)
    {
        Expect(definition, AvpType.Integer32, AvpType.Enumerated);
        BinaryPrimitives.WriteInt32BigEndian(Begin(definition, 4), value);
        return this;
    }

    public DiameterWriter Write(AvpDefinition definition, long value)
    {
        Expect(definition, AvpType.Integer64, AvpType.Integer64);
        BinaryPrimitives.WriteInt64BigEndian(Begin(definition, 8), value);
        return this;
    }

    public DiameterWriter Write(AvpDefinition definition, DateTimeOffset time)
    {
        Expect(definition, AvpType.Time, AvpType.Time);
        var seconds = AvpView.FromTime(time);
        BinaryPrimitives.WriteUInt32BigEndian(Begin(definition, 4), seconds);
        return this;
    }

    public DiameterWriter Write(AvpDefinition definition, IPAddress address)
    {
        Expect(definition, AvpType.Address, AvpType.Address);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        var target = Begin(definition, isV4 ? 6 : 18);
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(isV4 ? 1 : 2));
        address.TryWriteBytes(target[2..], out _);
        return this;
    }

    /// <summary>Octets as they are.</summary>
    public DiameterWriter Write(AvpDefinition definition, ReadOnlySpan<byte> octets)
    {
        Expect(definition, AvpType.OctetString, AvpType.OctetString);
        octets.CopyTo(Begin(definition, octets.Length));
        return this;
    }

    /// <summary>An AVP as it is, known or not.</summary>
    public DiameterWriter Write(Avp avp)
    {
        var length = avp.HeaderLength + avp.Data.Length;
        var target = Take(AvpView.Padded(length));
        AvpView.WriteHeader(target, avp.Code, avp.Flags, avp.VendorId, length);
        avp.Data.Span.CopyTo(target[avp.HeaderLength..]);
        return this;
    }

    /// <summary>AVPs as they lie in another message, each with its padding.</summary>
    public DiameterWriter WritePadded(ReadOnlySpan<byte> avps)
    {
        if (avps.Length % 4 != 0)
            throw new ArgumentException("AVPs are padded to a multiple of 4.", nameof(avps));
        avps.CopyTo(Take(avps.Length));
        return this;
    }

    /// <summary>What is written up to <see cref="Close"/> stands inside this group.</summary>
    public DiameterWriter Open(AvpDefinition definition)
    {
        Expect(definition, AvpType.Grouped, AvpType.Grouped);
        if (_depth == _open.Length)
            throw new InvalidOperationException($"{definition} is nested too deep.");
        _open[_depth++] = _length;
        Begin(definition, 0);
        return this;
    }

    /// <summary>Ends the innermost group.</summary>
    public DiameterWriter Close()
    {
        var start = _open[--_depth];
        var word = _buffer.AsSpan(start + 4);
        BinaryPrimitives.WriteUInt32BigEndian(word, (BinaryPrimitives.ReadUInt32BigEndian(word) & 0xff000000) | (uint)(_length - start));
        return this;
    }

    private static void Expect(AvpDefinition definition, AvpType type, AvpType other)
    {
        if (definition.Type != type && definition.Type != other)
            throw new ArgumentException($"{definition} is of type {definition.Type}, not {type}.", nameof(definition));
    }

    /// <summary>Writes the header and gives the place of the data, which is zero as its padding is.</summary>
    private Span<byte> Begin(AvpDefinition definition, int dataLength)
    {
        var length = definition.HeaderLength + dataLength;
        var target = Take(AvpView.Padded(length));
        AvpView.WriteHeader(target, definition.Code, definition.Flags, definition.VendorId, length);
        return target.Slice(definition.HeaderLength, dataLength);
    }

    private Span<byte> Take(int length)
    {
        if (length > MessageView.MaxLength - _length)
            throw new ArgumentException($"A message has at most {MessageView.MaxLength} octets.");
        if (_buffer.Length < _length + length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + length));
        var target = _buffer.AsSpan(_length, length);
        target.Clear();
        _length += length;
        return target;
    }
}
