using System.ComponentModel;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>A connection under TLS, its handshake done.</summary>
internal sealed class TlsTransport(Socket socket, SslStream stream) : SessionTransport(socket, stream)
{
    /// <remarks>When a write fails, nobody knows how much of it went out in whole records. All of it counts as sent then: "unknown" costs a question, "not sent" could double a message.</remarks>
    public override async ValueTask<(SocketError Error, int Sent)> SendAsync(ReadOnlyMemory<byte> octets)
    {
        try
        {
            await stream.WriteAsync(octets).ConfigureAwait(false);
            return (SocketError.Success, octets.Length);
        }
        catch (Exception e) when (IsLoss(e))
        {
            return (SocketError.ConnectionReset, octets.Length);
        }
    }

    public override async ValueTask ShutdownSendAsync()
    {
        try
        {
            await stream.ShutdownAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsLoss(e))
        {
            // The peer was faster.
        }
        await base.ShutdownSendAsync().ConfigureAwait(false);
    }

    public override void Dispose()
    {
        base.Dispose();
        stream.Dispose();
    }

    /// <summary>What a handshake ends with that the peer, the certificates or the clock did not let through.</summary>
    public static bool IsFailedHandshake(Exception e) => e is AuthenticationException or OperationCanceledException or Win32Exception || IsLoss(e);

    /// <summary>InvalidOperationException is what a stream says that was shut down meanwhile.</summary>
    private static bool IsLoss(Exception e) => e is IOException or SocketException or ObjectDisposedException or InvalidOperationException;
}
