using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
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
    LaneDoor door, Numbers numbers, OutgoingMessages outgoing, MessageSender sender, ReceiptReceiver receipts, LongTexts longTexts, SecretKeys keys, IOptions<SmppOptions> options, GatewayMetrics metrics,
    TimeProvider time, ILogger<TextReceiver> logger)
{
    private readonly byte[] _evidenceKey = keys.Derive(SecretPurpose.Evidence, 32);
    private readonly FloodLimit _flood = new(options.Value.FloodLimit, options.Value.FloodWindow, time);
    private readonly RegistrationHints _hints = new(time);
    private readonly Turns<Msisdn> _turns = new();
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

        var replyPath = message.DestinationAddr.Digits is { Length: > 0 } digits ? digits : link.FirstShortCode;
        var isPart = text.Concatenation is { Total: > 1 } && !isTooLong;
        return isPart ? await ReceivePartAsync(link, from, replyPath, text).ConfigureAwait(false) : await ReceiveTextAsync(link, from, replyPath, text).ConfigureAwait(false);
    }

    private async Task<(CommandStatus Status, string Outcome)> ReceiveTextAsync(GatewayLink link, Msisdn from, string replyPath, DecodedText text)
    {
        Task<EventFate> posted;
        var received = Received(link, from, replyPath, text.Text, text.Concatenation);
        // The turn covers look-up and posting, not the decision: the lane keeps the order from there on.
        using (var turn = _turns.Take(from))
        {
            await turn.Comes.ConfigureAwait(false);
            if (await FindAsync(from, replyPath).ConfigureAwait(false) is not { } route)
                return (CommandStatus.ROK, "unknown_number");
            posted = door.PostAsync(route, received);
        }
        return Answer(await DecideAsync(posted, received, from, replyPath).ConfigureAwait(false));
    }

    private async Task<(CommandStatus Status, string Outcome)> ReceivePartAsync(GatewayLink link, Msisdn from, string replyPath, DecodedText text)
    {
        LongTextPart part;
        Task<EventFate> posted;
        ReceiveText.TextReceived received;
        // A short text behind a long one must not overtake it.
        using (var turn = _turns.Take(from))
        {
            await turn.Comes.ConfigureAwait(false);
            if (await FindAsync(from, replyPath).ConfigureAwait(false) is not { } route)
                return (CommandStatus.ROK, "unknown_number");
            part = LongTextPart.Of(route, replyPath, text, time.GetUtcNow());
            var result = await longTexts.AddAsync(part).ConfigureAwait(false);
            if (result.Outcome != PartOutcome.Complete)
                return result.Outcome == PartOutcome.NoRoom ? (CommandStatus.RX_T_APPN, "no_room_for_part") : (CommandStatus.ROK, "part");
            received = Received(link, from, replyPath, result.Text, text.Concatenation is { } place ? place with { Sequence = 1 } : null);
            posted = door.PostAsync(route, received);
        }
        var fate = await DecideAsync(posted, received, from, replyPath).ConfigureAwait(false);
        if (fate is EventFate.Decided or EventFate.Parked)
            await NoteDecidedAsync(part).ConfigureAwait(false);
        return Answer(fate);
    }

    private ReceiveText.TextReceived Received(GatewayLink link, Msisdn from, string replyPath, string text, Concatenation? place) =>
        new(text, ReceiveText.Fingerprint(from, replyPath, text, place?.ToString() ?? ""), Hash(text))
        {
            From = from,
            ReplyPath = replyPath,
            DecideBefore = time.GetUtcNow() + link.Options.AnswerWithin,
        };

    /// <summary>Waits for the decision; if the number has another owner by now, that one's. Null if nobody has it any more.</summary>
    private async Task<EventFate?> DecideAsync(Task<EventFate> posted, ReceiveText.TextReceived received, Msisdn from, string replyPath)
    {
        var fate = await posted.ConfigureAwait(false);
        if (fate != EventFate.Misrouted)
            return fate;

        numbers.Forget(from);
        if (await FindAsync(from, replyPath).ConfigureAwait(false) is not { } owner)
            return null;
        fate = await door.PostAsync(owner, received).ConfigureAwait(false);
        return fate == EventFate.Misrouted ? EventFate.NotDecided : fate;
    }

    private static (CommandStatus Status, string Outcome) Answer(EventFate? fate) => fate switch
    {
        null => (CommandStatus.ROK, "unknown_number"),
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

    /// <summary>Null if nobody has this number; whoever it is, is told how to register.</summary>
    private async ValueTask<Route?> FindAsync(Msisdn number, string shortCode)
    {
        var route = await numbers.FindAsync(number).ConfigureAwait(false);
        if (route is null && _hints.ShouldTell(number))
            sender.SendHowToRegister(number, shortCode);
        return route;
    }

    /// <summary>The evidence of what was sent: whoever has the text can prove it, whoever has the hash cannot guess it.</summary>
    private byte[] Hash(string text) => HMACSHA256.HashData(_evidenceKey, Encoding.UTF8.GetBytes(text))[..16];

    [LoggerMessage(GatewayEventIds.ReceiveFailed, LogLevel.Error, "Message {SequenceNumber} of link {SessionName} could not be handled and was answered with a temporary error")]
    private partial void LogReceiveFailed(Exception e, string sessionName, uint sequenceNumber);

    [LoggerMessage(GatewayEventIds.NumberFlooded, LogLevel.Debug, "Link {SessionName} brought more texts of {Msisdn} than are taken; one was put off")]
    private partial void LogNumberFlooded(string sessionName, Msisdn msisdn);

    [LoggerMessage(GatewayEventIds.LongTextNotNoted, LogLevel.Warning, "A long text was decided, but that could not be noted: {Problem}")]
    private partial void LogDecidedNotNoted(string problem);
}
