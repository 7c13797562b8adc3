using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Messages;

/// <summary>What is known about the money after a request.</summary>
public enum BankVerdictKind
{
    /// <summary>It moved.</summary>
    Approved,
    /// <summary>It did not move.</summary>
    Declined,
    /// <summary>It did not move, and the same may be asked again with a new trace.</summary>
    NotDone,
    /// <summary>It may have moved. A debit is reversed; a refund is looked up, never guessed.</summary>
    Unknown,
}

/// <summary>Why the outcome is unknown.</summary>
public enum DoubtReason
{
    None,
    /// <summary>No answer: <see cref="BankOutcome.Reason"/> says more.</summary>
    NoAnswer,
    /// <summary>The answer differs from its request in a field that it must repeat, as the amount.</summary>
    AnswerDiffers,
    /// <summary>The answer has no response code, or one that says nothing certain.</summary>
    CodeSaysNothing,
}

/// <summary>What the outcome of a request says about the money. When several apply, doubt comes first.</summary>
/// <param name="Code">Field 39, if there was an answer.</param>
/// <param name="DifferingField">The first field that differs; 0 if none.</param>
public sealed record BankVerdict(BankVerdictKind Kind, DoubtReason Doubt = DoubtReason.None, DeclineReason Reason = DeclineReason.None, string? Code = null, int DifferingField = 0)
{
    /// <summary>Field 38 of an approval.</summary>
    public string? Approval { get; init; }

    /// <summary>Field 15: the bank's business day, for reconciliation.</summary>
    public string? SettlementDate { get; init; }

    /// <summary>Field 54, as written; <see cref="AdditionalAmount.Parse"/> reads it.</summary>
    public string? Balances { get; init; }

    /// <summary>Judges the outcome of a debit, refund or balance inquiry.</summary>
    /// <param name="request">The message that was sent.</param>
    public static BankVerdict Of(BankDialect dialect, IsoMessage request, BankOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(request);
        if (outcome.Kind == BankOutcomeKind.NotSent) return new(BankVerdictKind.NotDone);
        if (outcome.Answer is not { } answer) return new(BankVerdictKind.Unknown, DoubtReason.NoAnswer);

        var code = answer[39];
        if (DifferingFieldOf(dialect, request, answer) is var field and > 0) return new(BankVerdictKind.Unknown, DoubtReason.AnswerDiffers, Code: code, DifferingField: field);
        var meaning = dialect.ResponseCodes[code];
        return meaning.Kind switch
        {
            ResponseKind.Approved => new(BankVerdictKind.Approved, Code: code) { Approval = answer[38], SettlementDate = answer[15], Balances = answer[54] },
            ResponseKind.Declined => new(BankVerdictKind.Declined, Reason: meaning.Reason, Code: code),
            ResponseKind.Retry => new(BankVerdictKind.NotDone, Code: code),
            _ => new(BankVerdictKind.Unknown, DoubtReason.CodeSaysNothing, Code: code),
        };
    }

    /// <summary>Whether an answer is the bank's yes: an approval, or to a reversal that it is undone.</summary>
    internal static bool IsYes(BankDialect dialect, IsoMessage request, IsoMessage answer)
    {
        if (DifferingFieldOf(dialect, request, answer) != 0) return false;
        return Mti.ClassOf(request.Mti) == Mti.Reversal ? dialect.IsReversed(answer[39]) : dialect.ResponseCodes[answer[39]].Kind == ResponseKind.Approved;
    }

    /// <summary>The first field that an answer repeats otherwise than its request has it; 0 if none.</summary>
    internal static int DifferingFieldOf(BankDialect dialect, IsoMessage request, IsoMessage answer)
    {
        foreach (var field in dialect.EchoedFields)
            if (request[field] is { } sent && answer[field] is { } echoed && dialect.Profile.Canonical(field, sent) != echoed) return field;
        return 0;
    }
}
