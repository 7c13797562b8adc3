namespace CarrierPay.Engine.Ledger;

/// <summary>The accounts of the books. An account is one of these and its owner. The numbers stand in the database and never change.</summary>
public enum ChartAccount : short
{
    /// <summary>Money that the operator holds for prepaid accounts: debited when a prepaid account is filled. Owner 0.</summary>
    OperatorFloat = 1,

    /// <summary>What a subscriber has in the prepaid account. Owner: the subscriber.</summary>
    Prepaid = 2,

    /// <summary>What is owed to a merchant before settlement. Owner: the merchant.</summary>
    MerchantPayable = 3,

    /// <summary>What a subscriber owes for what went on the phone bill, until the bill is paid. Owner: the subscriber.</summary>
    PhoneBillReceivable = 10,

    /// <summary>What the operator's charging system took, or is taking, from subscribers for us. Owner 0.</summary>
    ChargingSystem = 11,

    /// <summary>What a bank took, or is taking, from subscribers for us. Owner: the bank's number.</summary>
    Bank = 12,

    /// <summary>What is being charged to airtime, until it is known whether it was. Owner: the subscriber.</summary>
    AirtimeSuspense = 13,

    /// <summary>What is being charged to a bank account, until it is known whether it was. Owner: the subscriber.</summary>
    BankSuspense = 14,

    /// <summary>What is being charged to a phone bill by the charging system, until it is known whether it was. Owner: the subscriber.</summary>
    PhoneBillSuspense = 15,

    /// <summary>What a settlement was approved for and is to be paid out. Owner: the merchant.</summary>
    MerchantPayout = 20,

    /// <summary>The operator's part of what was settled. Owner 0.</summary>
    OperatorRevenue = 21,

    /// <summary>What the operator bears of charges that its billing system rejected. Owner 0.</summary>
    RejectedCharges = 40,

    /// <summary>What came, or came back, for a wallet whose subscriber is gone: to be paid out by people. Owner: the subscriber.</summary>
    Unclaimed = 41,
}

/// <summary>Why money moved. The numbers stand in the database and never change.</summary>
public enum TransferKind : short
{
    /// <summary>The balance with which a prepaid account was provisioned.</summary>
    OpeningBalance = 1,

    /// <summary>A subscriber paid a merchant.</summary>
    Payment = 2,

    /// <summary>A system that keeps money was asked to take the price of a payment: it stands in suspense.</summary>
    ChargeBegun = 3,

    /// <summary>The price was not taken, or was given back: it leaves the suspense.</summary>
    ChargeUndone = 4,

    /// <summary>A wallet was filled from elsewhere.</summary>
    TopUp = 6,

    /// <summary>Money left a wallet for where the subscriber has it elsewhere.</summary>
    CashOut = 7,

    /// <summary>The merchant's part of a settled line is to be paid out. Reference: the line.</summary>
    SettlementPayout = 20,

    /// <summary>The operator's part of a settled line. Reference: the line.</summary>
    SettlementRevenue = 21,

    /// <summary>A charge to a phone bill was rejected by the billing system and is undone. Reference: the payment.</summary>
    RejectedCharge = 40,
}

/// <summary>One movement of money: a row of the ledger, balanced by construction because it carries both sides.</summary>
/// <param name="AmountMinor">Minor units of the subscriber's currency, more than 0.</param>
/// <param name="Reference">What it is for, opaque to the ledger: a payment's id.</param>
public readonly record struct Transfer(
    long Id, ChartAccount DebitAccount, long DebitOwner, ChartAccount CreditAccount, long CreditOwner,
    TransferKind Kind, long AmountMinor, short Currency, long Reference);
