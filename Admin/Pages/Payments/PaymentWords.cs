using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging.Deliveries;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Admin.Pages.Payments;

/// <summary>The English words for outcomes, sources and accounts; pages translate them.</summary>
internal static class PaymentWords
{
    /// <summary>Word, mark and colour: never by colour alone.</summary>
    public static (string Word, string Mark, string Style) Outcome(PaymentOutcome outcome) => outcome switch
    {
        PaymentOutcome.Succeeded => ("Paid", "✓", "state-approved"),
        PaymentOutcome.Cancelled => ("Cancelled", "✕", "state-superseded"),
        PaymentOutcome.Expired => ("Expired", "✕", "state-superseded"),
        PaymentOutcome.Reversed => ("Reversed", "↻", "state-superseded"),
        PaymentOutcome.DeclinedInsufficientFunds => ("Declined: not enough money", "✕", "state-rejected"),
        PaymentOutcome.DeclinedOverTransactionLimit => ("Declined: over the limit of one payment", "✕", "state-rejected"),
        PaymentOutcome.DeclinedOverDayLimit => ("Declined: over the limit of the day", "✕", "state-rejected"),
        PaymentOutcome.DeclinedOverMonthLimit => ("Declined: over the limit of the month", "✕", "state-rejected"),
        PaymentOutcome.DeclinedTooManyToday => ("Declined: too many payments in a day", "✕", "state-rejected"),
        PaymentOutcome.DeclinedAccountBlocked => ("Declined: account blocked", "✕", "state-rejected"),
        PaymentOutcome.DeclinedMerchantSuspended => ("Declined: merchant suspended", "✕", "state-rejected"),
        PaymentOutcome.DeclinedNoPrice => ("Declined: the merchant gave no price", "✕", "state-rejected"),
        PaymentOutcome.DeclinedMerchantRefused => ("Declined by the merchant", "✕", "state-rejected"),
        PaymentOutcome.DeclinedInvalidPrice => ("Declined: price not valid", "✕", "state-rejected"),
        PaymentOutcome.DeclinedSourceUnavailable => ("Declined: source not available", "✕", "state-rejected"),
        PaymentOutcome.DeclinedSystemBusy => ("Declined: system busy", "✕", "state-rejected"),
        PaymentOutcome.DeclinedWrongCodes => ("Declined: wrong codes", "✕", "state-rejected"),
        PaymentOutcome.DeclinedAmountNotAccepted => ("Declined: amount not accepted", "✕", "state-rejected"),
        PaymentOutcome.DeclinedOverBillLimit => ("Declined: over the phone bill's limit", "✕", "state-rejected"),
        PaymentOutcome.DeclinedSourceNotLinked => ("Declined: source not linked", "✕", "state-rejected"),
        PaymentOutcome.DeclinedOverBalanceCap => ("Declined: over the wallet's cap", "✕", "state-rejected"),
        PaymentOutcome.DeclinedSimChanged => ("Declined: new SIM card", "✕", "state-rejected"),
        PaymentOutcome.DeclinedEarlierInDoubt => ("Declined: an earlier payment is in doubt", "✕", "state-rejected"),
        PaymentOutcome.DeclinedBySource => ("Declined by the source", "✕", "state-rejected"),
        _ => ($"{outcome}", "✕", "state-rejected"),
    };

    /// <summary>The merchant's name; what is done with one's own money has none.</summary>
    public static string Payee(int merchant, string name) =>
        merchant == OwnMoney.Wallet.Value ? "Top-up of the wallet" : merchant == OwnMoney.Elsewhere.Value ? "Cash-out of the wallet" : name;

    /// <summary>Of an open payment: word, mark and colour.</summary>
    public static (string Word, string Mark, string Style) State(PaymentState state) => state switch
    {
        PaymentState.Quoting => ("Price asked for", "●", "state-waits"),
        PaymentState.AwaitingConfirmation => ("Waits for the subscriber", "●", "state-waits"),
        PaymentState.Charging => ("Being charged", "●", "state-waits"),
        PaymentState.InDoubt => ("In doubt", "?", "state-blocked"),
        PaymentState.Reversing => ("Being undone", "↻", "state-blocked"),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>Who was asked for what.</summary>
    public static string Asked(ConnectorKind kind) => kind switch
    {
        ConnectorKind.OcsDebit => "Charging system was asked to charge",
        ConnectorKind.OcsRefund => "Charging system was asked to give back",
        ConnectorKind.BankDebit => "Bank was asked to charge",
        ConnectorKind.BankReversal => "Bank was asked to undo",
        ConnectorKind.BankLinking => "Bank was asked to link the account",
        ConnectorKind.OcsCredit => "Charging system was asked to credit",
        ConnectorKind.BankCredit => "Bank was asked to credit",
        _ => "Merchant was asked",
    };

    public static string Source(FundingKind source) => source switch
    {
        FundingKind.Prepaid => "Prepaid account",
        FundingKind.PhoneBill => "Phone bill",
        FundingKind.Airtime => "Airtime",
        FundingKind.Bank => "Bank account",
        _ => $"{source}",
    };

    /// <summary>How far a message came: of its parts, the one that came least far tells; of sendings of one part, the best.</summary>
    public static string Delivery(IReadOnlyList<PartDelivery> deliveries)
    {
        var parts = deliveries.GroupBy(d => d.Part.Part).Select(sendings => sendings.Min(d => Distance(d.Last?.State)));
        return parts.Max() switch
        {
            0 => "On the handset",
            1 => "With the SMSC, not on the handset yet",
            _ => "Did not reach the handset",
        };
    }

    private static int Distance(DeliveryState? state) => state switch
    {
        DeliveryState.Delivered => 0,
        { } known when known.IsFinal() => 2,
        _ => 1,
    };

    public static string Account(ChartAccount account) => account switch
    {
        ChartAccount.OperatorFloat => "Operator's float",
        ChartAccount.Prepaid => "Prepaid account",
        ChartAccount.MerchantPayable => "Owed to the merchant",
        ChartAccount.MerchantPayout => "To be paid out to the merchant",
        ChartAccount.OperatorRevenue => "Operator's revenue",
        ChartAccount.PhoneBillReceivable => "Phone bill",
        ChartAccount.ChargingSystem => "Charging system",
        ChartAccount.Bank => "Bank",
        ChartAccount.AirtimeSuspense => "Airtime",
        ChartAccount.BankSuspense => "Bank account",
        ChartAccount.PhoneBillSuspense => "Phone bill",
        ChartAccount.RejectedCharges => "Rejected charges, borne by the operator",
        ChartAccount.Unclaimed => "Unclaimed: the account is closed",
        _ => $"{account}",
    };
}
