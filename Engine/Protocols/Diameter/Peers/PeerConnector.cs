using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>Opens a TCP connection to a peer, with TLS where it is set.</summary>
internal static class PeerConnector
{
    /// <summary>The stream and our own address on it, or null and what was wrong.</summary>
    public static async Task<(MessageStream? Stream, IPAddress Local, string Problem)> ConnectAsync(
        DiameterPeerOptions peer, TimeSpan timeout, TimeProvider time, CancellationToken stopping)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(peer.Host, peer.Port, either.Token).ConfigureAwait(false);
            var local = ((IPEndPoint)socket.LocalEndPoint!).Address;
            stream = new NetworkStream(socket, ownsSocket: true);
            if (peer.Tls)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(Options(peer), either.Token).ConfigureAwait(false);
            }
            return (new MessageStream(stream), local, "");
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or CryptographicException or OperationCanceledException or UnauthorizedAccessException)
        {
            if (stream is null)
                socket.Dispose();
            else
                await stream.DisposeAsync().ConfigureAwait(false);
            return (null, IPAddress.None, late.IsCancellationRequested ? "it did not answer in time" : e.Message);
        }
    }

    /// <summary>Files are read at each connection, so that a renewed certificate is taken without a restart.</summary>
    private static SslClientAuthenticationOptions Options(DiameterPeerOptions peer)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = peer.TlsName.Length > 0 ? peer.TlsName : peer.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (peer.TlsAuthorities.Length > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(peer.TlsAuthorities);
        }
        if (peer.TlsCertificate.Length > 0)
            options.ClientCertificates = [X509Certificate2.CreateFromPemFile(peer.TlsCertificate, peer.TlsKey.Length > 0 ? peer.TlsKey : null)];
        return options;
    }
}
