using System.Collections.Concurrent;
using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;
using CarrierPay.TestSupport;
using CsCheck;
using AllTexts = CarrierPay.Engine.Messaging.Texts.Texts;

namespace CarrierPay.Engine.Tests.Payments;

/// <summary>Thousands of histories nobody thought of: texts, codes, quotes, time and expiries in any order. After each step the money must be right.</summary>
[TestFixture]
public sealed class GeneratedHistoriesTests
{
    private const int Subscribers = 3;
    private static readonly AllTexts Words = AllTexts.LoadEmbedded();

    private static readonly string[] Wishes =
    [
        "PAY NEWS", "PAY NEWS 1.99", "PAY NEWS 199", "PAY NEWS 0.199", "PAY COFFEE LATTE", "PAY COFFEE", "PAY COFFEE MOCHA", "PAY NEWS B", "PAY EA", "PAY EA FIFA", "PAY EA BADGE W",
        "PAY EA COINS 12.50", "PAY EA COINS 1250", "PAY SHUT X", "PAY NOBODY", "PAY 4821", "PAY NEWS -1", "PAY", "支付 NEWS", "PAY COFFEE LATTE W", "PAY COFFEE LATTE 12.50", "BAL", "HIST", "HIST 2", "HELP", "what?", "Y", "N",
        "PAY NEWS P", "PAY COFFEE LATTE P", "PAY EA COINS P", "支付 NEWS 话费", "PAY NEWS W",
    ];

    private static readonly string[] Dialled =
    [
        "*500#", "*500*1#", "*500*1*1#", "*500*2#", "*500*3#", "*500*2*NEWS#", "*500*2*EA*FIFA#", "*500*2*COFFEE*LATTE#", "*500*2*EA*COINS*12.50#", "*500*1*2*2#", "*#", "500",
    ];

    private static readonly string[] Typed = ["0", "1", "2", "3", "4", "9", "NEWS", "EA FIFA", "PAY NEWS", "BAL", "HIST", "N", "Y", "", "咖啡", "COFFEE LATTE P"];

    /// <summary>So low that the histories run into each of them.</summary>
    private static readonly TierLimits Limits = new(100_000, 1_300, 2_600, 3_000, 3);

    private const long BillLimit = 1_700;

    /// <summary>Ends that take somebody else who keeps the money.</summary>
    private static readonly PaymentOutcome[] OfOthers =
        [PaymentOutcome.Reversed, PaymentOutcome.DeclinedEarlierInDoubt, PaymentOutcome.DeclinedBySource, PaymentOutcome.DeclinedSourceUnavailable, PaymentOutcome.DeclinedOverBalanceCap];

    private enum Kind { Wish, Wish2, Wish3, RightCode, RightCode2, RightCode3, OldCode, WrongCode, DenyCode, Repeat, Quote, Quote2, QuoteAgain, Time, Due, Status, Dial, Type, Type2, TypeCode, TypeAgain, Later, Drop }

    /// <param name="A">Chooses within the kind, whatever it is.</param>
    private sealed record Step(Kind Kind, int Who, int A, int B);

    private static readonly Gen<Step> Steps =
        Gen.Select(Gen.Int[0, (int)Kind.Drop], Gen.Int[0, Subscribers - 1], Gen.Int[0, 9999], Gen.Int[0, 9999], (kind, who, a, b) => new Step((Kind)kind, who, a, b));

    [TestCase("UGX", 2000)]
    [TestCase("EUR", 2000)]
    [TestCase("KWD", 2000)]
    public void Money_is_right_after_every_step_of_any_history(string currency, int histories)
    {
        var seen = new ConcurrentDictionary<PaymentOutcome, int>();
        Steps.Array[1, 120].Sample(
            steps =>
            {
                var history = new History(currency);
                history.Play(steps);
                foreach (var outcome in history.Outcomes)
                    seen.AddOrUpdate(outcome, 1, (_, count) => count + 1);
            },
            iter: LongRun.Cases(histories), print: steps => string.Join("\n", steps.Select(s => s.ToString())));
        TestContext.Out.WriteLine(string.Join(", ", seen.OrderBy(s => s.Key).Select(s => $"{s.Key} {s.Value}")));
        // The histories go everywhere: each end that there is was reached.
        Assert.That(seen.Keys, Is.EquivalentTo(Enum.GetValues<PaymentOutcome>().Except(OfOthers)));
    }

