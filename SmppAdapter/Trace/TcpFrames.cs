using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace CarrierPay.SmppAdapter.Trace;

/// <summary>Puts octets of a connection into an IP packet as TCP would have sent them, with its real addresses and ports.</summary>
/// <remarks>
/// RFC 791 and 8200 (IP), RFC 9293 (TCP). Sequence numbers count what was recorded, not what was sent: a trace of one number has no gaps for Wireshark to
/// complain of. Checksums are right.
/// </remarks>
internal static class TcpFrames
{
    /// <summary>Of one packet, in octets; a longer PDU goes into several.</summary>
    public const int MaxPayload = 60_000;

    public const int MaxLength = MaxPayload + IPv6HeaderLength + TcpHeaderLength;

    private const int IPv4HeaderLength = 20;
    private const int IPv6HeaderLength = 40;
    private const int TcpHeaderLength = 20;
    private const byte Tcp = 6;
    private const byte HopLimit = 64;
    private const ushort DontFragment = 0x4000;
    private const ushort HeaderOfFiveWordsPushAck = 0x5018;
    private const ushort LargestWindow = 0xFFFF;

    /// <summary>Writes the packet to the front of <paramref name="packet"/>, counts its payload, and gives its length.</summary>
    public static int Write(Span<byte> packet, TracedConnection connection, ReadOnlySpan<byte> payload, bool isSent)
    {
        var (from, to) = isSent ? (connection.Local, connection.Remote) : (connection.Remote, connection.Local);
        var segmentLength = TcpHeaderLength + payload.Length;
        var isIPv6 = from.AddressFamily == AddressFamily.InterNetworkV6 && to.AddressFamily == AddressFamily.InterNetworkV6;
        var headerLength = isIPv6 ? WriteIPv6(packet, from.Address, to.Address, segmentLength) : WriteIPv4(packet, from.Address, to.Address, segmentLength);
        // Both addresses stand at the header's end; they are part of TCP's checksum.
        var addresses = packet[(isIPv6 ? 8 : 12)..headerLength];
        var segment = packet.Slice(headerLength, segmentLength);
        WriteTcp(segment, from.Port, to.Port, connection, payload, isSent);
        var sum = Sum(segment, Sum(addresses, (uint)(Tcp + segmentLength)));
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], Checksum(sum));
        return headerLength + segmentLength;
    }

    private static int WriteIPv4(Span<byte> packet, IPAddress from, IPAddress to, int payloadLength)
    {
        var header = packet[..IPv4HeaderLength];
        header.Clear();
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(IPv4HeaderLength + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], DontFragment);
        header[8] = HopLimit;
        header[9] = Tcp;
        from.MapToIPv4().TryWriteBytes(header[12..], out _);
        to.MapToIPv4().TryWriteBytes(header[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], Checksum(Sum(header, 0)));
        return IPv4HeaderLength;
    }

    private static int WriteIPv6(Span<byte> packet, IPAddress from, IPAddress to, int payloadLength)
    {
        var header = packet[..IPv6HeaderLength];
        header.Clear();
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)payloadLength);
        header[6] = Tcp;
        header[7] = HopLimit;
        from.TryWriteBytes(header[8..], out _);
        to.TryWriteBytes(header[24..], out _);
        return IPv6HeaderLength;
    }

    private static void WriteTcp(Span<byte> segment, int fromPort, int toPort, TracedConnection connection, ReadOnlySpan<byte> payload, bool isSent)
    {
        // Numbers begin at 1, as after a handshake, and go round at 2^32 as TCP's do.
        var (sequence, acknowledged) = isSent ? (connection.SentOctets, connection.ReceivedOctets) : (connection.ReceivedOctets, connection.SentOctets);
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], (ushort)toPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], unchecked(sequence + 1));
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], unchecked(acknowledged + 1));
        BinaryPrimitives.WriteUInt16BigEndian(segment[12..], HeaderOfFiveWordsPushAck);
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], LargestWindow);
        segment[16..TcpHeaderLength].Clear();
        payload.CopyTo(segment[TcpHeaderLength..]);
        if (isSent)
        {
            connection.SentOctets = unchecked(sequence + (uint)payload.Length);
        }
        else
        {
            connection.ReceivedOctets = unchecked(sequence + (uint)payload.Length);
        }
    }

    /// <summary>RFC 1071: the ones' complement sum of 16-bit words, not yet folded.</summary>
    private static uint Sum(ReadOnlySpan<byte> octets, uint sum)
    {
        for (var i = 0; i + 1 < octets.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        }
        return octets.Length % 2 == 0 ? sum : sum + ((uint)octets[^1] << 8);
    }

    private static ushort Checksum(uint sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (ushort)(~sum & 0xFFFF);
    }
}
