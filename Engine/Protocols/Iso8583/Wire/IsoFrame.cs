using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>One message on a connection: what stood between its length and its type, and its octets.</summary>
/// <remarks>
/// <code>
/// length   2 or 4   see <see cref="FrameLength"/>
/// header   0..64    see <see cref="FrameHeader"/>
/// message  n        type, bitmaps, fields
/// </code>
/// A length of zero without anything behind it keeps a line open and is skipped.
/// </remarks>
public readonly record struct IsoFrame(ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Message)
{
    /// <summary>The shortest type and one bitmap.</summary>
    private const int ShortestMessage = 10;

    /// <summary>Length, header and message as they go out.</summary>
    /// <param name="header">Of the request, when this is its answer; null for the profile's own.</param>
    public static byte[] Write(ReadOnlySpan<byte> message, Iso8583Profile profile, ReadOnlyMemory<byte>? header = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var before = header is { } received ? AnswerHeader(received.Span, profile) : profile.Header.ToArray();
        var lengthOctets = profile.LengthOctets;
        var octets = new byte[lengthOctets + before.Length + message.Length];
        WriteLength(before.Length + message.Length + (profile.LengthCountsItself ? lengthOctets : 0), profile.FrameLength, octets);
        before.CopyTo(octets, lengthOctets);
        message.CopyTo(octets.AsSpan(lengthOctets + before.Length));
        return octets;
    }

    /// <summary>Takes the first whole message off the buffer; false if it is not all there yet.</summary>
    /// <exception cref="Iso8583Exception">The length is none or out of bounds: nothing behind it can be trusted.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, Iso8583Profile profile, out IsoFrame frame)
    {
        ArgumentNullException.ThrowIfNull(profile);
        frame = default;
        Span<byte> lengthOctets = stackalloc byte[profile.LengthOctets];
        while (buffer.Length >= lengthOctets.Length)
        {
            buffer.Slice(0, lengthOctets.Length).CopyTo(lengthOctets);
            var length = ReadLength(lengthOctets, profile);
            if (length == 0)
            {
                buffer = buffer.Slice(lengthOctets.Length);
                continue;
            }
            if (length < profile.Header.Length + ShortestMessage || length > profile.LongestMessage + profile.Header.Length)
                throw new Iso8583Exception(Iso8583Fault.FrameLengthMalformed, -1, "frame", -1,
                    $"a message of {length} octets; profile {profile.Name} has {profile.Header.Length + ShortestMessage} to {profile.LongestMessage + profile.Header.Length}");
            if (buffer.Length - lengthOctets.Length < length) return false;
            var octets = buffer.Slice(lengthOctets.Length, length).ToArray();
            buffer = buffer.Slice(lengthOctets.Length + length);
            frame = new(octets.AsMemory(0, profile.Header.Length), octets.AsMemory(profile.Header.Length));
            if (profile.HeaderKind == FrameHeader.Tpdu && octets[0] != profile.Header.Span[0])
                throw new Iso8583Exception(Iso8583Fault.HeaderMalformed, -1, "frame", -1, $"the TPDU does not begin with {profile.Header.Span[0]:X2}");
            return true;
        }
        return false;
    }

    // 60 to(2) from(2): an answer goes where the request came from.
    private static byte[] AnswerHeader(ReadOnlySpan<byte> received, Iso8583Profile profile) => profile.HeaderKind == FrameHeader.Tpdu
        ? [received[0], received[3], received[4], received[1], received[2]]
        : received.ToArray();

    private static void WriteLength(int length, FrameLength kind, Span<byte> octets)
    {
        switch (kind)
        {
            case FrameLength.Binary2:
                BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)length);
                break;
            case FrameLength.Binary4:
                BinaryPrimitives.WriteInt32BigEndian(octets, length);
                break;
            case FrameLength.Bcd2:
                octets[0] = (byte)((length / 1000 << 4) | (length / 100 % 10));
                octets[1] = (byte)((length / 10 % 10 << 4) | (length % 10));
                break;
            default:
                length.TryFormat(octets, out _, "D4", CultureInfo.InvariantCulture);
                break;
        }
    }

    /// <summary>Without the length's own octets, if it counts them.</summary>
    private static int ReadLength(ReadOnlySpan<byte> octets, Iso8583Profile profile)
    {
        var length = profile.FrameLength switch
        {
            FrameLength.Binary2 => BinaryPrimitives.ReadUInt16BigEndian(octets),
            FrameLength.Binary4 => BinaryPrimitives.ReadUInt32BigEndian(octets),
            FrameLength.Ascii4 => uint.TryParse(octets, NumberStyles.None, CultureInfo.InvariantCulture, out var digits) ? digits : uint.MaxValue,
            _ => uint.TryParse(Convert.ToHexString(octets), NumberStyles.None, CultureInfo.InvariantCulture, out var digits) ? digits : uint.MaxValue,
        };
        var own = profile.LengthCountsItself ? (uint)octets.Length : 0;
        if (length > profile.LongestFrame || (length < own && length != 0))
            throw new Iso8583Exception(Iso8583Fault.FrameLengthMalformed, -1, "frame", -1, $"octets {Convert.ToHexString(octets)} are no length of profile {profile.Name}");
        return length == 0 ? 0 : (int)(length - own);
    }
}
