using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CarrierPay.Simulator.Ocs;

/// <summary>A system that is connected to charge.</summary>
/// <param name="Watchdogs">How often it asked whether we are there (DWR).</param>
public sealed record OcsConnectionView(string OriginHost, string RemoteAddress, DateTimeOffset Since, int Watchdogs);

/// <summary>The charging system as others find it.</summary>
public sealed record OcsView(string Address, string OriginHost, string Realm, string Currency, IReadOnlyList<OcsConnectionView> Connections, long Debits, long Refunds, long Repeats, int Held);

/// <summary>The Diameter server of the charging system.</summary>
public sealed class OcsServer : IAsyncDisposable
{
    private const int MostConnections = 200;

    private readonly TcpListener _listener;
    private readonly OcsOptions _options;
    private readonly TimeProvider _time;
    private readonly OcsRequests _requests;
    private readonly ConcurrentDictionary<OcsConnection, Task> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly uint _originStateId;
    private Task _accepting = Task.CompletedTask;

    /// <exception cref="SettingException">The journal cannot be had or read.</exception>
    public OcsServer(SimulatorOptions options, TimeProvider time)
    {
        _options = options.Ocs;
        _time = time;
        _listener = new(_options.Address, _options.Port ?? 0);
        Books = new(_options, time);
        if (options.DataFolder is { } folder) Books.Keep(Path.Combine(folder, "ocs.journal"));
        _requests = new(Books, Faults, _options, time);
        _originStateId = (uint)(time.GetUtcNow().ToUnixTimeSeconds() & 0xffffffff);
    }

    /// <summary>Accounts and ledger.</summary>
    public ChargingSystem Books { get; }

    public OcsFaults Faults { get; } = new();

    /// <summary>With the real port.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public OcsView State => new(EndPoint.ToString(), _options.OriginHost, _options.Realm, Books.Currency.Code,
        [.. _connections.Keys.Where(connection => connection.Client.Length > 0).OrderBy(connection => connection.Since).Select(connection => new OcsConnectionView(connection.Client, connection.RemoteAddress, connection.Since, connection.Watchdogs))],
        Books.Debits, Books.Refunds, Books.Repeats, _requests.Held);

    /// <exception cref="SocketException">The port cannot be had.</exception>
    public void Start()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Lets go what is held back; gives how many.</summary>
    public int Release() => _requests.Release();

    /// <summary>Cuts all connections; they may come back.</summary>
    public void CutAll()
    {
        foreach (var connection in _connections.Keys) connection.Stream.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        CutAll();
        await Task.WhenAll(_connections.Values);
        Books.Dispose();
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that was gone before it was accepted; a server that stops ends by its token.
                if (_stopping.IsCancellationRequested) return;
                continue;
            }
            if (_connections.Count >= MostConnections)
            {
                socket.Dispose();
                continue;
            }
            var connection = new OcsConnection(socket, _options, _originStateId, _requests, _time.GetUtcNow());
            var started = new TaskCompletionSource();
            _connections[connection] = RunAsync(connection, started.Task);
            started.SetResult();
        }
    }

    private async Task RunAsync(OcsConnection connection, Task isListed)
    {
        await isListed;
        await connection.RunAsync();
        _connections.TryRemove(connection, out _);
    }
}