    [Test]
    public void Events_of_one_batch_are_decided_as_events_of_many() =>
        Steps.Array[1, 120].Sample(
            steps =>
            {
                var (first, second) = (new History("EUR"), new History("EUR", isOneBatch: true));
                first.Play(steps);
                second.Play(steps);
                Assert.That(first.Transcript, Is.EqualTo(second.Transcript));
            },
            iter: 1000);

    private sealed class History
    {
        private readonly PureLane _lane;
        private readonly SubscriberState[] _subscribers;
        private readonly long[] _opening;
        private readonly List<SubscriberEvent>[] _events = [[], [], []];
        private readonly int[] _sessions = new int[Subscribers];
        private readonly Dictionary<PaymentId, EndedPayment> _ended = [];
        private readonly Dictionary<PaymentId, (long AmountMinor, DateTimeOffset DueAt)> _prompted = [];
        private readonly List<(int Who, int Day, int Month, long AmountMinor, FundingKind Source)> _charges = [];

        public History(string currency, bool isOneBatch = false)
        {
            _lane = new(currency, Limits, permits: 1) { IsOneBatch = isOneBatch };
            _subscribers = [_lane.Subscriber(7, 20_000, billLimit: BillLimit), _lane.Subscriber(8, 5_000, FundingKind.PhoneBill, BillLimit), _lane.Subscriber(9, 1_300)];
            _subscribers[1].Language = Language.SimplifiedChinese;
            _opening = [.. _subscribers.Select(s => s.BalanceMinor)];
        }

        public IEnumerable<PaymentOutcome> Outcomes => _ended.Values.Select(e => e.Outcome);

        public string Transcript => string.Join('|', _lane.Sent.Select(m => m.Template + m.Parameters)) + string.Join('|', _lane.Transfers) + string.Join('|', _lane.Ended.Select(e => e.Outcome));

        public void Play(Step[] steps)
        {
            foreach (var step in steps)
            {
                if (Event(step) is not { } next)
                    continue;
                Decide(step.Who, next);
                _events[step.Who].Add(next);
            }
            RepeatAllThatIsFinished();
        }

        private SubscriberEvent? Event(Step step)
        {
            var subscriber = _subscribers[step.Who];
            switch (step.Kind)
            {
                case Kind.Wish or Kind.Wish2 or Kind.Wish3:
                    return Text(Wishes[step.A % Wishes.Length]);
                case Kind.RightCode or Kind.RightCode2 or Kind.RightCode3 when Open() is { } open:
                    return Text((step.B % 3) switch { 0 => "Y ", 1 => "", _ => "是" } + _lane.CodeOf(subscriber, open.Number));
                case Kind.DenyCode when Open() is { } open:
                    return Text("N " + _lane.CodeOf(subscriber, open.Number));
                case Kind.OldCode when subscriber.PaymentsNumbered > 0:
                    return Text($"{(step.B % 2 == 0 ? "Y" : "N")} {_lane.CodeOf(subscriber, 1 + (step.A % subscriber.PaymentsNumbered))}");
                case Kind.WrongCode:
                    return Text($"{(step.B % 2 == 0 ? "Y" : "N")} {step.A:0000}");
                case Kind.Repeat when _events[step.Who].Count > 0:
                    return _events[step.Who][step.A % _events[step.Who].Count];
                case Kind.Dial:
                    _sessions[step.Who] += step.B % 3 == 0 ? 0 : 1; // a gateway may use its numbers again at once
                    return Ussd(Dialled[step.A % Dialled.Length]);
                case Kind.Type or Kind.Type2:
                    return Ussd(Typed[step.A % Typed.Length]);
                case Kind.TypeCode when Open() is { } open:
                    return Ussd(_lane.CodeOf(subscriber, open.Number));
                case Kind.TypeAgain when _events[step.Who].OfType<ReceiveUssd.UssdReceived>().LastOrDefault() is { } last:
                    return last with { Ussd = last.Ussd! with { By = _lane.Now.AddSeconds(10) } };
                case Kind.Later when _events[step.Who].OfType<ReceiveUssd.UssdReceived>().LastOrDefault() is { } last:
                    return new PutOffAnswer.AnswerDue { From = subscriber.Msisdn, ReplyPath = "7000", Ussd = last.Ussd };
                case Kind.Drop:
                    return new LeaveDialogue.SessionDropped("link", $"{_sessions[step.Who]}");
                case Kind.Quote or Kind.Quote2 when Unanswered(step.Who) is { } call:
                    return new QuoteAnswered(call, Result(step));
                case Kind.QuoteAgain when _lane.Calls.FindAll(c => c.Subscriber == subscriber.Id) is { Count: > 0 } calls:
                    return new QuoteAnswered(calls[step.A % calls.Count], Result(step));
                case Kind.Due when Open() is { } open:
                    return new PaymentDue(open.Id);
                case Kind.Time:
                    _lane.Now += (step.A % 7) switch
                    {
                        0 => TimeSpan.FromSeconds(1),
                        1 => TimeSpan.FromSeconds(5),
                        2 => TimeSpan.FromMinutes(1),
                        3 => TimeSpan.FromMinutes(5),
                        4 => TimeSpan.FromHours(9),
                        5 => TimeSpan.FromDays(8), // over a month's end, sooner or later
                        _ => TimeSpan.FromDays(1),
                    };
                    return null;
                case Kind.Status when step.A % 10 == 0:
                    subscriber.Status = step.B % 3 == 0 ? SubscriberStatus.Blocked : SubscriberStatus.Active;
                    return null;
                case Kind.Status when step.A % 10 == 1:
                    _lane.Replace(PureLane.News with { Status = step.B % 2 == 0 ? MerchantStatus.Suspended : MerchantStatus.Active });
                    return null;
                case Kind.Status when step.A % 10 == 2:
                    subscriber.SimChangedAt = _lane.Now;
                    return null;
                default:
                    return null;
            }

            ReceiveText.TextReceived Text(string text) => PureLane.Received(subscriber, text);
            ReceiveUssd.UssdReceived Ussd(string text) => _lane.Typed(subscriber, text, $"{_sessions[step.Who]}", step.B % 4 == 0 ? 0 : default(long?));
            OpenPayment? Open() => OpenOf(subscriber) is { Count: > 0 } open ? open[step.A % open.Count] : null;
        }

