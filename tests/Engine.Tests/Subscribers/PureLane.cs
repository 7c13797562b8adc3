using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Subscribers;

/// <summary>What a lane does to the states, in memory: one event a batch, its changes kept, ended payments taken out of the open ones.</summary>
internal sealed class PureLane
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 14, 31, 0, TimeSpan.Zero);

    /// <summary>Sells LATTE at 1250 and MOCHA at 1400.</summary>
    public static readonly Merchant Coffee = new(new(1), "COFFEE", "Star Coffee", MerchantStatus.Active, false, null, [new("LATTE", "Caffe Latte", 1250, null), new("MOCHA", "Mocha", 1400, null)]);

    /// <summary>Has one thing only, at 199.</summary>
    public static readonly Merchant News = new(new(2), "NEWS", "Daily News", MerchantStatus.Active, false, null, [new("DAILY", "Today's issue", 199, null)]);

    /// <summary>Asks for quotes, up to 5000; FIFA up to 7000; BADGE has a price of 300.</summary>
    public static readonly Merchant Games = new(new(3), "EA", "EA Games", MerchantStatus.Active, true, 5000, [new("FIFA", "FIFA", null, 7000), new("BADGE", "Badge", 300, null)]);

    public static readonly Merchant Closed = new(new(4), "SHUT", "Shut Shop", MerchantStatus.Suspended, false, null, [new("X", "X", 100, null)]);

    private readonly ConfirmationCodes _codes = new("0123456789abcdef"u8);
    private readonly IdBlock _ids = new(1000, long.MaxValue / 2);
    private readonly Permits _permits;

    public PureLane(string currency = "EUR", TierLimits? limits = null, int permits = 100, int maxOpen = 3)
    {
        _permits = new(permits);
        var named = limits ?? new(100_000, 10_000, 20_000, 30_000, 10);
        var anonymous = new TierLimits(named.BalanceCapMinor / 2, named.TransactionMinor / 2, named.DayMinor / 2, named.MonthMinor / 2, named.DayPayments);
        Rules = new(
            Currency.Of(currency), TimeZoneInfo.Utc, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(3), TimeSpan.FromHours(24), maxOpen,
            new Dictionary<KycTier, TierLimits> { [KycTier.Named] = named, [KycTier.Anonymous] = anonymous }.ToFrozenDictionary(), TimeSpan.FromDays(3));
        Reference = new(1, Rules, [Coffee, News, Games, Closed]);
    }

    public Rules Rules { get; }
    public ReferenceData Reference { get; set; }
    public DateTimeOffset Now { get; set; } = Start;

    /// <summary>The systems outside that keep money; none unless a test sets them (<see cref="PureRails"/>).</summary>
    public Rails Rails { get; set; } = Rails.None;

    /// <summary>Whether nobody has taken a call up after the attempt that was answered.</summary>
    public Func<ConnectorCall, bool> IsLastAttempt { get; set; } = _ => true;

    /// <summary>All events as one batch: what has ended stays among the open payments, marked, until the batch is written.</summary>
    public bool IsOneBatch { get; init; }

    public List<MessageRow> Messages { get; } = [];
    public List<OutboundMessage> Sent { get; } = [];
    public List<EndedPayment> Ended { get; } = [];
    public List<Transfer> Transfers { get; } = [];
    public List<ConnectorCall> Calls { get; } = [];
    public List<ConnectorCall> CallsKept { get; } = [];
    public List<CallEnded> CallsEnded { get; } = [];
    public List<CallPutOff> CallsPutOff { get; } = [];
    public List<RatedEvent> RatedEvents { get; } = [];
    public List<PaymentNotice> Notices { get; } = [];
    public List<RejectedCharge> Undone { get; } = [];
    public List<DoubtEnded> DoubtsEnded { get; } = [];

    /// <summary>What the last event brought to the subscriber.</summary>
    public List<OutboundMessage> Answers { get; private set; } = [];

    public TextTemplate Answer => Answers.Single().Template;

    /// <summary>The parameters of the only answer.</summary>
    public string[] Said => ParameterList.Split(Answers.Single().Parameters);

    public Given Given => new(Now, 1, DateOnly.FromDateTime(Now.UtcDateTime).DayNumber, (Now.Year * 12) + Now.Month - 1, _ids, _codes, Reference, _permits) { Rails = Rails };

    /// <param name="billLimit">Null = no phone bill.</param>
    public SubscriberState Subscriber(long id = 7, long balance = 10_000, FundingKind source = FundingKind.Prepaid, long? billLimit = null) => new()
    {
        Lane = 1,
        Id = new(id),
        Msisdn = new(254_700_000_000 + id),
        Sources = (short)(1 << (int)FundingKind.Prepaid | 1 << (int)FundingKind.Bank | (billLimit is null ? 0 : 1 << (int)FundingKind.PhoneBill)),
        Bill = billLimit is { } limit ? new(limit, 0, 0) : null,
        DefaultSource = source,
        Currency = Rules.Currency.Numeric,
        BalanceMinor = balance,
    };

    public void Replace(Merchant merchant) =>
        Reference = new(2, Rules, new[] { Coffee, News, Games, Closed }.Select(m => m.Id == merchant.Id ? merchant : m));

    public void Text(SubscriberState subscriber, string text) => Decide(subscriber, Received(subscriber, text));

    public static ReceiveText.TextReceived Received(SubscriberState subscriber, string text) => new(
        text, ReceiveText.Fingerprint(subscriber.Msisdn, "7000", text), SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16])
    {
        From = subscriber.Msisdn,
        ReplyPath = "7000",
    };

    /// <summary>A dialled string or an answer to a screen, by a session whose answer is wanted within 10 s.</summary>
    /// <param name="afterStep">Which of our answers the network is known to have taken; null = the last.</param>
    public void Ussd(SubscriberState subscriber, string text, string session = "s1", long? afterStep = null) =>
        Decide(subscriber, Typed(subscriber, text, session, afterStep));

    public ReceiveUssd.UssdReceived Typed(SubscriberState subscriber, string text, string session = "s1", long? afterStep = null) => new(
        text, text.StartsWith('*'), afterStep ?? (subscriber.Dialogue is { } last && last.Session == session ? last.Step : 0), SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16])
    {
        From = subscriber.Msisdn,
        ReplyPath = "7000",
        Ussd = new("link", session, Now.AddSeconds(10)),
    };

    /// <summary>The only text that went to a screen.</summary>
    public OutboundMessage Screen => Answers.Single(m => m.Ussd is not null);

    public void Quote(SubscriberState subscriber, ConnectorCall call, QuoteResult result) => Decide(subscriber, new QuoteAnswered(call, result));

    public void Decide(SubscriberState subscriber, SubscriberEvent subscriberEvent)
    {
        var changes = new Changes(new Parcel(1, 0));
        var given = Given;
        subscriber.DeniedCalls.Clear();
        if (subscriberEvent.Denies is { } denied && IsLastAttempt(denied))
            subscriber.DeniedCalls.Add(denied.Id);
        changes.Begin(subscriber, subscriberEvent, given);
        Decisions.Decide(subscriber, subscriberEvent, given, changes);
        changes.End();
        if (!IsOneBatch)
            subscriber.OpenPayments.RemoveAll(p => p.Ended is not null);
        Messages.AddRange(changes.Messages);
        Sent.AddRange(changes.Outbound);
        Ended.AddRange(changes.Ended);
        Transfers.AddRange(changes.Transfers);
        Calls.AddRange(changes.Calls);
        CallsKept.AddRange(changes.CallsKept);
        CallsEnded.AddRange(changes.CallsEnded);
        CallsPutOff.AddRange(changes.CallsPutOff);
        RatedEvents.AddRange(changes.RatedEvents);
        Notices.AddRange(changes.Notices);
        Undone.AddRange(changes.Undone);
        DoubtsEnded.AddRange(changes.DoubtsEnded);
        Answers = changes.Outbound;
    }

    public string CodeOf(SubscriberState subscriber, int number) => _codes.Of(subscriber.Id, number);

    /// <summary>The code of the only payment that is open.</summary>
    public string CodeOf(SubscriberState subscriber) => CodeOf(subscriber, subscriber.OpenPayments.Single().Number);

    /// <summary>Codes that belong to no payment of the subscriber near its present count.</summary>
    public IEnumerable<string> WrongCodes(SubscriberState subscriber)
    {
        var right = Enumerable.Range(0, 60).Select(n => CodeOf(subscriber, n)).ToHashSet();
        return Enumerable.Range(1111, 8000).Select(n => n.ToString("0000")).Where(code => !right.Contains(code));
    }
}
