using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Ussd;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>From committed messages to the USSD screens that wait for them. What cannot be shown any more goes on to those that go by SMS.</summary>
/// <remarks>As many are in flight as there are sessions that wait, each for one answer; no SMS stands before them.</remarks>
internal sealed partial class UssdSender(
    LaneDoor door, OutgoingMessages outgoing, UssdSessions sessions, GatewayLinks links, EngineLease lease, Texts texts, GatewayMetrics metrics, TimeProvider time,
    ILogger<UssdSender> logger)
{
    /// <summary>What asks for the next page. The engine's own lists use the same digit.</summary>
    public const string More = "9";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly Func<bool> _maySend = () => lease.IsHeld;
    private volatile bool _isClosed;
    private int _inHand;

    /// <summary>Messages that were taken up and have no outcome yet.</summary>
    public int InHand => Volatile.Read(ref _inHand);

    /// <summary>Shows until it is cancelled.</summary>
    public async Task ShowAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in outgoing.Screens.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                Interlocked.Increment(ref _inHand);
                // Not awaited here: it ends by itself, never fails, and is counted in InHand.
                _ = ShowAsync(message, message.Ussd!);
            }
        }
        catch (OperationCanceledException)
        {
            // The end that was asked for.
        }
    }

    /// <summary>From now on nothing is shown: everything is given back, and goes by SMS.</summary>
    public void Close()
    {
        _isClosed = true;
        while (outgoing.Screens.TryRead(out var message))
            door.GiveBack(message);
    }

    private async Task ShowAsync(OutboundMessage message, UssdAnswer answer)
    {
        var isShown = false;
        try
        {
            isShown = await TryShowAsync(message, answer).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Outer edge: a message that cannot be shown costs itself only, and still goes by SMS.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotShown(e, message.Id);
        }
        if (isShown && !answer.IsKept)
            door.Sent(message);
        else if (_isClosed)
            door.GiveBack(message);
        else
            outgoing.Add(message with { Ussd = null });
        Interlocked.Decrement(ref _inHand);
    }

    /// <summary>Shows the message on the screen that its reply path names.</summary>
    /// <returns>False if nobody looks at it any more, or it cannot be shown there: then it goes by SMS.</returns>
    private async Task<bool> TryShowAsync(OutboundMessage message, UssdAnswer answer)
    {
        var id = UssdSessionId.Of(message.To, answer);
        sessions.Answering(id, answer);
        if (sessions.HasTaken(id, answer))
        {
            metrics.CountSent("ussd_again");
            return true;
        }
        if (sessions.Find(id) is not { } session || Link(answer.Link) is not { Ussd: { } codec } link)
        {
            metrics.CountSent("ussd_late");
            return false;
        }
        var text = texts.RenderScreen(message.Template, message.Language, ParameterList.Split(message.Parameters));
        var pages = Pages(codec, text, message.Language);
        if (pages.Count == 0)
        {
            // The gateway takes no such characters: the screen says so in those that every gateway takes.
            await SubmitAsync(link, codec.Write(session, texts.RenderScreen(TextTemplate.SmsFollows, Language.English), UssdStep.End), answer.By).ConfigureAwait(false);
            sessions.Drop(id, answer.By);
            metrics.CountSent("ussd_not_writable");
            return false;
        }
        var step = answer.Ends && pages.Count == 1 ? UssdStep.End : UssdStep.Ask;
        sessions.Showing(id, answer, [.. pages.Skip(1)]);
        if (await SubmitAsync(link, codec.Write(session, pages[0], step), answer.By).ConfigureAwait(false))
        {
            sessions.Accepted(id, answer);
            metrics.CountSent("ussd");
            return true;
        }
        // A session that does not wait may have had this answer to an earlier delivery of its input meanwhile.
        if (sessions.HasTaken(id, answer))
            return true;
        sessions.Drop(id, answer.By);
        metrics.CountSent("ussd_gone");
        return false;
    }

    /// <summary>Shows a text that is no message of the engine: a further page, or how to register.</summary>
    public async Task ShowAsync(GatewayLink from, UssdSession session, string text, UssdStep step, DateTimeOffset by)
    {
        if (Link(from.Name) is { Ussd: { } codec } link && codec.Fits(text))
            await SubmitAsync(link, codec.Write(session, text, step), by).ConfigureAwait(false);
    }

    /// <summary>True if the gateway has taken it. What it puts off is tried again as long as somebody may look at the screen.</summary>
    private async Task<bool> SubmitAsync(GatewayLink link, SubmitSm submit, DateTimeOffset by)
    {
        while (time.GetUtcNow() < by)
        {
            var outcome = await link.RequestAsync(submit, RequestPriority.Urgent, _maySend, CancellationToken.None).ConfigureAwait(false);
            if (outcome.IsAccepted)
                return true;
            // Any other answer says that the session is gone; no answer, that the screen may have been shown and the text must not be lost.
            if (outcome.Kind != RequestOutcomeKind.Responded || !outcome.Status.IsTemporary())
                return false;
            await Task.Delay(Pause, time).ConfigureAwait(false);
        }
        return false;
    }

    /// <summary>Empty if the gateway cannot show the text at all.</summary>
    private IReadOnlyList<string> Pages(UssdCodec codec, string text, Language language)
    {
        if (codec.Fits(text))
            return [text];
        try
        {
            return UssdPages.Split(text, codec, $"{More} {texts.Word(TextWord.More, language)}", "");
        }
        catch (ArgumentException)
        {
            return [];
        }
    }

    /// <summary>The link that brought the input, or another one to the same gateway if that one only receives or is down.</summary>
    private GatewayLink? Link(string name)
    {
        var all = links.All;
        var origin = all.FirstOrDefault(l => l.Name == name);
        return all.FirstOrDefault(l => l.Name == name && l.CanSend)
            ?? all.FirstOrDefault(l => origin is not null && l.CanSend && l.Ussd is not null && (l.Options.Host, l.Options.Port) == (origin.Options.Host, origin.Options.Port));
    }

    [LoggerMessage(GatewayEventIds.UssdNotShown, LogLevel.Error, "Message {MessageId} could not be shown on its USSD screen and goes by SMS")]
    private partial void LogNotShown(Exception e, long messageId);
}
