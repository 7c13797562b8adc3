using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>A connection that a session can begin on.</summary>
/// <param name="Transport">Belongs to the session.</param>
/// <param name="ConnectedAt">Timestamp; the time for a bind runs from here, TLS included.</param>
internal readonly record struct Connection(SessionTransport Transport, long ConnectedAt);

/// <summary>Opens connections to peers. Each failure is one line of the log.</summary>
internal sealed partial class Connector(TlsCredentials? tls, TimeProvider time, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Null when it failed or was cancelled.</summary>
    /// <param name="name">Of the link, for the log.</param>
    /// <param name="host">Name or address.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="connectTimeout">For TCP.</param>
    /// <param name="handshakeTimeout">For TLS.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Connection?> ConnectAsync(
        string name, string host, int port, TimeSpan connectTimeout, TimeSpan handshakeTimeout, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var timeout = new CancellationTokenSource(connectTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            await socket.ConnectAsync(host, port, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            LogConnectFailed(name, e.Message);
            return null;
        }
        var connectedAt = time.GetTimestamp();
        if (tls is null)
        {
            return new(new SocketTransport(socket), connectedAt);
        }
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        try
        {
            using var timeout = new CancellationTokenSource(handshakeTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            await stream.AuthenticateAsClientAsync(tls.ForClient(host), either.Token).ConfigureAwait(false);
            return new(new TlsTransport(socket, stream), connectedAt);
        }
        catch (Exception e) when (TlsTransport.IsFailedHandshake(e))
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            LogTlsFailed(name, host, e.Message);
            return null;
        }
    }

    [LoggerMessage(SmppEventIds.ConnectFailed, LogLevel.Warning, "Link {SessionName} could not connect: {Problem}. Check Host and Port, that the SMSC runs, and the firewalls between")]
    private partial void LogConnectFailed(string sessionName, string problem);

    [LoggerMessage(SmppEventIds.TlsFailed, LogLevel.Error, "ALARM: link {SessionName} could not agree on TLS with {Host}: {Problem}. Check the certificates of both sides and the name that the SMSC's is for")]
    private partial void LogTlsFailed(string sessionName, string host, string problem);
}
