using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Receipts;
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
    Doorway doorway, UssdReceiver ussd, ReceiptReceiver receipts, LongTexts longTexts, OutgoingMessages outgoing, MessageSender sender, Evidence evidence, IOptions<SmppOptions> options,
    GatewayMetrics metrics, TimeProvider time, ILogger<TextReceiver> logger)
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
            (status, outcome) = await DispatchAsync(link, request.Pdu).ConfigureAwait(false);
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

    private Task<(CommandStatus Status, string Outcome)> DispatchAsync(GatewayLink link, SmppPdu pdu)
    {
        if (DeliveryReceipt.TryRead(pdu, out var receipt))
            return receipts.ReceiveAsync(link, receipt);
        return pdu is MessagePdu message ? ReceiveAsync(link, message) : Task.FromResult((CommandStatus.RINVCMDID, "unused_command"));
    }

    private async Task<(CommandStatus Status, string Outcome)> ReceiveAsync(GatewayLink link, MessagePdu message)
    {
        // A user's acknowledgement and the end of a conversation: nobody types them.
        if ((message.EsmClass & EsmClass.UserAcknowledgement) != 0)
            return (CommandStatus.ROK, "acknowledgement");
        if (_isClosed)
            return (CommandStatus.RX_T_APPN, "closed");
        // A short code or a name is a machine: answering it may begin a dialogue that never ends.
        if (message.SourceAddr.Ton == Ton.Alphanumeric || !Msisdn.TryParse(message.SourceAddr.Digits, out var from))
            return (CommandStatus.ROK, "no_number");
        var text = MessageText.Decode(message, link.Options.DefaultAlphabet);
        // Nobody types a command that long. Its beginning is read like any text, so that its sender gets an answer.
        var isTooLong = text.Concatenation is { } place && place.Total > options.Value.MaxReceivedParts;
        if (isTooLong && text.Concatenation is { Sequence: > 1 })
            return (CommandStatus.ROK, "too_long");
        if (outgoing.IsCrowded)
            return (CommandStatus.RX_T_APPN, "crowded");
        if (!_flood.Allows(from))
        {
            LogNumberFlooded(link.Name, from);
            return (CommandStatus.RX_T_APPN, "flood");
        }

        if (link.Ussd is { } codec && message is DeliverSm deliver && codec.IsUssd(message))
            return await ussd.ReceiveAsync(link, codec, deliver, from).ConfigureAwait(false);

        var replyPath = message.DestinationAddr.Digits is { Length: > 0 } digits ? digits : link.FirstShortCode;
        var isPart = text.Concatenation is { Total: > 1 } && !isTooLong;
        return isPart ? await ReceivePartAsync(link, from, replyPath, text).ConfigureAwait(false) : await ReceiveTextAsync(link, from, replyPath, text).ConfigureAwait(false);
    }

    private async Task<(CommandStatus Status, string Outcome)> ReceiveTextAsync(GatewayLink link, Msisdn from, string replyPath, DecodedText text)
    {
        var fate = await doorway.PostAsync(from, Received(link, from, replyPath, text.Text, text.Concatenation)).ConfigureAwait(false);
        return fate is null ? TellHowToRegister(from, replyPath) : Answer(fate.Value);
    }

    private async Task<(CommandStatus Status, string Outcome)> ReceivePartAsync(GatewayLink link, Msisdn from, string replyPath, DecodedText text)
    {
        LongTextPart? part = null;
        var result = default(PartResult);
        var fate = await doorway.PostAsync(from, async owner =>
        {
            part = LongTextPart.Of(owner, replyPath, text, time.GetUtcNow());
            result = await longTexts.AddAsync(part).ConfigureAwait(false);
            return result.Outcome == PartOutcome.Complete ? Received(link, from, replyPath, result.Text, text.Concatenation is { } place ? place with { Sequence = 1 } : null) : null;
        }).ConfigureAwait(false);
        if (part is null)
            return TellHowToRegister(from, replyPath);
        if (result.Outcome != PartOutcome.Complete)
            return result.Outcome == PartOutcome.NoRoom ? (CommandStatus.RX_T_APPN, "no_room_for_part") : (CommandStatus.ROK, "part");
        if (fate is null)
            return TellHowToRegister(from, replyPath); // the number went away in this moment
        if (fate is EventFate.Decided or EventFate.Parked)
            await NoteDecidedAsync(part).ConfigureAwait(false);
        return Answer(fate.Value);
    }

    private ReceiveText.TextReceived Received(GatewayLink link, Msisdn from, string replyPath, string text, Concatenation? place) =>
        new(text, ReceiveText.Fingerprint(from, replyPath, text, place?.ToString() ?? ""), evidence.Of(text))
        {
            From = from,
            ReplyPath = replyPath,
            DecideBefore = time.GetUtcNow() + link.Options.AnswerWithin,
        };

    private static (CommandStatus Status, string Outcome) Answer(EventFate fate) => fate switch
    {
        EventFate.Decided => (CommandStatus.ROK, "decided"),
        EventFate.Parked => (CommandStatus.ROK, "parked"),
        _ => (CommandStatus.RX_T_APPN, "not_decided"),
    };

    private async Task NoteDecidedAsync(LongTextPart last)
    {
        try
        {
            await longTexts.DecidedAsync(last).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // It was decided, and its sender must not bring it again: if he does all the same, the lane knows the text.
            LogDecidedNotNoted(e.Message);
        }
    }

    private (CommandStatus Status, string Outcome) TellHowToRegister(Msisdn number, string shortCode)
    {
        if (_hints.ShouldTell(number))
            sender.SendHowToRegister(number, shortCode);
        return (CommandStatus.ROK, "unknown_number");
    }

    [LoggerMessage(GatewayEventIds.ReceiveFailed, LogLevel.Error, "Message {SequenceNumber} of link {SessionName} could not be handled and was answered with a temporary error")]
    private partial void LogReceiveFailed(Exception e, string sessionName, uint sequenceNumber);

    [LoggerMessage(GatewayEventIds.NumberFlooded, LogLevel.Debug, "Link {SessionName} brought more texts of {Msisdn} than are taken; one was put off")]
    private partial void LogNumberFlooded(string sessionName, Msisdn msisdn);

    [LoggerMessage(GatewayEventIds.LongTextNotNoted, LogLevel.Warning, "A long text was decided, but that could not be noted: {Problem}")]
    private partial void LogDecidedNotNoted(string problem);
}
