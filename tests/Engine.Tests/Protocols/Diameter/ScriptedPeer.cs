using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>A message that a scripted peer received, and the connection that brought it.</summary>
internal sealed record Received(PeerSide Side, byte[] Octets)
{
    public DiameterHeader Header => DiameterHeader.Read(Octets);

    public CreditControlRequest Charge => CreditControlRequest.Decode(MessageView.Read(Octets));

    public void Answer(CreditControlAnswer answer) => Side.Stream.Append(answer.Encode(Header));

    public void Grant() => Answer(Requests.Granted(Charge));
}

/// <summary>One connection as the peer sees it.</summary>
internal sealed record PeerSide(MessageStream Stream)
{
    public ConcurrentQueue<Received> Messages { get; } = new();

    public CapabilitiesExchange? Client { get; set; }
}

/// <summary>A peer on a real socket that does what a test tells it.</summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private readonly ConcurrentBag<Task> _sides = [];

    public ScriptedPeer(string host = Requests.Ocs, X509Certificate2? certificate = null)
    {
        Capabilities = new()
        {
            Node = new(host, Requests.Realm, 1),
            Addresses = [IPAddress.Loopback],
            ProductName = "script",
            Applications = [ApplicationIds.CreditControl],
            Result = ResultCode.Success,
        };
        _certificate = certificate;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public CapabilitiesExchange Capabilities { get; set; }

    public bool AnswersWatchdog { get; set; } = true;

    public bool AnswersDisconnect { get; set; } = true;

    /// <summary>What happens to a Credit-Control-Request; by default it is granted.</summary>
    public Action<Received> OnCharge { get; set; } = charge => charge.Grant();

    public ConcurrentQueue<PeerSide> Sides { get; } = new();

    public IEnumerable<Received> Charges => Sides.SelectMany(side => side.Messages).Where(m => m.Header is { Command: CommandCodes.CreditControl, IsRequest: true });

    public int Count(uint command) => Sides.SelectMany(side => side.Messages).Count(m => m.Header.Command == command);

    public void CutAll()
    {
        foreach (var side in Sides)
            side.Stream.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        CutAll();
        await Task.WhenAll(_sides);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                _sides.Add(ServeAsync(new NetworkStream(socket, ownsSocket: true)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException && _stopping.IsCancellationRequested)
        {
            // Stopped; a listener that is stopped between two connections says that it was not started.
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        if (_certificate is not null)
        {
            var tls = new SslStream(stream);
            try
            {
                await tls.AuthenticateAsServerAsync(_certificate);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                await tls.DisposeAsync();
                return;
            }
            stream = tls;
        }
        var side = new PeerSide(new(stream));
        Sides.Enqueue(side);
        await side.Stream.RunAsync(octets => Receive(side, octets));
    }

    private void Receive(PeerSide side, ReadOnlySpan<byte> octets)
    {
        var received = new Received(side, octets.ToArray());
        side.Messages.Enqueue(received);
        var header = received.Header;
        switch (header.Command)
        {
            case CommandCodes.CapabilitiesExchange when header.IsRequest:
                side.Client = CapabilitiesExchange.Decode(MessageView.Read(octets));
                side.Stream.Append(Capabilities.EncodeAnswer(header));
                break;
            case CommandCodes.DeviceWatchdog when header.IsRequest && AnswersWatchdog:
                side.Stream.Append(BaseMessages.WatchdogAnswer(header, Capabilities.Node));
                break;
            case CommandCodes.DisconnectPeer when header.IsRequest && AnswersDisconnect:
                side.Stream.Append(BaseMessages.DisconnectAnswer(header, Capabilities.Node));
                break;
            case CommandCodes.CreditControl when header.IsRequest:
                OnCharge(received);
                break;
            default:
                break;
        }
    }
}
