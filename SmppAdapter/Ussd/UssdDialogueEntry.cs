namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>One dialogue in the table. Changed under its lock.</summary>
internal sealed class UssdDialogueEntry<TLink>
    where TLink : class
{
    public required long Id { get; init; }
    public required string Number { get; init; }

    /// <summary>The end of the whole dialogue.</summary>
    public required DateTimeOffset Until { get; init; }
    public required UssdSession Session { get; set; }
    public required TLink Link { get; set; }

    /// <summary>Null as long as the gateway has not numbered what was begun from here.</summary>
    public UssdSessionKey? Key { get; set; }
    public UssdTurn Turn { get; set; }
    public DateTimeOffset TurnUntil { get; set; }
    public DateTimeOffset EndedAt { get; set; }
    public (UssdInputKind Kind, string Text)? LastInput { get; set; }
    public UssdReply<TLink>? Reply { get; set; }
    public DateTimeOffset? AcceptedAt { get; set; }

    public UssdDialogue<TLink> View => new(Id, Link, Session, Turn, TurnUntil);

    /// <summary>A text is owed: a notification that was seen asks for none.</summary>
    public bool IsOwed => Turn == UssdTurn.Application && LastInput is not { Kind: UssdInputKind.Acknowledged };

    public bool IsOver(DateTimeOffset now) => Turn != UssdTurn.Nobody && now > TurnUntil;

    /// <summary>An equal input before the gateway has taken the text that answers it, or so soon after that it is none of a user. Nothing repeats what was over before it was answered.</summary>
    public bool Repeats(UssdInput input, DateTimeOffset now, TimeSpan within) => LastInput == (input.Kind, input.Text) && Turn switch
    {
        UssdTurn.Application => true,
        UssdTurn.User => AcceptedAt is not { } accepted || now - accepted < within,
        _ => AcceptedAt is null && Reply?.Step == UssdStep.End,
    };
}
