using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>Where an open payment stands (DESIGN: requested, quoting, awaiting confirmation, charging, in doubt, reversing). Numbers stand in the database and never change.</summary>
public enum PaymentState : short { Quoting = 1, AwaitingConfirmation = 2, Charging = 3, InDoubt = 4, Reversing = 5 }

/// <summary>How a payment ended. Numbers stand in the database and never change.</summary>
public enum PaymentOutcome : short
{
    Succeeded = 1,
    Cancelled = 2,
    Expired = 3,
    Reversed = 4,

    DeclinedInsufficientFunds = 20,
    DeclinedOverTransactionLimit = 21,
    DeclinedOverDayLimit = 22,
    DeclinedOverMonthLimit = 23,
    DeclinedTooManyToday = 24,
    DeclinedAccountBlocked = 25,
    DeclinedMerchantSuspended = 26,
    DeclinedNoPrice = 27,
    DeclinedMerchantRefused = 28,
    DeclinedInvalidPrice = 29,
    DeclinedSourceUnavailable = 30,
    DeclinedSystemBusy = 31,
    DeclinedWrongCodes = 32,
    DeclinedAmountNotAccepted = 33,
    DeclinedOverBillLimit = 34,
    DeclinedSourceNotLinked = 35,

    /// <summary>An earlier payment must be known first: the same one, or one from the same source.</summary>
    DeclinedEarlierInDoubt = 36,

    /// <summary>By the charging system or the bank.</summary>
    DeclinedBySource = 37,

    /// <summary>The wallet would hold more than it may.</summary>
    DeclinedOverBalanceCap = 38,

    /// <summary>The number has a new SIM card: wallet and bank account are closed for a while.</summary>
    DeclinedSimChanged = 39,
}

/// <summary>A payment that is not final yet. The decision changes it; the lane inserts, updates or deletes its row.</summary>
public sealed class OpenPayment
{
    public required PaymentId Id { get; init; }
    public required PaymentState State { get; set; }

    /// <summary>The subscriber's own count; reference and code follow from it.</summary>
    public required int Number { get; init; }
    public required MerchantId Merchant { get; init; }
    public string? Item { get; init; }
    public required FundingKind Source { get; init; }

    /// <summary>The amount that the subscriber named, in minor units; 0 = none.</summary>
    public long AskedMinor { get; init; }

    /// <summary>The price, in minor units; 0 until the merchant has set it.</summary>
    public long AmountMinor { get; set; }
    public required short Currency { get; init; }

    /// <summary>Of the text that asked for it: a repeat of the text finds it.</summary>
    public required int RequestFingerprint { get; init; }
    public required string ReplyPath { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When the lane must look at it again: the quote is overdue, the confirmation has expired, or the subscriber is to be told that the charge takes long.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>When it went to the system that keeps the money; null before that, and for what we keep ourselves.</summary>
    public DateTimeOffset? ChargedAt { get; set; }

    /// <summary>The number of the bank that charges it (<see cref="BankRail.Number"/>); 0 = no bank.</summary>
    public int BankNumber { get; set; }

    /// <summary>The merchant's words for what is bought.</summary>
    public string? Description { get; set; }
    public string? QuoteId { get; set; }

    /// <summary>Until when its quoted price holds; null = the price stays.</summary>
    public DateTimeOffset? PriceUntil { get; set; }

    /// <summary>Not in the database yet.</summary>
    public bool IsNew { get; init; }
    public bool IsChanged { get; set; }

    /// <summary>The link of the subscriber's chain of consents by which it was agreed to; null if it was not.</summary>
    public byte[]? Consent { get; set; }

    public PaymentPurpose Purpose => OwnMoney.PurposeOf(Merchant);

    /// <summary>Whether the system that keeps the money has it: then only that system says how it ends.</summary>
    public bool IsCharging => State >= PaymentState.Charging;

    /// <summary>Whether it is not known how it ends, and the subscriber has been told so.</summary>
    public bool IsBeingChecked => IsCharging && DueAt == DateTimeOffset.MaxValue;

    /// <summary>How it ended; null while it is open.</summary>
    public PaymentOutcome? Ended { get; set; }
}
