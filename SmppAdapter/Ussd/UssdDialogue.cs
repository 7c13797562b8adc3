namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>Whose turn it is in a dialogue.</summary>
public enum UssdTurn
{
    /// <summary>The application's: a text is owed.</summary>
    Application,

    /// <summary>The user's.</summary>
    User,

    /// <summary>Nobody's: it has ended.</summary>
    Nobody,
}

/// <summary>One dialogue as it was at a moment.</summary>
/// <param name="Id">Given by the table, never used again by it.</param>
/// <param name="Link">Over which the last input came: the text goes back the same way.</param>
/// <param name="Session">To write the next text.</param>
/// <param name="AnswerBy">Until when the text that is owed can be given.</param>
public sealed record UssdDialogue<TLink>(long Id, TLink Link, UssdSession Session, UssdTurn Turn, DateTimeOffset AnswerBy)
    where TLink : class;

/// <summary>A text to write and send.</summary>
public sealed record UssdReply<TLink>(long Id, TLink Link, UssdSession Session, string Text, UssdStep Step)
    where TLink : class
{
    /// <summary>Without the text: it may reach a log.</summary>
    public override string ToString() => $"{Step} in dialogue {Id}, {Text.Length} characters";
}

/// <summary>What an input means.</summary>
public enum UssdTakenKind
{
    /// <summary>A dialogue begins: to be decided.</summary>
    Began,

    /// <summary>The user's answer: to be decided.</summary>
    Answered,

    /// <summary>A notification was seen. The application has the turn and need not take it: some gateways go on with the dialogue, others have ended it.</summary>
    Acknowledged,

    /// <summary>A message that came before. Nothing is to be decided; <see cref="UssdTaken{TLink}.Reply"/> is to be sent again if there is one. If not, the text is still owed, or the gateway has it.</summary>
    Repeated,

    /// <summary>The user or the network gave the dialogue up: what is still owed goes another way.</summary>
    GivenUp,

    /// <summary>It is of a dialogue that has ended. Nothing is to be done.</summary>
    AfterEnd,

    /// <summary>It is of a dialogue that this table never knew, such as one of before a restart. Nothing is to be decided; the user may be told to dial again.</summary>
    Unknown,

    /// <summary>The table is full: the gateway is to be told to come again.</summary>
    NoRoom,
}

/// <summary>What became of an input.</summary>
/// <param name="Dialogue">Null for <see cref="UssdTakenKind.Unknown"/> and <see cref="UssdTakenKind.NoRoom"/>.</param>
/// <param name="Reply">Only for <see cref="UssdTakenKind.Repeated"/>.</param>
public readonly record struct UssdTaken<TLink>(UssdTakenKind Kind, UssdDialogue<TLink>? Dialogue = null, UssdReply<TLink>? Reply = null)
    where TLink : class;
