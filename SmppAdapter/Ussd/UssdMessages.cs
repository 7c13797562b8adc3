using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>What a deliver_sm says of a dialogue.</summary>
public enum UssdInputKind
{
    /// <summary>The subscriber dialled.</summary>
    Begin,

    /// <summary>The subscriber answered a text.</summary>
    Answer,

    /// <summary>A notification was shown.</summary>
    Acknowledged,

    /// <summary>The subscriber or the network gave the dialogue up. Nothing can be said in it any more.</summary>
    Abort,
}

/// <summary>What a submit_sm does to a dialogue.</summary>
public enum UssdStep
{
    /// <summary>Shows a text and waits for an answer. Without a dialogue it begins one.</summary>
    Ask,

    /// <summary>Shows a text that waits only to be seen. Without a dialogue it begins one.</summary>
    Notify,

    /// <summary>Shows a text and ends the dialogue.</summary>
    End,
}

/// <summary>A step of the subscriber or the network.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Key">The dialogue.</param>
/// <param name="Session">To be given to <see cref="UssdCodec.Write"/>.</param>
/// <param name="Text">What was dialled (*500*1#, also where the gateway has it in an address) or answered; "" for the other kinds.</param>
/// <param name="Ends">The gateway has ended the dialogue with this message: nothing can be said in it any more.</param>
public sealed record UssdInput(UssdInputKind Kind, UssdSessionKey Key, UssdSession Session, string Text, bool Ends)
{
    /// <summary>The subscriber's number as the gateway writes it.</summary>
    public string Msisdn => Session.Subscriber.Digits;

    /// <summary>Without the text: it may reach a log.</summary>
    public override string ToString() => $"{Kind} in {Key}, {Text.Length} characters";
}

/// <summary>A text for the subscriber, as the network reads it.</summary>
/// <param name="Key">Null if it begins a dialogue in a gateway that numbers its dialogues.</param>
public sealed record UssdOutput(UssdStep Step, UssdSessionKey? Key, UssdSession Session, string Text)
{
    /// <summary>Without the text: it may reach a log.</summary>
    public override string ToString() => $"{Step} in {Key}, {Text.Length} characters";
}

/// <summary>Why a message was not understood.</summary>
/// <param name="Status">What to answer.</param>
/// <param name="Reason">For the log; operations are in hex.</param>
public readonly record struct UssdRefusal(CommandStatus Status, string Reason);
