using System.Threading.Channels;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Lanes;

/// <summary>Committed calls on their way to the connectors. In memory only: each is also a row that this engine owns.</summary>
public sealed class OutgoingCalls
{
    private readonly Channel<ConnectorCall> _channel = Channel.CreateUnbounded<ConnectorCall>();

    public ChannelReader<ConnectorCall> Reader => _channel.Reader;

    internal void Add(ConnectorCall call) => _channel.Writer.TryWrite(call);
}
