using CarrierPay.Engine.Payments.Doubts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Admin.Pages.Payments.Doubts;

/// <summary>The English words for cases and proposals; pages translate them.</summary>
internal static class DoubtWords
{
    public const string OwnWork = "You proposed this. Another approver has to approve it; you may take it back.";

    /// <summary>Word, mark and colour: never by colour alone.</summary>
    public static (string Word, string Mark, string Style) State(DoubtCase found) => found switch
    {
        { State: CaseState.Closed } => ("Closed", "✓", "state-superseded"),
        { State: CaseState.AskedAgain } => ("Being asked again", "↻", "state-waits"),
        { Open.State: ProposalState.Proposed } => ("Waits for approval", "●", "state-waits"),
        { Open.State: ProposalState.Approved } => ("Being booked", "↻", "state-waits"),
        _ => ("Waits for a proposal", "?", "state-blocked"),
    };

    public static string Kind(ConnectorKind kind) => kind switch
    {
        ConnectorKind.OcsDebit => "Charging system: charge",
        ConnectorKind.OcsRefund => "Charging system: give back",
        ConnectorKind.BankDebit => "Bank: charge",
        ConnectorKind.BankReversal => "Bank: undo",
        ConnectorKind.OcsCredit => "Charging system: credit",
        ConnectorKind.BankCredit => "Bank: credit",
        _ => $"{kind}",
    };

    public static string Why(WaitsFor why) => why switch
    {
        WaitsFor.NoMoreRepeats => "It was repeated as long as it may be, and nothing certain was answered.",
        WaitsFor.OtherAmount => "Something else than the price was taken, and it is not known how much.",
        WaitsFor.Refused => "Giving back was refused for good.",
        WaitsFor.NoConnector => "No engine has this charging system or bank in its settings any more. Put it back and ask again, or decide.",
        WaitsFor.NumberChanged => "Something else than the price was taken from a number that this subscriber does not have any more. Have it given back outside to whom it was taken from.",
        WaitsFor.MovedAfterEnd => "Money moved for this payment after it had ended without it. See whether it is still there, and have it moved back outside.",
        _ => throw new ArgumentOutOfRangeException(nameof(why)),
    };

    /// <summary>What is true, if this is.</summary>
    public static string Truth(bool wasCharged, DoubtCase found) => (wasCharged, found.Purpose) switch
    {
        (true, PaymentPurpose.CashOut) => "It was paid out: exactly {0} arrived",
        (false, PaymentPurpose.CashOut) => "It was not paid out, or has been taken back outside",
        (true, _) => "It was charged: exactly {0} was taken",
        (false, _) => "It was not charged, or has been given back outside",
    };

    /// <summary>What follows when it is approved.</summary>
    public static string Effect(bool wasCharged, DoubtCase found) => (wasCharged, found.Purpose) switch
    {
        _ when found.PaymentState is null => "The payment keeps its outcome, and nothing is booked. The request is closed.",
        (true, PaymentPurpose.Purchase) => "The payment succeeds: the merchant is owed {0}, the subscriber gets the receipt.",
        (true, PaymentPurpose.TopUp) => "The top-up succeeds: {0} enters the wallet, the subscriber gets the receipt.",
        (true, _) => "The cash-out succeeds: {0} has left the wallet for good, the subscriber gets the receipt.",
        (false, PaymentPurpose.CashOut) => "The cash-out is reversed: {0} goes back into the wallet, the subscriber is told that nothing was paid.",
        (false, _) => "The payment is reversed: {0} leaves suspense, the subscriber is told that nothing was paid.",
    };

    /// <summary>What goes out when it is asked again.</summary>
    /// <param name="until">Null = the other side knows repeats as long as one likes; else {0} of the words.</param>
    public static string AskingAgain(ConnectorKind kind, DateTimeOffset? until) => (kind, until) switch
    {
        (ConnectorKind.BankDebit, _) => "The debit is never sent a second time: its reversal goes to the bank, and takes back what it may have taken.",
        (_, null) => "The same request goes out once more, marked as a repeat.",
        _ => "The same request goes out once more, marked as a repeat. The other side knows repeats for certain until {0}.",
    };

    public static (string Word, string Mark, string Style) Proposal(DoubtProposal proposal, DoubtCase found) => proposal.State switch
    {
        ProposalState.Proposed when found.State == CaseState.Closed => ("Overtaken: the request had its answer", "✕", "state-superseded"),
        ProposalState.Proposed => ("Waits for approval", "●", "state-waits"),
        ProposalState.Approved => ("Being booked", "↻", "state-waits"),
        ProposalState.Rejected => ("Rejected", "✕", "state-rejected"),
        ProposalState.Booked => ("Booked", "✓", "state-approved"),
        ProposalState.Overtaken => ("Overtaken: the request had its answer", "✕", "state-superseded"),
        _ => throw new ArgumentOutOfRangeException(nameof(proposal)),
    };

    public static string Answer(ProposeResolution.Outcome outcome) => outcome switch
    {
        ProposeResolution.Outcome.ReasonMissing => "Say what the records show: whoever approves needs it.",
        ProposeResolution.Outcome.NotWaiting => "This request does not wait any more. Nothing was done.",
        ProposeResolution.Outcome.AlreadyProposed => "Somebody has proposed something already. Nothing was done.",
        ProposeResolution.Outcome.PaymentHasEnded => "The payment has its outcome already and keeps it. Nothing was done.",
        ProposeResolution.Outcome.OtherRequestOpen => "Another request about this payment is open, which may undo it. Nothing was done; decide that one first.",
        ProposeResolution.Outcome.Proposed => "Proposed. Another person has to approve it.",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static string Answer(DecideResolution.Outcome outcome) => outcome switch
    {
        DecideResolution.Outcome.NoteMissing => "Give a reason, for the record. Nothing was done.",
        DecideResolution.Outcome.NotFound => "There is no such proposal.",
        DecideResolution.Outcome.AlreadyApproved => "It was approved before. Nothing more was done.",
        DecideResolution.Outcome.AlreadyRejected => "It was rejected before. Nothing more was done.",
        DecideResolution.Outcome.NotWaiting => "This request does not wait any more. Nothing was done.",
        DecideResolution.Outcome.OwnWork => OwnWork,
        DecideResolution.Outcome.Approved => "Approved. It is booked within a few seconds.",
        DecideResolution.Outcome.Rejected => "Rejected. Somebody may propose something else.",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static string Answer(AskAgain.Outcome outcome) => outcome switch
    {
        AskAgain.Outcome.NotWaiting => "This request does not wait any more. Nothing was done.",
        AskAgain.Outcome.AlreadyProposed => "Somebody has proposed something already. Nothing was done.",
        AskAgain.Outcome.TooLate => "The other side may not know a repeat any more and would do it once more. Nothing was done.",
        AskAgain.Outcome.Asked => "It goes out again within a few seconds.",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
