using System.Net;
using System.Net.Sockets;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Simulator.Ocs;

/// <summary>One connection of a client: capabilities first, then watchdog, charges, and the way out.</summary>
internal sealed class OcsConnection
{
    private readonly OcsOptions _options;
    private readonly OcsRequests _requests;
    private readonly NodeIdentity _self;
    private readonly IPAddress _localAddress;

    public OcsConnection(Socket socket, OcsOptions options, uint originStateId, OcsRequests requests, DateTimeOffset since)
    {
        socket.NoDelay = true;
        RemoteAddress = socket.RemoteEndPoint?.ToString() ?? "";
        _localAddress = (socket.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.Loopback;
        Stream = new(new NetworkStream(socket, ownsSocket: true));
        _options = options;
        _requests = requests;
        _self = new(options.OriginHost, options.Realm, originStateId);
        Since = since;
    }

    public MessageStream Stream { get; }

    public string RemoteAddress { get; }

    public DateTimeOffset Since { get; }

    /// <summary>What the client calls itself; "" before it said so.</summary>
    public string Client { get; private set; } = "";

    public int Watchdogs { get; private set; }

    public Task RunAsync() => Stream.RunAsync(Receive);

    private void Receive(ReadOnlySpan<byte> octets)
    {
        var message = MessageView.Read(octets);
        // We ask nothing, so no answer is awaited.
        if (!message.Header.IsRequest) return;
        try
        {
            if (Client.Length == 0 && message.Header.Command != CommandCodes.CapabilitiesExchange) Stream.Abort();
            else Serve(message);
        }
        catch (DiameterException fault)
        {
            Stream.Append(FailedAvps.Answer(message, fault, _self.OriginHost, _self.OriginRealm));
        }
    }

    private void Serve(in MessageView message)
    {
        switch (message.Header.Command)
        {
            case CommandCodes.CapabilitiesExchange:
                Introduce(message);
                break;
            case CommandCodes.DeviceWatchdog:
                Watchdogs++;
                Stream.Append(BaseMessages.WatchdogAnswer(message.Header, _self));
                break;
            case CommandCodes.DisconnectPeer:
                Stream.Append(BaseMessages.DisconnectAnswer(message.Header, _self));
                Stream.Complete();
                break;
            case CommandCodes.CreditControl:
                _requests.Serve(message, Stream);
                break;
            default:
                throw new DiameterException(ResultCode.CommandUnsupported, $"Command {message.Header.Command} is not served here");
        }
    }

    private void Introduce(in MessageView message)
    {
        var said = CapabilitiesExchange.Decode(message);
        var isCommon = said.Speaks(ApplicationIds.CreditControl);
        if (isCommon) Client = said.Node.OriginHost;
        var answer = new CapabilitiesExchange
        {
            Node = _self,
            Addresses = [_localAddress],
            ProductName = "CarrierPay simulator",
            SupportedVendors = [VendorIds.ThreeGpp],
            Applications = [ApplicationIds.CreditControl],
            Result = isCommon ? ResultCode.Success : ResultCode.NoCommonApplication,
        };
        Stream.Append(answer.EncodeAnswer(message.Header));
        if (!isCommon) Stream.Complete();
    }
}
