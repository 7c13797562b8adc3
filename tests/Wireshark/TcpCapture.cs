using System.Buffers.Binary;

namespace CarrierPay.Wireshark;

/// <summary>What passed between clients and the port of a server, as a classic pcap file of link type 101: packets of IPv4 and TCP without check sums.</summary>
internal sealed class TcpCapture(int serverPort)
{
    private const int FirstClientPort = 40_000;
    private const int PacketHeader = 16;
    private const int Headers = 40;

    private readonly List<byte> _file = [.. Convert.FromHexString("A1B2C3D4" + "00020004" + "00000000" + "00000000" + "00040000" + "00000065")];
    private readonly Dictionary<(int Connection, bool FromClient), uint> _next = [];

    /// <summary>Each message on a connection of its own, from the client: a judge that reads one wrongly still finds the next.</summary>
    public static TcpCapture Of(int serverPort, IEnumerable<byte[]> messages)
    {
        var capture = new TcpCapture(serverPort);
        foreach (var (connection, message) in messages.Index())
            capture.Add(connection, fromClient: true, message);
        return capture;
    }

    /// <summary>Octets as they passed, with the sequence numbers that belong to them.</summary>
    /// <param name="connection">From 0.</param>
    public void Add(int connection, bool fromClient, ReadOnlySpan<byte> octets)
    {
        var number = _next.GetValueOrDefault((connection, fromClient), 1u);
        var other = _next.GetValueOrDefault((connection, !fromClient), 1u);
        var (client, server) = ((ushort)(FirstClientPort + connection), (ushort)serverPort);

        var packet = new byte[PacketHeader + Headers + octets.Length];
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), Headers + octets.Length);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(12), Headers + octets.Length);
        var ip = packet.AsSpan(PacketHeader);
        Convert.FromHexString("45000000" + "00004000" + "40060000" + "7F000001" + "7F000001").CopyTo(ip);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(Headers + octets.Length));
        var tcp = ip[20..];
        Convert.FromHexString("00000000" + "00000000" + "00000000" + "5018FFFF" + "00000000").CopyTo(tcp);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, fromClient ? client : server);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], fromClient ? server : client);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], number);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], other);
        octets.CopyTo(ip[Headers..]);
        _file.AddRange(packet);
        _next[(connection, fromClient)] = number + (uint)octets.Length;
    }

    /// <summary>The file so far.</summary>
    public byte[] ToArray() => [.. _file];
}