        private static List<OpenPayment> OpenOf(SubscriberState subscriber) => subscriber.OpenPayments.FindAll(p => p.Ended is null);

        private ConnectorCall? Unanswered(int who) =>
            _lane.Calls.Find(c => c.Subscriber == _subscribers[who].Id && _lane.CallsEnded.TrueForAll(e => e.Id != c.Id));

        private QuoteResult Result(Step step) => (step.B % 10) switch
        {
            0 => new(QuoteKind.NoAnswer),
            1 => new(QuoteKind.Refused),
            2 => new(QuoteKind.Invalid),
            3 => new(QuoteKind.Priced, step.A, "USD", _lane.Now.AddMinutes(5), "q", "text"),
            4 => new(QuoteKind.Priced, step.A - 5000, _lane.Rules.Currency.Code, _lane.Now.AddSeconds((step.A % 600) - 60), "q", null),
            5 => new(QuoteKind.Priced, long.MaxValue - step.A, _lane.Rules.Currency.Code, null, null, "\u001f\0\uD800"),
            6 => new(QuoteKind.Priced, 1250, _lane.Rules.Currency.Code),
            _ => new(QuoteKind.Priced, 1 + (step.A % 1500), _lane.Rules.Currency.Code, _lane.Now.AddMinutes(3), "q_1", "EA 金币"),
        };

        private void Decide(int who, SubscriberEvent next)
        {
            // The connector gives its permit back when it has an answer, once.
            if (next is QuoteAnswered answered && _lane.CallsEnded.TrueForAll(e => e.Id != answered.Call.Id))
                _lane.Given.Permits.Return(PureLane.Games.Id);
            var (transfers, ended) = (_lane.Transfers.Count, _lane.Ended.Count);
            var (awaited, owed) = (Awaited(who), _subscribers[who].Dialogue?.AnswerBy);
            _lane.Decide(_subscribers[who], next);
            Check(who, transfers, ended, awaited, next);
            CheckMessages();
            CheckScreens(who, next, owed);
        }

        /// <summary>The codes that may charge something at this moment.</summary>
        private List<string> Awaited(int who) =>
        [
            .. OpenOf(_subscribers[who]).Where(p => p.State == PaymentState.AwaitingConfirmation && _lane.Now < p.DueAt).Select(p => _lane.CodeOf(_subscribers[who], p.Number)),
        ];

