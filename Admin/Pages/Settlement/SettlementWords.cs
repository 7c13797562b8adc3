using CarrierPay.Admin.Pages.Payments;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Settlement.Periods;
using CarrierPay.Engine.Settlement.Runs;

namespace CarrierPay.Admin.Pages.Settlement;

/// <summary>The English words for states, problems and answers of settlement; pages translate them.</summary>
internal static class SettlementWords
{
    /// <summary>Word, mark and colour of a state: never by colour alone.</summary>
    public static (string Word, string Mark, string Style) State(SettlementState state) => state switch
    {
        SettlementState.Calculated => ("Waits for approval", "●", "state-waits"),
        SettlementState.Blocked => ("Blocked", "■", "state-blocked"),
        SettlementState.Approved => ("Approved", "✓", "state-approved"),
        SettlementState.Rejected => ("Rejected", "✕", "state-rejected"),
        SettlementState.Superseded => ("Superseded", "↻", "state-superseded"),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>The account that subscribers were charged on.</summary>
    public static string Rail(SettlementLine line) =>
        line.Kind == TransferKind.RejectedCharge ? "Rejected by billing" : PaymentWords.Account(line.Rail);

    /// <summary>{0} merchant, {1} day, {2} payments, {3} amount.</summary>
    public static string Problem(SettlementProblemKind kind) => kind switch
    {
        SettlementProblemKind.NoContract => "{0} has no contract for {2} payments of {3} from {1} on. Give it a contract that covers them, then calculate again.",
        SettlementProblemKind.ContractEnded => "The contract of {0} ended before {1}; {2} payments of {3} came after it. Prolong it or agree a new one, then calculate again.",
        SettlementProblemKind.DiffersFromLedger => "Count or sum differs from the ledger by {2} payments and {3}. Do not pay out; call the system's operators.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static string Answer(ApproveSettlement.Outcome outcome) => outcome switch
    {
        ApproveSettlement.Outcome.NotFound => "There is no such settlement.",
        ApproveSettlement.Outcome.OtherVersion or ApproveSettlement.Outcome.Superseded => Superseded,
        ApproveSettlement.Outcome.AlreadyApproved => AlreadyApproved,
        ApproveSettlement.Outcome.AlreadyRejected => AlreadyRejected,
        ApproveSettlement.Outcome.Blocked => "This settlement is blocked and cannot be approved.",
        ApproveSettlement.Outcome.OwnWork => OwnWork,
        ApproveSettlement.Outcome.AmountDiffers => "The amount is not the one that you were shown. Nothing was approved; look at it again.",
        ApproveSettlement.Outcome.Approved => "Approved. {0} is to be paid out.",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static string Answer(RejectSettlement.Outcome outcome) => outcome switch
    {
        RejectSettlement.Outcome.ReasonMissing => ReasonMissing,
        RejectSettlement.Outcome.NotFound => "There is no such settlement.",
        RejectSettlement.Outcome.OtherVersion or RejectSettlement.Outcome.Superseded => Superseded,
        RejectSettlement.Outcome.AlreadyApproved => AlreadyApproved,
        RejectSettlement.Outcome.AlreadyRejected => AlreadyRejected,
        RejectSettlement.Outcome.Blocked => "This settlement is blocked: there is nothing to reject. Calculate again when its problems are solved.",
        RejectSettlement.Outcome.Rejected => "Rejected. It can be calculated again.",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static string Answer(RerunSettlement.Outcome outcome) => outcome switch
    {
        RerunSettlement.Outcome.ReasonMissing => ReasonMissing,
        RerunSettlement.Outcome.NotFound => "There is no such settlement.",
        RerunSettlement.Outcome.OtherVersion or RerunSettlement.Outcome.Superseded => Superseded,
        RerunSettlement.Outcome.AlreadyApproved => "It was approved already: its transfers stand in the ledger, and it is not calculated again.",
        RerunSettlement.Outcome.Blocked => "Calculated again, and blocked again: see the problems of the new version.",
        RerunSettlement.Outcome.Calculated => "Calculated again as version {0}. You made it, so somebody else approves it.",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static string Answer(AskForClosing.Outcome outcome) => outcome switch
    {
        AskForClosing.Outcome.PeriodClosed => "Period {0} is closed already; nothing more was done.",
        AskForClosing.Outcome.Asked or AskForClosing.Outcome.AlreadyAsked => "Period {0} is being closed. Its settlement appears here in a moment; you made it, so somebody else approves it.",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public const string OwnWork = "You made this settlement. Another approver has to decide about it.";
    public const string ReasonMissing = "Give a reason: the next one who works on it needs it.";
    private const string Superseded = "A newer version took the place of this one. Nothing was done; look at the newer one.";
    private const string AlreadyApproved = "Somebody approved it before you. Nothing was done a second time.";
    private const string AlreadyRejected = "Somebody rejected it before you. Nothing was done.";
}
