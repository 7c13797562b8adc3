using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>Numbers stand in the database and never change.</summary>
public enum SubscriberStatus : short { Active = 1, Blocked = 2, Closed = 3 }

/// <summary>How well the subscriber is known: decides caps and limits. Numbers stand in the database and never change.</summary>
public enum KycTier : short { Anonymous = 1, Named = 2, Verified = 3 }

/// <summary>Where the money comes from. Numbers stand in the database and never change.</summary>
public enum FundingKind : short { Prepaid = 1, PhoneBill = 2, Airtime = 3, Bank = 4 }

/// <summary>All that is true of one subscriber, read under one lock, changed by decisions, and written back in the same transaction.</summary>
public sealed class SubscriberState
{
    private Dialogue? _dialogue;

    public required short Lane { get; init; }
    public required SubscriberId Id { get; init; }
    public required Msisdn Msisdn { get; init; }
    public SubscriberStatus Status { get; set; } = SubscriberStatus.Active;
    public Language Language { get; set; } = Language.English;
    public KycTier KycTier { get; set; } = KycTier.Named;

    /// <summary>One bit (1 &lt;&lt; kind) for each linked source.</summary>
    public short Sources { get; set; }
    public FundingKind DefaultSource { get; set; } = FundingKind.Prepaid;

    /// <summary>ISO 4217 numeric code; one currency for each subscriber.</summary>
    public short Currency { get; set; }

    /// <summary>The prepaid account, in minor units. Always the sum of its transfers.</summary>
    public long BalanceMinor { get; set; }

    public SpendingCounters Spending { get; set; }

    /// <summary>Null for a line without a phone bill.</summary>
    public MonthlyBill? Bill { get; set; }

    /// <summary>When the number was last seen with a new SIM card; null = never. Payments only read it.</summary>
    public DateTimeOffset? SimChangedAt { get; set; }

    /// <summary>The linked bank account, or the one that the bank is being asked for; null = none.</summary>
    public BankLink? BankLink { get; private set; }

    /// <summary>Whether <see cref="BankLink"/> is to be written back.</summary>
    public bool IsBankLinkChanged { get; private set; }

    /// <summary>Wrong codes since the last right one. The third cancels all that wait for a code.</summary>
    public int WrongCodes { get; set; }

    /// <summary>The number of the last payment that is final.</summary>
    public int PaymentsNumbered { get; set; }

    /// <summary>When an unknown command was last answered with help.</summary>
    public DateTimeOffset HelpedAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Head of the subscriber's chain of consents; empty before the first.</summary>
    public byte[] ConsentHead { get; set; } = [];

    public RecentPayments Recent { get; init; } = new([]);

    public List<OpenPayment> OpenPayments { get; } = [];

    /// <summary>Of the calls that the events of a batch deny (<see cref="SubscriberEvent.Denies"/>), those that nobody has taken up since, and now nobody can.</summary>
    public HashSet<long> DeniedCalls { get; } = [];

    /// <summary>Charges that billing has rejected and that are not undone yet; read only for a batch that brings a <see cref="ChargeRejected"/>.</summary>
    public List<RejectedCharge> RejectedCharges { get; } = [];

    /// <summary>What people decided about payments in doubt and is not booked yet; read only for a batch that brings a <see cref="DoubtDecided"/>.</summary>
    public List<DecidedDoubt> DecidedDoubts { get; } = [];

    /// <summary>The last USSD dialogue; null if there was none, or nothing is left of it.</summary>
    public Dialogue? Dialogue { get => _dialogue; init => _dialogue = value; }

    /// <summary>Whether the dialogue is to be written back: a column that a payment by SMS does not write.</summary>
    public bool IsDialogueChanged { get; private set; }

    /// <summary>Whether the row is to be written back.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Whether the phone bill is to be written back with the row.</summary>
    public bool IsBillChanged { get; set; }

    public bool Has(FundingKind kind) => (Sources & (1 << (int)kind)) != 0;

    /// <summary>The dialogue goes on as this one; null = it is forgotten.</summary>
    public void SetDialogue(Dialogue? dialogue)
    {
        _dialogue = dialogue;
        IsDialogueChanged = true;
    }

    /// <summary>As it is stored.</summary>
    public void Read(BankLink link) => BankLink = link;

    public void Change(BankLink link)
    {
        BankLink = link;
        IsBankLinkChanged = true;
    }

    /// <summary>The number for a new payment: one more than any so far, open ones included.</summary>
    public int NextPaymentNumber()
    {
        var last = PaymentsNumbered;
        foreach (var payment in OpenPayments)
            last = Math.Max(last, payment.Number);
        return last + 1;
    }
}
