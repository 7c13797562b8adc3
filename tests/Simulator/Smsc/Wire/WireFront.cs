using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>The door of the centre: takes the connections of the bound systems, and carries their octets to the SMPP server behind it and back, with the faults that are ordered.</summary>
/// <remarks>Nothing ordered: octets pass in whole runs, as they come.</remarks>
internal sealed class WireFront : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailedAccept = TimeSpan.FromMilliseconds(100);

    private readonly IPEndPoint _address;
    private readonly WireTls? _tls;
    private readonly Faults _faults;
    private readonly UnaskedPdus _unasked;
    private readonly SmscLog _log;
    private readonly TimeProvider _time;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopping = new();
    // By the name under which the server behind sees them.
    private readonly ConcurrentDictionary<string, WireConnection> _connections = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private Task _accepting = Task.CompletedTask;
    private IPEndPoint _server = new(IPAddress.Loopback, 0);

    public WireFront(IPEndPoint address, WireTls? tls, Faults faults, SmscLog log, TimeProvider time)
    {
        _address = address;
        _tls = tls;
        _faults = faults;
        _unasked = new UnaskedPdus(faults);
        _log = log;
        _time = time;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    }

    /// <summary>Where it listens, with the real port. Known after <see cref="Start"/>.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Starts to listen.</summary>
    /// <param name="server">The server behind, which listens already.</param>
    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public void Start(IPEndPoint server)
    {
        _server = server;
        _listener.Bind(_address);
        _listener.Listen();
        _faults.Ordered += SendUnasked;
        _faults.Cleared += Release;
        _accepting = AcceptAsync();
    }

    /// <summary>Where a bound system really is, given what the server behind calls it.</summary>
    public string RemoteName(string seen) => _connections.TryGetValue(seen, out var connection) ? connection.Remote?.ToString() ?? seen : seen;

    public async ValueTask DisposeAsync()
    {
        _faults.Ordered -= SendUnasked;
        _faults.Cleared -= Release;
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_running.Keys);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var outside = await _listener.AcceptAsync(_stopping.Token);
                Track(ServeAsync(outside));
            }
            catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
            catch (SocketException e)
            {
                _log.Add("error", $"A connection could not be accepted: {e.Message}");
                await Task.Delay(PauseAfterFailedAccept, _time);
            }
        }
    }

    private async Task ServeAsync(Socket outside)
    {
        using var outsideOwner = outside;
        using var inside = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            outside.NoDelay = true;
            await using var front = new NetworkStream(outside, ownsSocket: false);
            if (_faults.TryTake(FaultKind.LinkBanner))
            {
                _log.Add("fault", "connection greeted in another protocol");
                await front.WriteAsync(ForeignOctets.Banner, _stopping.Token);
            }
            if (_faults.TryTake(FaultKind.LinkHalfOpen))
            {
                _log.Add("fault", "connection accepted and never answered");
                await front.CopyToAsync(Stream.Null, _stopping.Token);
                return;
            }
            if (_tls is null)
            {
                await CarryAsync(outside, front, inside);
                return;
            }
            await using var secured = await _tls.HandshakeAsync(front, _time, _stopping.Token);
            await CarryAsync(outside, secured, inside);
        }
        catch (Exception e) when (_tls is not null && e is AuthenticationException or OperationCanceledException && !_stopping.IsCancellationRequested)
        {
            _log.Add("error", $"No TLS with {outside.RemoteEndPoint}: {(e is OperationCanceledException ? "the handshake took too long" : e.Message)}");
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The bound system was gone before it began, or the simulator stops.
        }
    }

    private async Task CarryAsync(Socket outside, Stream front, Socket inside)
    {
        await inside.ConnectAsync(_server, _stopping.Token);
        var name = inside.LocalEndPoint!.ToString()!;
        var connection = new WireConnection(outside, front, inside, _faults, _unasked, _log, _time);
        _connections[name] = connection;
        await connection.RunAsync(_stopping.Token);
        _connections.TryRemove(name, out _);
    }

    /// <summary>To every bound system at once; if there is none, to the next one.</summary>
    private void SendUnasked()
    {
        var bound = _connections.Values.Where(connection => connection.IsBound).ToArray();
        if (bound.Length == 0 || _unasked.Take() is not { Count: > 0 } pdus) return;
        foreach (var connection in bound) Track(connection.SendAsync(pdus, _stopping.Token));
    }

    private void Release()
    {
        foreach (var connection in _connections.Values) Track(connection.ReleaseAsync(_stopping.Token));
    }

    // Kept, so that the end waits for the end of each.
    private void Track(Task task)
    {
        _running[task] = true;
        task.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
    }
}
