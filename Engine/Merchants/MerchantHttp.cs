using System.Net;
using System.Net.Sockets;

namespace CarrierPay.Engine.Merchants;

/// <summary>How merchants are reached over HTTP, whatever for: no redirects, no cookies, no proxy, and never an address of the operator's own network.</summary>
internal static class MerchantHttp
{
    /// <param name="allowPrivate">See <see cref="MerchantsOptions.AllowPrivateAddresses"/>.</param>
    /// <returns>Without a time limit: each call has its own.</returns>
    public static HttpClient Create(bool allowPrivate) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false, // a proxy would reach what we refuse
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 16 * 1024,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context, allowPrivate, cancellationToken),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Whether this URL may be called at all; its addresses are checked at each connection.</summary>
    public static bool MayCall(Uri url, bool allowPrivate) => allowPrivate || url.Scheme == Uri.UriSchemeHttps;

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, bool allowPrivate, CancellationToken cancellationToken)
    {
        // Resolved and checked at each connection: a name may lead elsewhere than it did when the merchant was registered.
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (!allowPrivate)
            addresses = [.. addresses.Where(PublicAddress.Is)];
        if (addresses.Length == 0)
            throw new HttpRequestException(HttpRequestError.NameResolutionError, "No public address.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
