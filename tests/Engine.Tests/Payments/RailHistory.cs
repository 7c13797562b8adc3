using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

/// <summary>One history of subscribers who pay from airtime, a phone bill that the charging system keeps, bank accounts and the wallet; checked after each step and at its end.</summary>
internal sealed class RailHistory
{
    public const int Subscribers = 3;

    private static readonly string[] Wishes =
    [
        "PAY NEWS", "PAY NEWS P", "PAY NEWS B", "PAY NEWS W", "PAY NEWS", "PAY COFFEE LATTE", "PAY COFFEE LATTE B", "PAY COFFEE LATTE P", "PAY COFFEE MOCHA", "PAY COFFEE MOCHA B",
        "PAY EA BADGE", "PAY EA BADGE B", "PAY EA BADGE P", "支付 NEWS", "PAY SHUT X", "BAL", "HIST", "Y", "N",
        "TOPUP 1", "TOPUP 5 P", "TOPUP 500 B", "TOPUP 2 B", "TOPUP 5 B", "CASHOUT 1", "CASHOUT 2 P", "CASHOUT 500 B", "CASHOUT 3 B", "CASHOUT 400 P",
    ];

    private static readonly string[] Dialled = ["*500#", "*500*1#", "*500*1*1#", "*500*2*NEWS#", "*500*2*COFFEE*LATTE#", "*#"];

