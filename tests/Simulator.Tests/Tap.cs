using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace CarrierPay.Simulator.Tests;

/// <summary>Sits between a client and a server and writes down what passes, as a capture that Wireshark reads.</summary>
internal sealed class Tap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(int Connection, bool FromClient, byte[] Octets)> _passed = [];
    private readonly List<Task> _running = [];
    private readonly int _serverPort;
    private int _connections;

    public Tap(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _running.Add(AcceptAsync());
    }

    public int Port { get; }

    /// <summary>How many connections there have been.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>A classic pcap file, link type 101: what passed as segments of TCP to port 3868, with the numbers that belong to them.</summary>
    public byte[] Capture()
    {
        using var file = new MemoryStream();
        file.Write(Convert.FromHexString("A1B2C3D4" + "00020004" + "00000000" + "00000000" + "00040000" + "00000065"));
        var sent = new Dictionary<(int, bool), uint>();
        lock (_passed)
        {
            foreach (var (connection, fromClient, octets) in _passed)
            {
                var number = sent.GetValueOrDefault((connection, fromClient), 1u);
                var other = sent.GetValueOrDefault((connection, !fromClient), 1u);
                file.Write(Segment(40_000 + connection, fromClient, number, other, octets));
                sent[(connection, fromClient)] = number + (uint)octets.Length;
            }
        }
        return file.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Task[] running;
        lock (_running) running = [.. _running];
        await Task.WhenAll(running);
        _stopping.Dispose();
        _listener.Dispose();
    }

    private static byte[] Segment(int clientPort, bool fromClient, uint number, uint acknowledged, byte[] octets)
    {
        const int Headers = 40;
        var packet = new byte[16 + Headers + octets.Length];
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), Headers + octets.Length);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(12), Headers + octets.Length);
        Convert.FromHexString("45000000" + "00004000" + "40060000" + "7F000001" + "7F000001").CopyTo(packet, 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(18), (ushort)(Headers + octets.Length));
        Convert.FromHexString("00000000" + "00000001" + "00000001" + "5018FFFF" + "00000000").CopyTo(packet, 36);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(36), (ushort)(fromClient ? clientPort : 3868));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(38), (ushort)(fromClient ? 3868 : clientPort));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(40), number);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(44), acknowledged);
        octets.CopyTo(packet, 16 + Headers);
        return packet;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stopping.Token);
                var number = Interlocked.Increment(ref _connections) - 1;
                lock (_running)
                {
                    _running.Add(PumpAsync(client, server, number, fromClient: true));
                    _running.Add(PumpAsync(server, client, number, fromClient: false));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, int connection, bool fromClient)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(buffer, _stopping.Token)) > 0)
            {
                lock (_passed) _passed.Add((connection, fromClient, buffer[..read]));
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side is gone, and the other goes with it.
        }
        to.Close();
        from.Close();
    }
}
