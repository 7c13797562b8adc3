using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Lanes.Deliveries;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>From committed messages to submitted texts. Texts of one subscriber go one after the other.</summary>
/// <remarks>
/// A message is sent at least once: what has no answer is given back and sent again, by this engine or another one. Some thousands are in hand at a time,
/// so that an SMSC that is slow does not hold up the others; the rest waits in <see cref="OutgoingMessages"/>, which closes the door when it is crowded.
/// </remarks>
internal sealed partial class MessageSender(
    LaneDoor door, OutgoingMessages outgoing, GatewayLinks links, TextSubmitter submitter, DeliveryLog deliveries, Texts texts, GatewayMetrics metrics, TimeProvider time,
    ILogger<MessageSender> logger) : IDisposable
{
    private const int MostTries = 6;
    private const int MostInHand = 5000;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);

    private readonly Turns<SubscriberId> _turns = new();
    private readonly SemaphoreSlim _places = new(Math.Max(links.Places, MostInHand));
    private volatile bool _isClosed;
    private int _inHand;

    /// <summary>Messages that were taken up and have no outcome yet.</summary>
    public int InHand => Volatile.Read(ref _inHand);

    /// <summary>Sends until it is cancelled.</summary>
    public async Task SendAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
                var message = await outgoing.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                Interlocked.Increment(ref _inHand);
                // Not awaited here: it ends by itself, never fails, and is counted in InHand. The turn is taken here, in order.
                _ = SendAsync(message, _turns.Take(message.Subscriber));
            }
        }
        catch (OperationCanceledException)
        {
            // The end that was asked for.
        }
    }

    /// <summary>From now on nothing is sent: everything is given back.</summary>
    public void Close()
    {
        _isClosed = true;
        while (outgoing.Reader.TryRead(out var message))
            GiveBack(message);
    }

    /// <summary>Tells a number that has no account how to get one. Best effort: nothing is kept of it.</summary>
    public void SendHowToRegister(Msisdn number, string shortCode) => _ = SendHintAsync(number, shortCode);

    public void Dispose() => _places.Dispose();

    private async Task SendAsync(OutboundMessage message, Turns<SubscriberId>.Turn turn)
    {
        try
        {
            await turn.Comes.ConfigureAwait(false);
            await SubmitAsync(message, turn).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Outer edge: a message that cannot be made costs itself only.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogMessageFailed(e, message.Id);
            Refuse(message, e.GetType().Name);
        }
        finally
        {
            turn.Dispose();
            Interlocked.Decrement(ref _inHand);
            _places.Release();
        }
    }

    private async Task SubmitAsync(OutboundMessage message, Turns<SubscriberId>.Turn turn)
    {
        if (message.Template.IsOnlyForScreens())
        {
            metrics.CountSent("screen_gone");
            door.Sent(message);
            return;
        }
        var text = texts.Render(message.Template, message.Language, ParameterList.Split(message.Parameters));
        var submission = new Submission(message.To, message.ReplyPath, text, (int)(message.Id & 0xFFFF), time.GetTimestamp()) { Until = message.Until, IsLogged = true };
        var result = await TryAsync(submission).ConfigureAwait(false);
        // The subscriber's next text need not wait for the log.
        turn.Dispose();
        await LogPartsAsync(message, submission).ConfigureAwait(false);
        switch (result.Outcome)
        {
            case SubmitOutcome.Accepted:
                metrics.CountSent("accepted");
                door.Sent(message);
                break;
            case SubmitOutcome.Refused:
                LogMessageRefused(message.Id, result.Reason);
                Refuse(message, result.Reason);
                break;
            default:
                GiveBack(message);
                break;
        }
    }

    /// <summary>Tries as often as makes sense from memory; then the outbox keeps it.</summary>
    private async Task<SubmitResult> TryAsync(Submission submission)
    {
        var pause = ShortestPause;
        for (var tries = 1; !_isClosed; tries++)
        {
            var result = await submitter.SubmitAsync(submission).ConfigureAwait(false);
            if (result.Outcome != SubmitOutcome.PutOff || tries == MostTries)
                return result;
            metrics.CountSent("put_off");
            // Half of it at random, so that what was put off together does not come back together.
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time).ConfigureAwait(false);
            pause *= 2;
        }
        return new(SubmitOutcome.Undone);
    }

    /// <summary>Stores what the SMSC called the parts, before the message leaves the outbox: after a crash in between it is sent again, and its receipts are found.</summary>
    private async Task LogPartsAsync(OutboundMessage message, Submission submission)
    {
        List<Task> writing = [];
        for (var i = 0; i < submission.Accepted.Count; i++)
        {
            if (submission.Accepted[i] is { Id: { } id, At: var at })
            {
                writing.Add(deliveries.AcceptedAsync(new(
                    message.Parcel.Lane, message.Subscriber, message.Id, (short)(i + 1), (short)submission.Parts, submission.Smsc!.Name, id, at)));
            }
        }
        try
        {
            await Task.WhenAll(writing).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // Sending it again would be worse than not knowing whether it arrived.
            LogNamesLost(message.Id, e.Message);
        }
    }

    private async Task SendHintAsync(Msisdn number, string shortCode)
    {
        try
        {
            var hint = new Submission(number, shortCode, texts.Render(TextTemplate.HowToRegister, Language.English), reference: 0, time.GetTimestamp()) { Priority = RequestPriority.Bulk };
            var result = _isClosed ? new(SubmitOutcome.Undone) : await submitter.SubmitAsync(hint).ConfigureAwait(false);
            metrics.CountSent(result.Outcome == SubmitOutcome.Accepted ? "hint" : "hint_not_sent");
        }
#pragma warning disable CA1031 // Outer edge of work that nobody waits for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogHintNotSent(e, number);
        }
    }

    private void GiveBack(OutboundMessage message)
    {
        metrics.CountSent("given_back");
        door.GiveBack(message);
    }

    private void Refuse(OutboundMessage message, string reason)
    {
        metrics.CountSent("refused");
        door.Refused(message, reason);
    }

    [LoggerMessage(GatewayEventIds.MessageRefused, LogLevel.Warning, "Message {MessageId} was refused for good: {Reason}")]
    private partial void LogMessageRefused(long messageId, string reason);

    [LoggerMessage(GatewayEventIds.NamesLost, LogLevel.Warning, "Message {MessageId} was sent, but what its SMSC called it could not be stored, so its receipts will not be found: {Problem}")]
    private partial void LogNamesLost(long messageId, string problem);

    [LoggerMessage(GatewayEventIds.MessageFailed, LogLevel.Error, "Message {MessageId} could not be sent and was set aside")]
    private partial void LogMessageFailed(Exception e, long messageId);

    [LoggerMessage(GatewayEventIds.HintNotSent, LogLevel.Warning, "{Msisdn} could not be told how to register")]
    private partial void LogHintNotSent(Exception e, Msisdn msisdn);
}