    private static readonly TimeSpan[] Times =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(7), TimeSpan.FromHours(13), TimeSpan.FromDays(1), TimeSpan.FromDays(8),
    ];

    public enum Kind
    {
        Wish, Wish2, Wish3, RightCode, RightCode2, RightCode3, RightCode4, Make, Make2, Make3, Make4, Make5, Late, Late2, TakeUp, TakeUp2, Arrive, Arrive2, Time, Time2, Due, Due2,
        WrongCode, WrongCode2, OldCode, Deny, Dial, TypeCode, ScreenDue, Status, Account, Again,
    }

    /// <param name="A">Chooses within the kind, whatever it is.</param>
    public sealed record Step(Kind Kind, int Who, int A, int B);

    private readonly PureLane _lane;
    private readonly SubscriberState[] _subscribers;
    private readonly OutsideBooks _books;
    private readonly OutsideCalls _calls;
    private readonly RailChecks _checks;
    private readonly List<(int Who, SubscriberEvent Event)> _events = [];
    private int _dialogues;
    private int _links;

    public RailHistory(string currency, bool isOneBatch = false)
    {
        _lane = new(currency, RailChecks.Limits) { IsOneBatch = isOneBatch, Rails = PureRails.Of(chargesBills: true, room: 1) };
        _subscribers =
        [
            _lane.Subscriber(7, 3_000, FundingKind.Airtime).WithRails(),
            _lane.Subscriber(8, 0, FundingKind.PhoneBill, billLimit: 500).WithRails(),
            _lane.Subscriber(9, 5_000, FundingKind.Bank).WithRails(),
        ];
        _subscribers[1].Language = Language.SimplifiedChinese;
        _subscribers[2].Sources ^= 1 << (int)FundingKind.Airtime;
        _books = new(_lane);
        _calls = new(_lane, _books);
        _lane.IsLastAttempt = _calls.IsLastAttempt;
        _checks = new(_lane, _subscribers, _calls);
    }

    public IEnumerable<string> Happened => _checks.Happened;

    public string Transcript =>
        string.Join('|', _lane.Sent.Select(m => m.Template + m.Parameters)) + string.Join('|', _lane.Transfers) + string.Join('|', _lane.Ended.Select(e => e.Outcome));

    public void Play(Step[] steps)
    {
        foreach (var step in steps)
        {
            if (Event(step) is { } next)
                Decide(next);
        }
        _calls.Settle(Decide);
        _checks.AtTheEnd(_books);
        foreach (var (who, old) in _events.Where(e => e.Event is ChargeAnswered or UndoAnswered or PaymentDue).ToList())
            RepeatWhatIsSettled(who, old);
    }

    private SubscriberEvent? Event(Step step)
    {
        var subscriber = _subscribers[step.Who];
        switch (step.Kind)
        {
            case Kind.Wish or Kind.Wish2 or Kind.Wish3:
                return PureLane.Received(subscriber, Wishes[step.A % Wishes.Length]);
            case Kind.RightCode or Kind.RightCode2 or Kind.RightCode3 or Kind.RightCode4 when Open() is { } open:
                return PureLane.Received(subscriber, $"Y {_lane.CodeOf(subscriber, open.Number)}");
            case Kind.TypeCode when Open() is { } open:
                return _lane.Typed(subscriber, _lane.CodeOf(subscriber, open.Number), $"{_dialogues}");
            case Kind.Deny when Open() is { } open:
                return PureLane.Received(subscriber, $"N {_lane.CodeOf(subscriber, open.Number)}");
            case Kind.OldCode when subscriber.PaymentsNumbered > 0:
                return PureLane.Received(subscriber, $"Y {_lane.CodeOf(subscriber, 1 + (step.A % subscriber.PaymentsNumbered))}");
            case Kind.WrongCode or Kind.WrongCode2:
                return PureLane.Received(subscriber, $"Y {step.A:0000}");
            case Kind.Dial:
                return _lane.Typed(subscriber, Dialled[step.A % Dialled.Length], $"{++_dialogues}");
            case Kind.ScreenDue when _events.Select(e => e.Event).OfType<ReceiveUssd.UssdReceived>().LastOrDefault(e => e.From == subscriber.Msisdn) is { } last:
                return new PutOffAnswer.AnswerDue { From = subscriber.Msisdn, ReplyPath = "7000", Ussd = last.Ussd };
            case Kind.Make or Kind.Make2 or Kind.Make3 or Kind.Make4 or Kind.Make5:
                return _calls.Make(step.Who, step.A, step.B);
            case Kind.Late or Kind.Late2:
                return _calls.Late(step.A, again: step.B % 4 == 0);
            case Kind.TakeUp or Kind.TakeUp2:
                _calls.TakeUp(step.A);
                return null;
            case Kind.Arrive or Kind.Arrive2:
                _calls.Arrive(step.A, step.B);
                return null;
            case Kind.Due or Kind.Due2 when Open() is { } open:
                return new PaymentDue(open.Id);
            case Kind.Time or Kind.Time2:
                _lane.Now += Times[step.A % Times.Length];
                return null;
            case Kind.Status when step.A % 4 == 0:
                subscriber.Status = step.B % 3 == 0 ? SubscriberStatus.Blocked : step.B % 4 == 0 ? SubscriberStatus.Closed : SubscriberStatus.Active;
                return null;
            case Kind.Status when step.A % 4 == 1:
                _lane.Replace(PureLane.News with { Status = step.B % 2 == 0 ? MerchantStatus.Suspended : MerchantStatus.Active, WantsNotices = true });
                return null;
            case Kind.Account when step.A % 10 == 1:
                subscriber.SimChangedAt = _lane.Now;
                return null;
            case Kind.Account when step.A % 2 == 0:
                Link(subscriber, step.B % 2 == 0 ? "OTHER" : "DEMO");
                return null;
            case Kind.Again when _events.Count > 0:
                return _events[step.A % _events.Count].Event;
            default:
                return null;
        }

        OpenPayment? Open() => subscriber.OpenPayments.FindAll(p => p.Ended is null) is { Count: > 0 } open ? open[step.A % open.Count] : null;
    }

    /// <summary>Another account takes the place of the linked one, and its bank is asked for it.</summary>
    private void Link(SubscriberState subscriber, string bank)
    {
        var id = (subscriber.Id.Value * 100) + 2 + _links++;
        subscriber.Read(new BankLink(id, bank, "0043", BankLinkState.Asked));
        _calls.Add(new(
            900_000_000 + id, subscriber.Id, subscriber.Lane, default, default, ConnectorKind.BankLinking, new BankLinkRequest(id, subscriber.Currency).ToJson(), _lane.Now)
        {
            Bank = bank,
        });
    }

    private void Decide(SubscriberEvent next)
    {
        var who = Array.FindIndex(_subscribers, s => next switch
        {
            ChargeAnswered answered => answered.Call.Subscriber == s.Id,
            UndoAnswered answered => answered.Call.Subscriber == s.Id,
            BankLinkAnswered answered => answered.Call.Subscriber == s.Id,
            PaymentDue due => s.OpenPayments.Exists(p => p.Id == due.Payment) || _lane.Ended.Exists(e => e.Payment.Id == due.Payment && e.Subscriber == s.Id),
            _ => next.From == s.Msisdn,
        });
        _events.Add((who, next));
        _checks.Before(who, next);
        _lane.Decide(_subscribers[who], next);
        _calls.Take();
        _checks.After(who, next);
    }

    /// <summary>What has come once more after the end moves nothing in the books and says nothing.</summary>
    private void RepeatWhatIsSettled(int who, SubscriberEvent old)
    {
        if (old is PaymentDue due && _subscribers[who].OpenPayments.Exists(p => p.Id == due.Payment && p.Ended is null))
            return;
        if (old is ChargeAnswered charge && _calls.HasRow(charge.Call.Payment) || old is UndoAnswered undo && _calls.HasRow(undo.Call.Payment))
            return; // a person decides, or this answer
        var (transfers, ended) = (_lane.Transfers.Count, _lane.Ended.Count);
        Decide(old);
        Assert.That((_lane.Transfers.Count, _lane.Ended.Count, _lane.Answers.Count), Is.EqualTo((transfers, ended, 0)));
    }
}
