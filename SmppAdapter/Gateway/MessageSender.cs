using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>From committed messages to submit_sm. Texts of one subscriber go one after the other.</summary>
/// <remarks>
/// A message is sent at least once: what has no answer is given back and sent again, by this engine or another one. As many are in flight as the links
/// have places; the rest waits in <see cref="OutgoingMessages"/>, which closes the door when it is crowded.
/// </remarks>
internal sealed partial class MessageSender(
    LaneDoor door, EngineLease lease, OutgoingMessages outgoing, GatewayLinks links, Texts texts, GatewayMetrics metrics, TimeProvider time, ILogger<MessageSender> logger) : IDisposable
{
    private const int MostTries = 6;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);

    private readonly Turns<SubscriberId> _turns = new();
    private readonly SemaphoreSlim _places = new(links.Places);
    private readonly Func<bool> _maySend = () => lease.IsHeld;
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
            await SubmitAsync(message).ConfigureAwait(false);
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

    private async Task SubmitAsync(OutboundMessage message)
    {
        if (message.Template.IsOnlyForScreens())
        {
            metrics.CountSent("screen_gone");
            door.Sent(message);
            return;
        }
        var text = texts.Render(message.Template, message.Language, ParameterList.Split(message.Parameters));
        var pause = ShortestPause;
        for (var tries = 1; ; tries++)
        {
            var outcome = await SubmitPartsAsync(message.To, message.ReplyPath, text, (int)(message.Id & 0xFF)).ConfigureAwait(false);
            if (outcome.IsAccepted)
            {
                metrics.CountSent("accepted");
                door.Sent(message);
                return;
            }
            if (outcome.Kind != RequestOutcomeKind.Responded || _isClosed || (outcome.Status.IsTemporary() && tries == MostTries))
            {
                GiveBack(message);
                return;
            }
            if (!outcome.Status.IsTemporary())
            {
                LogMessageRefused(message.Id, outcome.Status);
                Refuse(message, outcome.Status.ToString());
                return;
            }
            metrics.CountSent("put_off");
            // Half of it at random, so that what was put off together does not come back together.
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time).ConfigureAwait(false);
            pause *= 2;
        }
    }

    /// <summary>Sends all parts over one link. The outcome is that of the first part that was not accepted, else of the last.</summary>
    private async Task<RequestOutcome> SubmitPartsAsync(Msisdn to, string shortCode, string text, int reference)
    {
        var outcome = default(RequestOutcome);
        if (_isClosed || links.Choose(shortCode) is not { } link)
            return outcome;
        var segments = ShortMessageText.Split(text, reference);
        foreach (var part in segments.Parts)
        {
            var submit = new SubmitSm
            {
                SourceAddr = Address.ShortCode(shortCode),
                DestinationAddr = Address.International(to.Digits()),
                EsmClass = part.EsmClass,
                DataCoding = segments.DataCoding,
                ShortMessage = part.ShortMessage,
            };
            outcome = await link.RequestAsync(submit, _maySend).ConfigureAwait(false);
            if (!outcome.IsAccepted)
                break;
        }
        return outcome;
    }

    private async Task SendHintAsync(Msisdn number, string shortCode)
    {
        try
        {
            var outcome = await SubmitPartsAsync(number, shortCode, texts.Render(TextTemplate.HowToRegister, Language.English), reference: 0).ConfigureAwait(false);
            metrics.CountSent(outcome.IsAccepted ? "hint" : "hint_not_sent");
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

    [LoggerMessage(GatewayEventIds.MessageRefused, LogLevel.Warning, "The SMSC refused message {MessageId} for good: {CommandStatus}")]
    private partial void LogMessageRefused(long messageId, CommandStatus commandStatus);

    [LoggerMessage(GatewayEventIds.MessageFailed, LogLevel.Error, "Message {MessageId} could not be sent and was set aside")]
    private partial void LogMessageFailed(Exception e, long messageId);

    [LoggerMessage(GatewayEventIds.HintNotSent, LogLevel.Warning, "{Msisdn} could not be told how to register")]
    private partial void LogHintNotSent(Exception e, Msisdn msisdn);
}
