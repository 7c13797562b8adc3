using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Ussd;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>From a deliver_sm of a USSD gateway to the subscriber's lane. The answer is a message of the engine; here it is only seen to that there is one in time.</summary>
internal sealed partial class UssdReceiver(
    Doorway doorway, UssdSessions sessions, UssdSender sender, Evidence evidence, Texts texts, TimeProvider time, ILogger<UssdReceiver> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Takes an input of a session and waits for its decision: OK after the commit, a temporary error if it is to come again.</summary>
    public async Task<(CommandStatus Status, string Outcome)> ReceiveAsync(GatewayLink link, UssdCodec codec, DeliverSm message, Msisdn from)
    {
        if (!codec.TryRead(message, out var input, out var refusal))
        {
            LogNotUnderstood(link.Name, refusal.Reason);
            return (refusal.Status, "ussd_refused");
        }
        var id = UssdSessionId.Of(link.Name, from, input.Key);
        switch (input.Kind)
        {
            case UssdInputKind.Abort:
                sessions.Drop(id);
                var dropped = new LeaveDialogue.SessionDropped(id.Link, id.Session) { From = from, DecideBefore = time.GetUtcNow() + link.Options.AnswerWithin };
                return Answer(await doorway.PostAsync(from, dropped).ConfigureAwait(false));
            case UssdInputKind.Acknowledged:
                return (CommandStatus.ROK, "ussd_acknowledged"); // of a notification, and none are sent
            case UssdInputKind.Answer when input.Text.Trim() == UssdSender.More && sessions.TakePage(id, input.Session) is { } page:
                await sender.ShowAsync(link, input.Session, page.Page, page.Ends ? UssdStep.End : UssdStep.Ask, time.GetUtcNow() + link.Options.UssdAnswerWithin).ConfigureAwait(false);
                return (CommandStatus.ROK, "ussd_page");
            default:
                return await DecideAsync(link, id, input, from).ConfigureAwait(false);
        }
    }

    private async Task<(CommandStatus Status, string Outcome)> DecideAsync(GatewayLink link, UssdSessionId id, UssdInput input, Msisdn from)
    {
        var (startedAt, now) = (time.GetTimestamp(), time.GetUtcNow());
        var by = now + link.Options.UssdAnswerWithin;
        if (sessions.Take(id, input, ShortCode(link, input), by) is not { } session)
            return (CommandStatus.RX_T_APPN, "ussd_full");
        var received = new ReceiveUssd.UssdReceived(input.Text, input.Kind == UssdInputKind.Begin, session.AfterStep, evidence.Of(input.Text))
        {
            From = from,
            ReplyPath = session.ReplyPath,
            Ussd = new(id.Link, id.Session, by),
            DecideBefore = now + link.Options.AnswerWithin,
        };
        var fate = await doorway.PostAsync(from, received).ConfigureAwait(false);
        if (fate is null)
        {
            sessions.Drop(id);
            _ = TellHowToRegisterAsync(link, input.Session, by);
        }
        else if (fate == EventFate.Decided)
        {
            // Not awaited: it ends by itself and never fails. deliver_sm_resp does not wait for the answer.
            _ = SeeToAnswerAsync(id, received, link.Options.UssdFollowsAfter - time.GetElapsedTime(startedAt));
        }
        return Answer(fate);
    }

    private static (CommandStatus Status, string Outcome) Answer(EventFate? fate) => fate switch
    {
        null => (CommandStatus.ROK, "unknown_number"),
        EventFate.Decided => (CommandStatus.ROK, "decided"),
        EventFate.Parked => (CommandStatus.ROK, "parked"),
        _ => (CommandStatus.RX_T_APPN, "not_decided"),
    };

    /// <summary>If nobody has answered by then, the session is told that an SMS follows. The lane decides: whoever comes first takes the debt.</summary>
    private async Task SeeToAnswerAsync(UssdSessionId id, ReceiveUssd.UssdReceived received, TimeSpan after)
    {
        try
        {
            if (after > TimeSpan.Zero)
                await Task.Delay(after, time).ConfigureAwait(false);
            var due = new PutOffAnswer.AnswerDue { From = received.From, ReplyPath = received.ReplyPath, Ussd = received.Ussd };
            while (!sessions.IsAnswered(id, received.Ussd!) && time.GetUtcNow() < received.Ussd!.By)
            {
                if (await doorway.PostAsync(id.Number, due).ConfigureAwait(false) != EventFate.NotDecided)
                    return;
                await Task.Delay(Pause, time).ConfigureAwait(false);
            }
        }
        catch (NpgsqlException)
        {
            // The look-up has said so. The text comes by SMS when it comes.
        }
#pragma warning disable CA1031 // Outer edge of work that nobody waits for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotSeenTo(e, id.Link);
        }
    }

    private async Task TellHowToRegisterAsync(GatewayLink link, UssdSession session, DateTimeOffset by)
    {
        try
        {
            await sender.ShowAsync(link, session, texts.RenderScreen(TextTemplate.HowToRegister, Language.English), UssdStep.End, by).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Outer edge of work that nobody waits for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotSeenTo(e, link.Name);
        }
    }

    /// <summary>From which the texts of this session go by SMS: what was dialled if the link serves it, else the link's first.</summary>
    private static string ShortCode(GatewayLink link, UssdInput input)
    {
        var dialled = UssdDialString.Read(input.Text).Code is { Length: > 0 } code ? code : UssdDialString.CodeOf(input.Session.Service.Digits);
        return link.FirstShortCode.Length == 0 || link.Serves(dialled) ? dialled : link.FirstShortCode;
    }

    [LoggerMessage(GatewayEventIds.UssdNotUnderstood, LogLevel.Warning, "Link {SessionName} brought a USSD message that was refused: {Reason}. Compare UssdProfile with the gateway's description")]
    private partial void LogNotUnderstood(string sessionName, string reason);

    [LoggerMessage(GatewayEventIds.UssdNotSeenTo, LogLevel.Error, "A USSD session of link {SessionName} may have got no answer")]
    private partial void LogNotSeenTo(Exception e, string sessionName);
}
