using System.Threading.Channels;

namespace CarrierPay.Engine.Messaging;

/// <summary>Committed messages on their way from the lanes to whatever sends them.</summary>
/// <remarks>In memory only: each message here is also a row of the outbox that this engine owns. The doors close for new events while too many wait (<see cref="IsCrowded"/>).</remarks>
public sealed class OutgoingMessages
{
    private const int Crowd = 20_000;
    private readonly Channel<OutboundMessage> _channel = Channel.CreateUnbounded<OutboundMessage>(new() { SingleReader = false, SingleWriter = false });
    private readonly Channel<OutboundMessage> _screens = Channel.CreateUnbounded<OutboundMessage>(new() { SingleReader = false, SingleWriter = false });
    private volatile bool _canSend;

    /// <summary>Whether a link is up. While it is not, messages are written without an owner, and an engine that can send takes them up.</summary>
    public bool CanSend { get => _canSend; set => _canSend = value; }

    public bool IsCrowded => _channel.Reader.Count > Crowd;

    /// <summary>Those that go by SMS.</summary>
    public ChannelReader<OutboundMessage> Reader => _channel.Reader;

    /// <summary>Those that a USSD session waits for: they go before all others, and no SMS holds them up.</summary>
    public ChannelReader<OutboundMessage> Screens => _screens.Reader;

    public void Add(OutboundMessage message) => (message.Ussd is null ? _channel : _screens).Writer.TryWrite(message);
}
