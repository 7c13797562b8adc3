using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>From deliver_sm to the subscriber's lane, and back with the answer.</summary>
/// <remarks>
/// Thousands wait for their lane at a time; what comes from one number is posted in the order in which it came. Each message is answered once:
/// OK when it is decided and committed or of no concern to us, RX_T_APPN when it is to come again.
/// </remarks>
internal sealed partial class TextReceiver(
    Doorway doorway, UssdReceiver ussd, OutgoingMessages outgoing, MessageSender sender, Evidence evidence, IOptions<SmppOptions> options, GatewayMetrics metrics,
    TimeProvider time, ILogger<TextReceiver> logger)
{
    private readonly FloodLimit _flood = new(options.Value.FloodLimit, options.Value.FloodWindow, time);
    private readonly RegistrationHints _hints = new(time);
    private volatile bool _isClosed;
    private int _inHand;

    /// <summary>Messages that are not answered yet.</summary>
    public int InHand => Volatile.Read(ref _inHand);

    /// <summary>Reads a link until it has stopped for good.</summary>
    public async Task ReadAsync(GatewayLink link)
    {
        await foreach (var request in link.Link.Inbound.ReadAllAsync().ConfigureAwait(false))
        {
            Interlocked.Increment(ref _inHand);
            // Not awaited here: it ends by itself, never fails, and is counted in InHand.
            _ = AnswerAsync(link, request);
        }
    }

    /// <summary>From now on every message is answered with a temporary error: the SMSC brings it to another engine, or later.</summary>
    public void Close() => _isClosed = true;

    private async Task AnswerAsync(GatewayLink link, InboundRequest request)
    {
        var startedAt = time.GetTimestamp();
        var status = CommandStatus.RX_T_APPN;
        var outcome = "failed";
        try
        {
            (status, outcome) = request.Message is { } message
                ? await ReceiveAsync(link, message).ConfigureAwait(false)
                : (CommandStatus.RINVCMDID, "unused_command");
        }
        catch (NpgsqlException)
        {
            outcome = "database_away"; // said once by the look-up, not for each text
        }
#pragma warning disable CA1031 // Outer edge: a message that cannot be handled costs itself only.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogReceiveFailed(e, link.Name, request.SequenceNumber);
        }
        finally
        {
            request.Respond(status);
            Interlocked.Decrement(ref _inHand);
            metrics.CountReceived(outcome);
            metrics.Answered(time.GetElapsedTime(startedAt));
        }
    }

    private async Task<(CommandStatus Status, string Outcome)> ReceiveAsync(GatewayLink link, MessagePdu message)
    {
        if (EsmClass.IsReceipt(message.EsmClass) || (message.EsmClass & (EsmClass.DeliveryAcknowledgement | EsmClass.UserAcknowledgement)) != 0)
            return (CommandStatus.ROK, "receipt");
        if (_isClosed)
            return (CommandStatus.RX_T_APPN, "closed");
        // A short code or a name is a machine: answering it may begin a dialogue that never ends.
        if (message.SourceAddr.Ton == Ton.Alphanumeric || !Msisdn.TryParse(message.SourceAddr.Digits, out var from))
            return (CommandStatus.ROK, "no_number");
        var text = MessageText.Decode(message);
        // No command is longer than one part, and the rest of a long text must not be taken for one.
        if (text.Concatenation is { Sequence: > 1 })
            return (CommandStatus.ROK, "further_part");
        if (outgoing.IsCrowded)
            return (CommandStatus.RX_T_APPN, "crowded");
        if (!_flood.Allows(from))
        {
            LogNumberFlooded(link.Name, from);
            return (CommandStatus.RX_T_APPN, "flood");
        }

        if (link.Ussd is { } codec && message is DeliverSm deliver && codec.IsUssd(message))
            return await ussd.ReceiveAsync(link, codec, deliver, from).ConfigureAwait(false);

        var fate = await PostAsync(link, message, from, text).ConfigureAwait(false);
        return fate switch
        {
            null => (CommandStatus.ROK, "unknown_number"),
            EventFate.Decided => (CommandStatus.ROK, "decided"),
            EventFate.Parked => (CommandStatus.ROK, "parked"),
            _ => (CommandStatus.RX_T_APPN, "not_decided"),
        };
    }

    /// <summary>Null if nobody has this number.</summary>
    private async Task<EventFate?> PostAsync(GatewayLink link, MessagePdu message, Msisdn from, DecodedText text)
    {
        var replyPath = message.DestinationAddr.Digits is { Length: > 0 } digits ? digits : link.FirstShortCode;
        var received = new ReceiveText.TextReceived(text.Text, ReceiveText.Fingerprint(from, replyPath, text.Text, text.Concatenation?.ToString() ?? ""), evidence.Of(text.Text))
        {
            From = from,
            ReplyPath = replyPath,
            DecideBefore = time.GetUtcNow() + link.Options.AnswerWithin,
        };
        var fate = await doorway.PostAsync(from, received).ConfigureAwait(false);
        if (fate is null)
            TellHowToRegister(from, replyPath);
        return fate;
    }

    private void TellHowToRegister(Msisdn number, string shortCode)
    {
        if (_hints.ShouldTell(number))
            sender.SendHowToRegister(number, shortCode);
    }

    [LoggerMessage(GatewayEventIds.ReceiveFailed, LogLevel.Error, "Message {SequenceNumber} of link {SessionName} could not be handled and was answered with a temporary error")]
    private partial void LogReceiveFailed(Exception e, string sessionName, uint sequenceNumber);

    [LoggerMessage(GatewayEventIds.NumberFlooded, LogLevel.Debug, "Link {SessionName} brought more texts of {Msisdn} than are taken; one was put off")]
    private partial void LogNumberFlooded(string sessionName, Msisdn msisdn);
}
