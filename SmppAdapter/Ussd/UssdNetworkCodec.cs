using System.Diagnostics.CodeAnalysis;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>The gateway's side of a profile, for simulators: writes deliver_sm, reads submit_sm. Safe to use from several threads.</summary>
public sealed class UssdNetworkCodec
{
    /// <exception cref="ArgumentException">The profile cannot be.</exception>
    public UssdNetworkCodec(UssdProfile profile)
    {
        Wire = new UssdWire(profile);
        Profile = profile;
    }

    public UssdProfile Profile { get; }

    private UssdWire Wire { get; }

    /// <summary>True if the message is of a USSD dialogue and not a short message.</summary>
    public bool IsUssd(MessagePdu message) => Wire.IsUssd(message);

    /// <summary>True if a subscriber may type this text.</summary>
    public bool Fits(string text) => Wire.Text.Fits(text);

    /// <summary>The dialogue with the number that the gateway has given it, in the form that the profile has for it.</summary>
    /// <param name="number">0 to 32767.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number has more than fifteen bits.</exception>
    public UssdSession Numbered(Address subscriber, Address service, int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 0x7FFF);
        return Profile.SessionKeying switch
        {
            UssdSessionKeying.ItsSessionInfo or UssdSessionKeying.MsisdnAndItsSessionInfo => new(subscriber, service, ItsSessionInfo: (ushort)(number << 1)),
            UssdSessionKeying.MsisdnAndUserMessageReference => new(subscriber, service, UserMessageReference: (ushort)number),
            _ => new(subscriber, service),
        };
    }

    /// <summary>Writes a step of the subscriber or the network.</summary>
    /// <param name="text">What was dialled, with its asterisk and hash, or answered; not sent for the other kinds.</param>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    /// <exception cref="InvalidOperationException">An abort, of which gateways of this kind do not tell: <see cref="UssdProfile.TellsAborts"/>.</exception>
    public DeliverSm Write(UssdSession session, UssdInputKind kind, string text)
    {
        if (kind == UssdInputKind.Abort && !Profile.TellsAborts)
        {
            throw new InvalidOperationException($"Gateways of the profile {Profile.Name} do not tell of an abort.");
        }
        var isInAddress = kind == UssdInputKind.Begin && Profile.DialledCode == UssdDialledCode.DestinationAddr;
        var (dataCoding, octets) = Wire.Text.Write(isInAddress || kind is UssdInputKind.Acknowledged or UssdInputKind.Abort ? "" : text);
        return new()
        {
            ServiceType = Profile.ServiceType,
            SourceAddr = session.Subscriber,
            DestinationAddr = isInAddress ? session.Service with { Digits = text } : session.Service,
            DataCoding = dataCoding,
            ShortMessage = octets,
            Tlvs = UssdWire.Parameters(session, kind switch
            {
                UssdInputKind.Begin => Profile.BeginOp,
                UssdInputKind.Answer => Profile.AnswerOp,
                UssdInputKind.Acknowledged => Profile.AcknowledgedOp,
                _ => Profile.AbortOp ?? Profile.AnswerOp,
            }, hasEndBit: kind == UssdInputKind.Abort && Profile.UsesEndBit),
        };
    }

    /// <summary>Reads a text for a subscriber.</summary>
    /// <param name="message">One of which <see cref="IsUssd"/> is true.</param>
    public bool TryRead(SubmitSm message, [NotNullWhen(true)] out UssdOutput? output, out UssdRefusal refusal)
    {
        output = null;
        if (UssdWire.Operation(message) is not { } operation)
        {
            refusal = new(CommandStatus.RMISSINGOPTPARAM, "ussd_service_op is missing");
            return false;
        }
        UssdStep? step = operation == Profile.EndOp && Profile.EndMarker != UssdEndMarker.EndBit ? UssdStep.End
            : operation == Profile.AskOp ? Wire.HasEndBit(message) ? UssdStep.End : UssdStep.Ask
            : operation == Profile.NotifyOp ? UssdStep.Notify
            : null;
        if (step is null)
        {
            refusal = new(CommandStatus.RINVOPTPARAMVAL, $"ussd_service_op {UssdWire.OperationInHex(message)} is none that the profile {Profile.Name} knows");
            return false;
        }
        var session = Wire.Session(message, message.DestinationAddr, message.SourceAddr);
        refusal = default;
        output = new(step.Value, session.KeyBy(Profile.SessionKeying), session, Wire.Text.Read(message));
        return true;
    }
}
