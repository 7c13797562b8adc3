using System.Globalization;
using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments.Doubts;

/// <summary>Where a request about money stands.</summary>
public enum CaseState
{
    /// <summary>It waits for people.</summary>
    Waiting,

    /// <summary>It goes out again by itself.</summary>
    AskedAgain,

    /// <summary>It has its answer, or people decided.</summary>
    Closed,
}

/// <summary>What somebody proposed about a case, and what became of it.</summary>
/// <param name="WasCharged">True: exactly the price was taken. False: nothing was taken, or it was given back.</param>
/// <param name="Note">Of whoever decided.</param>
public sealed record DoubtProposal(
    short Lane, long Id, long CallId, long PaymentId, bool WasCharged, ProposalState State, string ProposedBy, DateTimeOffset ProposedAt, string Reason,
    string? DecidedBy, DateTimeOffset? DecidedAt, string? Note, DateTimeOffset? EndedAt)
{
    internal const string ObjectKind = "doubt";

    /// <summary>As the audit log names the case: <c>lane/request</c>.</summary>
    internal static string ObjectId(short lane, long callId) => string.Create(CultureInfo.InvariantCulture, $"{lane}/{callId}");
}

/// <summary>A request to a system that keeps money, with all that people need to find it there and to decide what is true.</summary>
/// <param name="CallId">Of the request.</param>
/// <param name="Bank">The bank's code; empty for the charging system.</param>
/// <param name="AccountTail">The last characters of the account at the bank.</param>
/// <param name="Number">The payment's own number with its subscriber.</param>
/// <param name="Merchant">Who is paid; or one's own money (<see cref="OwnMoney"/>).</param>
/// <param name="AmountMinor">The price.</param>
/// <param name="PaymentState">Null = the payment has its outcome.</param>
/// <param name="Outcome">Null = the payment is open.</param>
/// <param name="CreatedAt">When the request was made, and first sent.</param>
/// <param name="Attempts">How often it went out again.</param>
/// <param name="LastAnswer">What was answered last; null = nothing yet.</param>
/// <param name="WaitsFor">Why it came to people; null = it never did.</param>
public sealed record DoubtCase(
    short Lane, long CallId, ConnectorKind Kind, string Bank, string? AccountTail, long SubscriberId, Msisdn? Msisdn, long PaymentId, int Number, int Merchant, string MerchantName, string Keyword,
    FundingKind Source, long AmountMinor, short CurrencyNumber, PaymentState? PaymentState, PaymentOutcome? Outcome, CaseState State, DateTimeOffset CreatedAt, int Attempts,
    string? LastAnswer, WaitsFor? WaitsFor, DateTimeOffset? WaitsSince, string Request)
{
    public Currency Currency => Currency.Of(CurrencyNumber);

    public PaymentPurpose Purpose => OwnMoney.PurposeOf(new(Merchant));

    /// <summary>What stands in the texts, as <c>K7Q2M9</c>.</summary>
    public string Reference => PaymentReference.Of(new(SubscriberId), Number);

    /// <summary>What is proposed and not done with; null = nothing.</summary>
    public DoubtProposal? Open { get; init; }

    /// <summary>Whether somebody may propose something now.</summary>
    public bool TakesProposals => State == CaseState.Waiting && Open is null;

    /// <summary>Until when the same request may go out again; null = as long as one likes: a bank knows a reversal again by its numbers.</summary>
    /// <param name="resendFor">As long as the charging system knows a repeat.</param>
    public DateTimeOffset? RepeatsUntil(TimeSpan resendFor) => MayBeForgotten(Kind) ? CreatedAt + resendFor : null;

    /// <summary>Whether the other side might do it once more, if it is asked again late. A bank knows a reversal by its numbers; and its debit is never sent again, but reversed.</summary>
    internal static bool MayBeForgotten(ConnectorKind kind) => kind is not (ConnectorKind.BankReversal or ConnectorKind.BankDebit);

    /// <summary>By what the other side's records name the request: the protocol's name of it, and its value.</summary>
    public IReadOnlyList<(string Name, string Value)> Identifiers => IsAtChargingSystem ? OfChargingSystem() : OfBank();

    /// <summary>What the request asked the charging system for, in minor units; null for a bank, whose field 4 says it.</summary>
    public long? AskedMinor => IsAtChargingSystem ? OcsRequest.FromJson(Request).AmountMinor : null;

    private bool IsAtChargingSystem => Kind is ConnectorKind.OcsDebit or ConnectorKind.OcsRefund or ConnectorKind.OcsCredit;

    private List<(string, string)> OfChargingSystem() => [("Session-Id", OcsRequest.FromJson(Request).SessionId), ("CC-Request-Number", "0")];

    private List<(string, string)> OfBank()
    {
        var request = BankRequest.FromJson(Request);
        List<(string, string)> found = [("MTI", request.Mti)];
        foreach (var (field, name) in new[] { (11, "STAN (11)"), (37, "RRN (37)"), (7, "Date, time (7)"), (41, "Terminal (41)"), (4, "Amount (4)"), (90, "Original (90)") })
        {
            if (request.Fields.TryGetValue(field, out var value))
                found.Add((name, value));
        }
        return found;
    }
}

/// <summary>A payment that is with the system that keeps the money.</summary>
/// <param name="Since">When it went there.</param>
public sealed record ChargingPayment(
    short Lane, long Id, long SubscriberId, int Number, Msisdn? Msisdn, int Merchant, string MerchantName, FundingKind Source, PaymentState State, long AmountMinor, short CurrencyNumber, DateTimeOffset Since)
{
    public Currency Currency => Currency.Of(CurrencyNumber);

    public string Reference => PaymentReference.Of(new(SubscriberId), Number);
}
