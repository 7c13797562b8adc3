using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>Where a listener listens, and how many it lets in.</summary>
internal sealed record ListenerSettings(IPEndPoint EndPoint, int MaxConnections, int MaxConnectionsPerAddress, TimeSpan HandshakeTimeout);

/// <summary>Accepts connections within limits, does the handshake of TLS, and hands each one to what serves it. What goes wrong is one line of the log, limited for each address.</summary>
internal sealed partial class ConnectionListener : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailedAccept = TimeSpan.FromMilliseconds(100);

    private readonly ListenerSettings _settings;
    private readonly TlsCredentials? _tls;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogLimit _logs;
    private readonly Func<Connection, Task> _serve;
    private readonly ConnectionLimits _limits;
    private readonly Socket _listener;
    private readonly ConcurrentDictionary<long, Task> _serving = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;
    private long _accepted;

    /// <param name="serve">Serves a connection to its end; never fails.</param>
    public ConnectionListener(ListenerSettings settings, TlsCredentials? tls, TimeProvider time, ILogger logger, LogLimit logs, Func<Connection, Task> serve)
    {
        _settings = settings;
        _tls = tls;
        _time = time;
        _logger = logger;
        _logs = logs;
        _serve = serve;
        _limits = new(settings.MaxConnections, settings.MaxConnectionsPerAddress);
        _listener = new Socket(settings.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    }

    /// <summary>With the real port. Known after <see cref="Start"/>.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public void Start()
    {
        _listener.Bind(_settings.EndPoint);
        _listener.Listen();
        LogStarted(EndPoint);
        _accepting = AcceptAsync();
    }

    /// <summary>No connection and no handshake gets through any more. May be called again.</summary>
    public async Task StopAcceptingAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
    }

    /// <summary>Waits until all connections are served to their end.</summary>
    public Task AllServedAsync() => Task.WhenAll(_serving.Values);

    /// <summary>Both of these, one after the other.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAcceptingAsync().ConfigureAwait(false);
        await AllServedAsync().ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Take(await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false));
            }
            catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of handles, or a peer that left before it was accepted.
                LogAcceptFailed(e.Message);
                await Task.Delay(PauseAfterFailedAccept, _time).ConfigureAwait(false);
            }
        }
    }

    private void Take(Socket socket)
    {
        var address = AddressOf(socket);
        if (!_limits.TryEnter(address, out var limit))
        {
            if (MayLog(address))
            {
                LogConnectionRefused(address, limit);
            }
            socket.Dispose();
            return;
        }
        var id = ++_accepted;
        // Known before it runs; it takes itself out in the end.
        var started = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        _serving[id] = started.Task.Unwrap();
        started.SetResult(ServeAsync(id, socket, address));
    }

    private async Task ServeAsync(long id, Socket socket, IPAddress address)
    {
        // A slow handshake must not hold up the next peer.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (await SecureAsync(socket, address).ConfigureAwait(false) is { } connection)
            {
                await _serve(connection).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Outer edge: a defect costs this connection and no other, and its place is free again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDefect(e, address);
            socket.Dispose();
        }
        finally
        {
            _limits.Leave(address);
            _serving.TryRemove(id, out _);
        }
    }

    private async Task<Connection?> SecureAsync(Socket socket, IPAddress address)
    {
        var connectedAt = _time.GetTimestamp();
        if (_tls is null)
        {
            return new(new SocketTransport(socket), connectedAt);
        }
        using var timeout = new CancellationTokenSource(_settings.HandshakeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        try
        {
            await stream.AuthenticateAsServerAsync(_tls.ForServer(), either.Token).ConfigureAwait(false);
            return new(new TlsTransport(socket, stream), connectedAt);
        }
        catch (Exception e) when (TlsTransport.IsFailedHandshake(e))
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            if (!_stopping.IsCancellationRequested && MayLog(address))
            {
                LogTlsRefused(address, e.Message);
            }
            return null;
        }
    }

    private bool MayLog(IPAddress address)
    {
        if (!_logs.Allows(address.ToString(), out var suppressed))
        {
            return false;
        }
        if (suppressed > 0)
        {
            LogSuppressed(suppressed, address);
        }
        return true;
    }

    /// <summary>A peer that is gone already counts as nobody: the first read will tell.</summary>
    private static IPAddress AddressOf(Socket socket)
    {
        try
        {
            return (socket.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        }
        catch (SocketException)
        {
            return IPAddress.None;
        }
    }

    [LoggerMessage(SmppEventIds.ServerStarted, LogLevel.Information, "SMPP server listened on {EndPoint}")]
    private partial void LogStarted(IPEndPoint endPoint);

    [LoggerMessage(SmppEventIds.ConnectionRefused, LogLevel.Warning, "Connection from {RemoteName} was closed: there are {MaxConnections} already. Look who connects, or raise the limit")]
    private partial void LogConnectionRefused(IPAddress remoteName, int maxConnections);

    [LoggerMessage(SmppEventIds.AcceptFailed, LogLevel.Warning, "A connection could not be accepted: {Problem}. If it lasts, raise the limit of open files")]
    private partial void LogAcceptFailed(string problem);

    [LoggerMessage(SmppEventIds.TlsRefused, LogLevel.Warning, "Connection from {RemoteName} was closed, for there was no agreement on TLS: {Problem}. Check the certificates of both sides")]
    private partial void LogTlsRefused(IPAddress remoteName, string problem);

    [LoggerMessage(SmppEventIds.ListenerDefect, LogLevel.Error, "The connection from {RemoteName} met a defect and was closed; report it")]
    private partial void LogDefect(Exception e, IPAddress remoteName);

    [LoggerMessage(SmppEventIds.LinesSuppressed, LogLevel.Warning, "{Count} more warnings about {RemoteName} were not written; look at what it sends")]
    private partial void LogSuppressed(int count, IPAddress remoteName);
}
