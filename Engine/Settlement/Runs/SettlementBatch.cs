using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>Where a batch stands. Numbers stand in the database and never change.</summary>
public enum SettlementState : short
{
    /// <summary>Waits for a second person.</summary>
    Calculated = 1,

    /// <summary>Cannot be approved; its problems say why. Calculate again when they are solved.</summary>
    Blocked = 2,

    /// <summary>Its transfers are written. Final.</summary>
    Approved = 3,

    /// <summary>Refused with a reason. Calculate again.</summary>
    Rejected = 4,

    /// <summary>A later version of the same period and currency took its place.</summary>
    Superseded = 5,
}

/// <summary>Why a batch is blocked. Numbers stand in the database and never change.</summary>
public enum SettlementProblemKind : short
{
    /// <summary>The merchant was paid on days before its first contract, or has none.</summary>
    NoContract = 1,

    /// <summary>The merchant was paid on or after the day on which its contract had ended.</summary>
    ContractEnded = 2,

    /// <summary>Count or sum of what was added up for the merchants differs from the ledger's own.</summary>
    DiffersFromLedger = 3,
}

/// <summary>One settlement of one closed period and currency; a re-run is a batch of its own with the next version.</summary>
/// <param name="MadeBy">Who asked for it, or <see cref="Storage.AuditTrail.Schedule"/>. May not approve it.</param>
/// <param name="PayableMinor">What approval makes payable to merchants, minor units.</param>
/// <param name="LedgerPayments">Count of the plain aggregate of the ledger, to compare with <paramref name="Payments"/>.</param>
/// <param name="Reason">Of the rejection, or the approver's note.</param>
/// <param name="LatestVersion">Of this period and currency; larger than <paramref name="Version"/> when this batch is superseded.</param>
public sealed record SettlementBatch(
    long Id, int Period, short CurrencyNumber, int Version, SettlementState State, string MadeBy, DateTimeOffset MadeAt,
    long Payments, long GrossMinor, long ShareMinor, long OperatorMinor, long PayableMinor, long LedgerPayments, long LedgerMinor,
    string? DecidedBy, DateTimeOffset? DecidedAt, string? Reason, DateTimeOffset PeriodOpenedAt, DateTimeOffset PeriodClosedAt, int Merchants, int LatestVersion)
{
    public Currency Currency => Currency.Of(CurrencyNumber);
}

/// <summary>What one merchant gets under one contract from one rail, or gives back. Share and operator's part sum up to gross.</summary>
/// <param name="ContractUntil">First day on which the contract holds no more; null = it goes on.</param>
/// <param name="Rail">The account that subscribers were charged on.</param>
/// <param name="Kind">Payments, or charges that billing rejected: these have amounts below 0.</param>
public sealed record SettlementLine(
    long Id, int MerchantId, string Keyword, string MerchantName, DateOnly ContractFrom, DateOnly? ContractUntil, ChartAccount Rail, TransferKind Kind,
    long Payments, long GrossMinor, int ShareBasisPoints, long ShareMinor, long OperatorMinor, long PayableMinor);

/// <param name="MerchantId">Null when it concerns the whole batch.</param>
/// <param name="Keyword">Null when there is no such merchant.</param>
/// <param name="OnDay">The first business day without a contract.</param>
public sealed record SettlementProblem(SettlementProblemKind Kind, int? MerchantId, string? Keyword, long Payments, long GrossMinor, DateOnly? OnDay);

/// <summary>A batch with everything in it.</summary>
/// <param name="Versions">All versions of its period and currency, oldest first.</param>
public sealed record SettlementBatchDetail(
    SettlementBatch Batch, IReadOnlyList<SettlementLine> Lines, IReadOnlyList<SettlementProblem> Problems, IReadOnlyList<SettlementBatch> Versions);

/// <summary>One payment behind a line.</summary>
/// <param name="Lane">With <paramref name="PaymentId"/> it finds the payment in <see cref="Payments.PaymentQueries"/>.</param>
/// <param name="Msisdn">The subscriber's number now; it prints masked.</param>
public sealed record SettledPayment(short Lane, long PaymentId, long TransferId, long AmountMinor, DateTimeOffset PaidAt, long SubscriberId, Msisdn? Msisdn, int? Number)
{
    /// <summary>What stands in the texts; null when the payment's own row is gone.</summary>
    public string? Reference => Number is { } number ? PaymentReference.Of(new(SubscriberId), number) : null;
}

/// <summary>A slice of the ledger between two closings.</summary>
/// <param name="ClosedBy">Null while it is open.</param>
/// <param name="CutOff">For which cut-off it was closed; null when a person asked.</param>
/// <param name="CalculatedAt">Since when it has its batches, or nothing to settle.</param>
/// <param name="AskedBy">Who asked to close it.</param>
public sealed record LedgerPeriod(
    int Id, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, string? ClosedBy, DateTimeOffset? CutOff, DateTimeOffset? DrainedAt, DateTimeOffset? CalculatedAt, string? AskedBy);
