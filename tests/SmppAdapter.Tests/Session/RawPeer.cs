using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>A peer that does only what the test says, over a real socket: it can delay, drop, repeat and send garbage.</summary>
internal sealed class RawPeer(Socket socket, Stream? secured = null) : IDisposable
{
    private readonly Stream _stream = secured ?? new NetworkStream(socket, ownsSocket: true);

    public static Task<RawPeer> ConnectAsync(SmppServer server) => ConnectAsync(server.EndPoint);

    public static async Task<RawPeer> ConnectAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint);
        return new RawPeer(socket);
    }

    /// <summary>Connects to a server and binds.</summary>
    public static async Task<RawPeer> BindAsync(
        SmppServer server, BindType bindType = BindType.Transceiver, string systemId = "raw", CommandStatus answered = CommandStatus.ROK)
    {
        var peer = await ConnectAsync(server);
        await peer.SendAsync(BindRequest.Of(bindType, systemId, "secret") with { SequenceNumber = 1 });
        Assert.That((await peer.ReadAsync())!.CommandStatus, Is.EqualTo(answered));
        return peer;
    }

    public Task SendAsync(params SmppPdu[] pdus) => SendAsync(pdus.SelectMany(PduWriter.Encode).ToArray());

    public async Task SendAsync(byte[] octets) => await _stream.WriteAsync(octets);

    /// <summary>The next PDU; null when the other side has hung up.</summary>
    public async Task<SmppPdu?> ReadAsync()
    {
        var header = new byte[4];
        if (await _stream.ReadAtLeastAsync(header, 4, throwOnEndOfStream: false).InTime() < 4)
        {
            return null;
        }
        var pdu = new byte[(header[2] << 8) | header[3]];
        header.CopyTo(pdu, 0);
        await _stream.ReadExactlyAsync(pdu.AsMemory(4)).AsTask().InTime();
        return PduReader.Decode(pdu);
    }

    public async Task<T> ReadAsync<T>()
        where T : SmppPdu
    {
        var pdu = await ReadAsync();
        Assert.That(pdu, Is.InstanceOf<T>());
        return (T)pdu!;
    }

    /// <summary>Nothing is on its way: an enquire_link is answered before anything else comes.</summary>
    public async Task AssertQuietAsync()
    {
        await SendAsync(new EnquireLink { SequenceNumber = 0xFFFFFFF0 });
        Assert.That(await ReadAsync(), Is.EqualTo(new EnquireLinkResp { SequenceNumber = 0xFFFFFFF0 }));
    }

    /// <summary>From now on each call of SendAsync is a segment of its own.</summary>
    public void NoDelay() => socket.NoDelay = true;

    /// <summary>Ends the connection the hard way.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => _stream.Dispose();
}

/// <summary>A listening <see cref="RawPeer"/>, and links to it.</summary>
internal sealed class RawSmsc : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawSmsc() => _listener.Start();

    /// <summary>With it, the peer speaks TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    public async Task<RawPeer> AcceptAsync()
    {
        var socket = await _listener.AcceptSocketAsync().InTime();
        if (Certificate is null)
        {
            return new(socket);
        }
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsServerAsync(Certificate).InTime();
        return new(socket, stream);
    }

    /// <summary>True when a connection waits to be accepted.</summary>
    public bool IsCalled => _listener.Pending();

    public SmppClientLink Link(Action<SmppLinkOptions>? set = null, TimeProvider? time = null, ILoggerFactory? logs = null, SmppMetrics? metrics = null)
    {
        var options = new SmppLinkOptions
        {
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SystemId = "esme",
            Password = "secret",
            ReconnectMin = TimeSpan.FromMilliseconds(1),
        };
        set?.Invoke(options);
        return new SmppClientLink(options, time ?? TimeProvider.System, (logs ?? NullLoggerFactory.Instance).CreateLogger<SmppClientLink>(), metrics: metrics);
    }

    /// <summary>A link that is bound, and the other end of it.</summary>
    public async Task<(SmppClientLink Link, RawPeer Peer)> BoundAsync(Action<SmppLinkOptions>? set = null, TimeProvider? time = null)
    {
        var link = Link(set, time);
        link.Start();
        var peer = await AcceptAndBindAsync();
        await link.WaitUntilBoundAsync().InTime();
        return (link, peer);
    }

    public async Task<RawPeer> AcceptAndBindAsync(CommandStatus status = CommandStatus.ROK)
    {
        var peer = await AcceptAsync();
        var bind = (BindRequest)(await peer.ReadAsync())!;
        await peer.SendAsync(BindResp.To(bind.BindType, status, "RAW") with { SequenceNumber = bind.SequenceNumber });
        return peer;
    }

    public void Dispose() => _listener.Dispose();
}
