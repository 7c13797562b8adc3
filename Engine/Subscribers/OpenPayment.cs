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

    /// <summary>When the lane must look at it again: the quote is overdue, or the confirmation has expired.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>The merchant's words for what is bought.</summary>
    public string? Description { get; set; }
    public string? QuoteId { get; set; }

    /// <summary>Not in the database yet.</summary>
    public bool IsNew { get; init; }
    public bool IsChanged { get; set; }

    /// <summary>The link of the subscriber's chain of consents by which it was agreed to; null if it was not.</summary>
    public byte[]? Consent { get; set; }

    /// <summary>How it ended; null while it is open.</summary>
    public PaymentOutcome? Ended { get; set; }
}