        private void Check(int who, int transfersBefore, int endedBefore, List<string> awaited, SubscriberEvent next)
        {
            var given = _lane.Given;
            foreach (var end in _lane.Ended.Skip(endedBefore))
            {
                Assert.That(_ended.TryAdd(end.Payment.Id, end), Is.True, "A payment ends once.");
                Assert.That(end.Payment.Ended, Is.EqualTo(end.Outcome));
                if (end.Outcome == PaymentOutcome.Succeeded)
                    _charges.Add((who, given.BusinessDay, given.BusinessMonth, end.Payment.AmountMinor, end.Payment.Source));
            }
            var moved = _lane.Transfers.Skip(transfersBefore).ToList();
            Assert.That(moved, Has.Count.LessThanOrEqualTo(1));
            if (moved.Count == 1)
            {
                Assert.That(TypedIn(next) is { } yes && awaited.Exists(code => yes.EndsWith(code, StringComparison.Ordinal)), Is.True, "Only the right code charges, and only in time.");
                var paid = _ended[new(moved[0].Reference)];
                Assert.That((paid.Outcome, paid.Payment.AmountMinor, paid.Payment.Merchant.Value), Is.EqualTo((PaymentOutcome.Succeeded, moved[0].AmountMinor, (int)moved[0].CreditOwner)));
                var source = paid.Payment.Source == FundingKind.PhoneBill ? ChartAccount.PhoneBillReceivable : ChartAccount.Prepaid;
                Assert.That((moved[0].DebitAccount, moved[0].DebitOwner, moved[0].CreditAccount), Is.EqualTo((source, _subscribers[who].Id.Value, ChartAccount.MerchantPayable)));
                Assert.That(moved[0].AmountMinor, Is.EqualTo(_prompted[paid.Payment.Id].AmountMinor), "What was prompted is charged.");
                Assert.That(moved[0].AmountMinor, Is.InRange(1, Limits.TransactionMinor));
            }

            for (var i = 0; i < Subscribers; i++)
                CheckSubscriber(i, given);
            CheckBills();
            Assert.That(_lane.Transfers.Sum(t => t.AmountMinor), Is.EqualTo(_ended.Values.Where(e => e.Outcome == PaymentOutcome.Succeeded).Sum(e => e.Payment.AmountMinor)));
            Assert.That(_lane.Transfers.Select(t => t.Reference), Is.Unique);
            Assert.That(_lane.Ended.Count(e => e.Payment.Consent is not null), Is.EqualTo(_lane.Transfers.Count));
        }

        private static string? TypedIn(SubscriberEvent subscriberEvent) => subscriberEvent switch
        {
            ReceiveText.TextReceived text => text.Text,
            ReceiveUssd.UssdReceived typed => typed.Text,
            _ => null,
        };

        /// <summary>A session gets one answer to an input, in its time; what was typed by SMS is answered by SMS.</summary>
        private void CheckScreens(int who, SubscriberEvent next, DateTimeOffset? owed)
        {
            var shown = _lane.Answers.FindAll(m => m.Ussd is not null);
            Assert.That(shown, Has.Count.LessThanOrEqualTo(next is ReceiveText.TextReceived ? 0 : 1));
            foreach (var screen in shown)
            {
                Assert.That(screen.Ussd!.By, Is.GreaterThan(_lane.Now));
                if (next is not ReceiveUssd.UssdReceived)
                    Assert.That((screen.Ussd.By, _subscribers[who].Dialogue!.AnswerBy), Is.EqualTo((owed, default(DateTimeOffset?))), "Whoever comes first takes the debt.");
                Assert.That(Words.RenderScreen(screen.Template, screen.Language, ParameterList.Split(screen.Parameters)), Is.Not.Empty);
            }
            if (next is ReceiveUssd.UssdReceived typed && typed.Ussd!.By > _lane.Now && _lane.Answers.Count > 0)
                Assert.That(_lane.Answers[^1].Ussd, Is.Not.Null, "The last that is said is what the screen shows.");
        }

        /// <summary>What a subscriber owes is what is to be billed, each charge once.</summary>
        private void CheckBills()
        {
            var onBill = _lane.Transfers.FindAll(t => t.DebitAccount == ChartAccount.PhoneBillReceivable);
            Assert.That(
                _lane.RatedEvents.Select(e => (e.Payment.Value, e.Subscriber.Value, e.NetMinor, (long)e.Merchant.Value)),
                Is.EqualTo(onBill.Select(t => (t.Reference, t.DebitOwner, t.AmountMinor, t.CreditOwner))));
        }

