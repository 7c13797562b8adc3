using System.Threading.Channels;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Lanes;

/// <summary>Committed calls on their way to the connectors, each kind to its own. In memory only: each is also a row that this engine owns.</summary>
public sealed class OutgoingCalls
{
    private readonly Dictionary<ConnectorKind, Channel<ConnectorCall>> _channels = [];

    /// <summary>The kinds that a connector of this process makes.</summary>
    internal IReadOnlyCollection<ConnectorKind> Served => _channels.Keys;

    /// <summary>The calls of these kinds, for their connector. At the start of the process, once for each kind.</summary>
    public ChannelReader<ConnectorCall> Open(params ReadOnlySpan<ConnectorKind> kinds)
    {
        var channel = Channel.CreateUnbounded<ConnectorCall>();
        foreach (var kind in kinds)
            _channels.Add(kind, channel);
        return channel.Reader;
    }

    /// <summary>A call that no connector here makes stays a row, for a process that has one.</summary>
    internal void Add(ConnectorCall call)
    {
        if (_channels.TryGetValue(call.Kind, out var channel))
            channel.Writer.TryWrite(call);
    }
}
