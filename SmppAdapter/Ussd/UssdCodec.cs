using System.Diagnostics.CodeAnalysis;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>The application's side of a profile: reads deliver_sm, writes submit_sm. Safe to use from several threads.</summary>
/// <remarks>
/// Flows. Pull: deliver(begin) → submit(ask) → deliver(answer) → … → submit(end). Push: submit(ask or notify) without a dialogue → deliver(answer or acknowledged),
/// which brings the dialogue's number → … deliver_sm_resp carries nothing. A submit_sm_resp that is not ROK says that the dialogue is gone.
/// </remarks>
public sealed class UssdCodec
{
    /// <exception cref="ArgumentException">The profile cannot be.</exception>
    public UssdCodec(UssdProfile profile)
    {
        Wire = new UssdWire(profile);
        Profile = profile;
    }

    public UssdProfile Profile { get; }

    private UssdWire Wire { get; }

    /// <summary>True if the message is of a USSD dialogue and not a short message.</summary>
    public bool IsUssd(MessagePdu message) => Wire.IsUssd(message);

    /// <summary>True if the text can be sent in one message; if not, pages are needed.</summary>
    public bool Fits(string text) => Wire.Text.Fits(text);

    /// <summary>Reads a step of the subscriber or the network.</summary>
    /// <param name="message">One of which <see cref="IsUssd"/> is true.</param>
    public bool TryRead(DeliverSm message, [NotNullWhen(true)] out UssdInput? input, out UssdRefusal refusal)
    {
        input = null;
        var session = Wire.Session(message, message.SourceAddr, message.DestinationAddr);
        if (session.KeyBy(Profile.SessionKeying) is not { } key)
        {
            refusal = new(CommandStatus.RMISSINGOPTPARAM, $"It names no dialogue: the profile {Profile.Name} goes by {Profile.SessionKeying}");
            return false;
        }
        var text = Wire.Text.Read(message);
        if (KindOf(message, text) is not { } kind)
        {
            refusal = new(CommandStatus.RINVOPTPARAMVAL, $"ussd_service_op {UssdWire.OperationInHex(message)} is none that the profile {Profile.Name} knows");
            return false;
        }
        var ends = Wire.HasEndBit(message) || kind == UssdInputKind.Abort;
        if (ends && kind is UssdInputKind.Begin or UssdInputKind.Answer)
        {
            // Whatever was typed, the answer to it could not be shown.
            kind = UssdInputKind.Abort;
        }
        refusal = default;
        input = new(kind, key, session, kind switch
        {
            UssdInputKind.Begin => Dialled(message, text),
            UssdInputKind.Answer => text,
            _ => "",
        }, ends);
        return true;
    }

    /// <summary>Writes a text for the subscriber.</summary>
    /// <param name="session">Of the last message of the dialogue, or <see cref="UssdSession.ToBegin"/>.</param>
    /// <exception cref="ArgumentException">The text is too long: ask <see cref="Fits"/> before.</exception>
    public SubmitSm Write(UssdSession session, string text, UssdStep step)
    {
        var (dataCoding, octets) = Wire.Text.Write(text);
        var endsByBit = step == UssdStep.End && Profile.UsesEndBit;
        return new()
        {
            ServiceType = Profile.ServiceType,
            SourceAddr = session.Service,
            DestinationAddr = session.Subscriber,
            DataCoding = dataCoding,
            ShortMessage = octets,
            Tlvs = UssdWire.Parameters(session, step switch
            {
                UssdStep.Ask => Profile.AskOp,
                UssdStep.Notify => Profile.NotifyOp,
                _ => Profile.EndMarker == UssdEndMarker.EndBit ? Profile.AskOp : Profile.EndOp,
            }, endsByBit),
        };
    }

    private UssdInputKind? KindOf(DeliverSm message, string text)
    {
        if (UssdWire.Operation(message) is not { } operation)
        {
            // Simple gateways leave it out: what was dialled looks like it, or is in the address and leaves the text empty.
            var isDialled = text.Length == 0 ? Profile.DialledCode == UssdDialledCode.DestinationAddr : UssdDialString.IsOne(text);
            return isDialled ? UssdInputKind.Begin : UssdInputKind.Answer;
        }
        return operation == Profile.BeginOp ? UssdInputKind.Begin
            : operation == Profile.AnswerOp ? UssdInputKind.Answer
            : operation == Profile.AcknowledgedOp ? UssdInputKind.Acknowledged
            : operation == Profile.AbortOp ? UssdInputKind.Abort
            : null;
    }

    private string Dialled(DeliverSm message, string text) =>
        Profile.DialledCode == UssdDialledCode.ShortMessage && text.Length > 0 ? text : UssdDialString.Of(message.DestinationAddr.Digits);
}