        private void CheckSubscriber(int who, in Given given)
        {
            var subscriber = _subscribers[who];
            Assert.That(subscriber.BalanceMinor, Is.GreaterThanOrEqualTo(0));
            Assert.That(subscriber.BalanceMinor, Is.EqualTo(_opening[who] - _lane.Transfers.Where(t => t.DebitAccount == ChartAccount.Prepaid && t.DebitOwner == subscriber.Id.Value).Sum(t => t.AmountMinor)));

            var spent = subscriber.Spending.On(given.BusinessDay, given.BusinessMonth);
            var (day, month) = (given.BusinessDay, given.BusinessMonth);
            var today = _charges.FindAll(c => c.Who == who && c.Day == day);
            var thisMonth = _charges.FindAll(c => c.Who == who && c.Month == month);
            Assert.That(
                (spent.DayMinor, spent.DayPayments, spent.MonthMinor, spent.MonthPayments),
                Is.EqualTo((today.Sum(c => c.AmountMinor), today.Count, thisMonth.Sum(c => c.AmountMinor), thisMonth.Count)));
            Assert.That((spent.DayMinor <= Limits.DayMinor, spent.MonthMinor <= Limits.MonthMinor, spent.DayPayments <= Limits.DayPayments), Is.EqualTo((true, true, true)));

            var bill = thisMonth.Where(c => c.Source == FundingKind.PhoneBill).Sum(c => c.AmountMinor);
            Assert.That(subscriber.Bill?.On(month).ChargedMinor ?? 0, Is.EqualTo(bill).And.LessThanOrEqualTo(BillLimit));

            var open = OpenOf(subscriber);
            Assert.That(open, Has.Count.LessThanOrEqualTo(_lane.Rules.MaxOpenPayments));
            Assert.That(open.Select(p => _lane.CodeOf(subscriber, p.Number)), Is.Unique);
            Assert.That(open.Select(p => p.RequestFingerprint), Is.Unique);
            Assert.That(open.Exists(p => _ended.ContainsKey(p.Id)), Is.False);
            foreach (var payment in open.FindAll(p => p.State == PaymentState.AwaitingConfirmation))
            {
                _prompted.TryAdd(payment.Id, (payment.AmountMinor, payment.DueAt));
                Assert.That((payment.AmountMinor, payment.DueAt), Is.EqualTo(_prompted[payment.Id]), "What was prompted stays.");
            }
            Assert.That(subscriber.WrongCodes, Is.InRange(0, 2));
        }

        /// <summary>Every text can be made, and no code stands in the log.</summary>
        private void CheckMessages()
        {
            foreach (var message in _lane.Answers)
                Assert.That(Words.Render(message.Template, message.Language, ParameterList.Split(message.Parameters)), Is.Not.Empty);
            var last = _lane.Messages.LastOrDefault();
            if (last is { Received: { } received, Template: not TextTemplate.Prompt and not TextTemplate.PromptAgain } && (received.StartsWith('Y') || received.StartsWith('N')))
                Assert.That(received.Any(char.IsAsciiDigit), Is.False, received);
        }

        /// <summary>All that came for payments that are final comes again: codes, quotes and due times move nothing.</summary>
        private void RepeatAllThatIsFinished()
        {
            for (var who = 0; who < Subscribers; who++)
            {
                foreach (var old in _events[who])
                {
                    var isFinished = old switch
                    {
                        QuoteAnswered quote => _ended.ContainsKey(quote.Call.Payment),
                        PaymentDue due => _ended.ContainsKey(due.Payment),
                        _ => TypedIn(old) is { } typed && Awaited(who).TrueForAll(code => !typed.EndsWith(code, StringComparison.Ordinal)),
                    };
                    if (!isFinished)
                        continue;
                    var (transfers, balance) = (_lane.Transfers.Count, _subscribers[who].BalanceMinor);
                    var ended = _lane.Ended.Count;
                    Decide(who, old);
                    Assert.That((_lane.Transfers.Count, _subscribers[who].BalanceMinor), Is.EqualTo((transfers, balance)));
                    if (TypedIn(old) is null)
                        Assert.That((_lane.Ended.Count, _lane.Answers.Count), Is.EqualTo((ended, 0)));
                }
            }
        }
    }
}
