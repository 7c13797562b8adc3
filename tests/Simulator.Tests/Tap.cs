using System.Net;
using System.Net.Sockets;
using CarrierPay.Wireshark;

namespace CarrierPay.Simulator.Tests;

/// <summary>Sits between a client and a server and writes down what passes, as a capture that Wireshark reads.</summary>
internal sealed class Tap : IAsyncDisposable
{
    private const int DiameterPort = 3868;

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

    /// <summary>What passed, as to the port of Diameter.</summary>
    public TcpCapture Capture()
    {
        var capture = new TcpCapture(DiameterPort);
        lock (_passed)
        {
            foreach (var (connection, fromClient, octets) in _passed) capture.Add(connection, fromClient, octets);
        }
        return capture;
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
