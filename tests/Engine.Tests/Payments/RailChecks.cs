using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;
using AllTexts = CarrierPay.Engine.Messaging.Texts.Texts;

namespace CarrierPay.Engine.Tests.Payments;

/// <summary>What is always true of payments that others charge.</summary>
internal sealed class RailChecks(PureLane lane, SubscriberState[] subscribers, OutsideCalls calls)
{
    /// <summary>So low that the histories run into each of them.</summary>
    public static readonly TierLimits Limits = new(5_400, 1_300, 1_500, 1_700, 2);

    private static readonly AllTexts Words = AllTexts.LoadEmbedded();

    private readonly Dictionary<PaymentId, EndedPayment> _ended = [];
    private readonly long[] _opening = [.. subscribers.Select(s => s.BalanceMinor)];
    private readonly Dictionary<PaymentId, (int Who, int Day, int Month, long AmountMinor, bool IsSpending)> _charges = [];
    private readonly Dictionary<PaymentId, int> _toldUnasked = [];
    private readonly List<(PaymentId Payment, string Text)> _story = [];
    private readonly HashSet<string> _happened = [];
    private List<string> _awaited = [];
    private HashSet<PaymentId> _inDoubt = [];
    private int _transfers;
    private int _endedBefore;
    private int _messages;
    private int _callsBefore;
    private int _putOff;

    public IEnumerable<string> Happened => _happened.Concat(_ended.Values.Select(e => $"{e.Outcome}"));

    public void Before(int who, SubscriberEvent next)
    {
        var open = OpenOf(who);
        _awaited = [.. open.Where(p => p.State == PaymentState.AwaitingConfirmation && lane.Now < p.DueAt).Select(p => lane.CodeOf(subscribers[who], p.Number))];
        _inDoubt = [.. open.Where(p => p.State is PaymentState.InDoubt or PaymentState.Reversing).Select(p => p.Id)];
        (_transfers, _endedBefore, _messages, _callsBefore, _putOff) =
            (lane.Transfers.Count, lane.Ended.Count, lane.Messages.Count, lane.Calls.Count, lane.CallsPutOff.Count);
    }

    public void After(int who, SubscriberEvent next)
    {
        foreach (var end in lane.Ended.Skip(_endedBefore))
        {
            Assert.That(_ended.TryAdd(end.Payment.Id, end), Is.True, "A payment ends once.");
            if (end.Outcome != PaymentOutcome.Succeeded)
                _charges.Remove(end.Payment.Id);
        }
        CheckCharges(who, next);
        CheckTransfers();
        for (var i = 0; i < subscribers.Length; i++)
            CheckSubscriber(i);
        CheckMessages(who, next);
        NoteWays(next);
        Note(next);
    }

    /// <summary>All is answered: those outside took what was paid and nothing else.</summary>
    public void AtTheEnd(OutsideBooks books)
    {
        var leftToPerson = calls.LeftToPerson.ToHashSet();
        if (leftToPerson.Count > 0)
            _happened.Add("left to a person");
        Assert.That(subscribers.SelectMany(s => s.OpenPayments).Where(p => p is { Ended: null, IsCharging: true }).Select(p => p.Id), Is.SubsetOf(leftToPerson));
        foreach (var (payment, taken) in books.Taken)
        {
            if (leftToPerson.Contains(payment))
                continue;
            var end = _ended[payment];
            Assert.That(taken, Is.EqualTo(end.Outcome == PaymentOutcome.Succeeded ? TakenFor(end.Payment) : 0), $"{payment} ended as {end.Outcome}: {Story(payment)}");
        }
        foreach (var paid in _ended.Values.Where(e => e.Outcome == PaymentOutcome.Succeeded && e.Payment.Source != FundingKind.Prepaid))
            Assert.That(books.Taken[paid.Payment.Id], Is.EqualTo(TakenFor(paid.Payment)), "What is owed to the merchant, or is in the wallet, was taken; what has left the wallet was paid out.");
        Assert.That(new[] { lane.Rails.Ocs!.Room.Taken, lane.Rails.Banks["DEMO"].Room.Taken, lane.Rails.Banks["OTHER"].Room.Taken }, Is.All.Zero, "Room is given back.");
    }

    private List<OpenPayment> OpenOf(int who) => subscribers[who].OpenPayments.FindAll(p => p.Ended is null);

    /// <summary>A charge begins by the right code, in time, once, and only while nothing stands in its way.</summary>
    private void CheckCharges(int who, SubscriberEvent next)
    {
        var given = lane.Given;
        var begun = lane.Transfers.Skip(_transfers).Where(t => t.Kind == TransferKind.ChargeBegun || t.DebitAccount == ChartAccount.Prepaid).ToList();
        Assert.That(begun, Has.Count.LessThanOrEqualTo(1));
        foreach (var charge in begun)
        {
            var id = new PaymentId(charge.Reference);
            var open = OpenOf(who);
            var payment = open.Find(p => p.Id == id) ?? _ended[id].Payment;
            Assert.That(TypedIn(next) is { } typed && _awaited.Exists(code => typed.EndsWith(code, StringComparison.Ordinal)), Is.True, "Only the right code charges, and only in time.");
            Assert.That(_charges.TryAdd(id, (who, given.BusinessDay, given.BusinessMonth, charge.AmountMinor, payment.Purpose == PaymentPurpose.Purchase)), Is.True, "A code charges once.");
            Assert.That(subscribers[who].Status, Is.EqualTo(SubscriberStatus.Active));
            var source = payment.Source;
            Assert.That(source != FundingKind.Prepaid && open.Exists(p => _inDoubt.Contains(p.Id) && p.Source == source), Is.False, "What is in doubt comes first.");
            if (source is FundingKind.Prepaid or FundingKind.Bank || payment.Purpose == PaymentPurpose.CashOut)
                Assert.That(given.Now - (subscribers[who].SimChangedAt ?? DateTimeOffset.MinValue), Is.GreaterThanOrEqualTo(given.Reference.Rules.SimCooling), "A new SIM card closes wallet and bank.");
            if (payment.Purpose == PaymentPurpose.Purchase)
                Assert.That(given.Reference.Find(payment.Merchant)!.Status, Is.EqualTo(MerchantStatus.Active));
        }
    }

    /// <summary>The transfers of a payment are exactly: begun, then paid or undone.</summary>
    private void CheckTransfers()
    {
        foreach (var reference in lane.Transfers.Skip(_transfers).Select(t => t.Reference).Distinct())
        {
            var id = new PaymentId(reference);
            var moved = lane.Transfers.FindAll(t => t.Reference == reference);
            var isEnded = _ended.TryGetValue(id, out var end);
            var payment = isEnded ? end.Payment : subscribers.SelectMany(s => s.OpenPayments).Single(p => p.Id == id && p.Ended is null);
            TransferKind[] expected = payment.Source == FundingKind.Prepaid ? [TransferKind.Payment]
                : !isEnded ? [TransferKind.ChargeBegun]
                : [TransferKind.ChargeBegun, end.Outcome != PaymentOutcome.Succeeded ? TransferKind.ChargeUndone : payment.Purpose switch
                {
                    PaymentPurpose.TopUp => TransferKind.TopUp,
                    PaymentPurpose.CashOut => TransferKind.CashOut,
                    _ => TransferKind.Payment,
                }];
            Assert.That(moved.Select(t => t.Kind), Is.EqualTo(expected));
            Assert.That(moved.Select(t => t.AmountMinor), Is.All.EqualTo(payment.AmountMinor));
            if (payment.Source == FundingKind.Prepaid)
                continue;
            var keeper = payment.Source == FundingKind.Bank ? (ChartAccount.Bank, payment.BankNumber) : (ChartAccount.ChargingSystem, 0L);
            var from = payment.Purpose == PaymentPurpose.CashOut ? (ChartAccount.Prepaid, moved[0].CreditOwner) : keeper;
            Assert.That((moved[0].DebitAccount, moved[0].DebitOwner), Is.EqualTo(from));
            Assert.That((moved[0].CreditAccount, moved[0].CreditOwner), Is.EqualTo((moved[^1].DebitAccount, moved[^1].DebitOwner)).Or.EqualTo((Suspense.Of(payment.Source), moved[0].CreditOwner)));
            var wallet = Is.EqualTo((ChartAccount.Prepaid, moved[0].CreditOwner)).Or.EqualTo((ChartAccount.Unclaimed, moved[0].CreditOwner));
            if (moved.Count == 2 && moved[1].Kind == TransferKind.ChargeUndone)
                Assert.That((moved[1].CreditAccount, moved[1].CreditOwner), payment.Purpose == PaymentPurpose.CashOut ? wallet : Is.EqualTo(keeper), "It goes back where it came from.");
            if (moved.Count == 2 && moved[1].Kind is TransferKind.CashOut)
                Assert.That((moved[1].CreditAccount, moved[1].CreditOwner), Is.EqualTo(keeper));
            if (moved.Count == 2 && moved[1].Kind is TransferKind.TopUp)
                Assert.That((moved[1].CreditAccount, moved[1].CreditOwner), wallet);
            if (moved[^1].CreditAccount == ChartAccount.Unclaimed)
                _happened.Add("unclaimed");
        }
    }

    private void CheckSubscriber(int who)
    {
        var (subscriber, given) = (subscribers[who], lane.Given);
        var open = OpenOf(who);
        foreach (var source in new[] { FundingKind.Airtime, FundingKind.PhoneBill, FundingKind.Bank })
        {
            var account = Suspense.Of(source);
            var own = subscriber.Id.Value;
            Assert.That(In(account, own), Is.EqualTo(open.Where(p => p.IsCharging && p.Source == source).Sum(p => p.AmountMinor)), $"{account}");
        }
        Assert.That(open.Where(p => p.IsCharging).All(p => calls.HasRow(p.Id)), Is.True, "Somebody is asked for the outcome of whatever is charging.");
        Assert.That(open.Exists(p => _ended.ContainsKey(p.Id)), Is.False);
        Assert.That(open.Where(p => p.IsCharging).Select(p => _charges[p.Id].AmountMinor), Is.EqualTo(open.Where(p => p.IsCharging).Select(p => p.AmountMinor)));

        var spent = subscriber.Spending.On(given.BusinessDay, given.BusinessMonth);
        var (day, month) = (given.BusinessDay, given.BusinessMonth);
        var today = _charges.Values.Where(c => c.IsSpending && c.Who == who && c.Day == day).ToList();
        var thisMonth = _charges.Values.Where(c => c.IsSpending && c.Who == who && c.Month == month).ToList();
        Assert.That(
            (spent.DayMinor, spent.DayPayments, spent.MonthMinor, spent.MonthPayments),
            Is.EqualTo((today.Sum(c => c.AmountMinor), today.Count, thisMonth.Sum(c => c.AmountMinor), thisMonth.Count)), "Limits are what is charged or charging.");
        Assert.That((spent.DayMinor <= Limits.DayMinor, spent.MonthMinor <= Limits.MonthMinor, spent.DayPayments <= Limits.DayPayments), Is.EqualTo((true, true, true)));
        Assert.That(subscriber.BalanceMinor, Is.EqualTo(_opening[who] + In(ChartAccount.Prepaid, subscriber.Id.Value)), "The wallet is what the books say.");
        Assert.That(subscriber.BalanceMinor, Is.InRange(0, Limits.BalanceCapMinor));
    }

    /// <summary>Every text can be made, what is checked is said once unasked, an end is told, and no code or account stands in the log or in what is stored for others.</summary>
    private void CheckMessages(int who, SubscriberEvent next)
    {
        foreach (var message in lane.Answers)
            Assert.That(Words.Render(message.Template, message.Language, ParameterList.Split(message.Parameters)), Is.Not.Empty);
        var said = lane.Messages.Skip(_messages).ToList();
        if (TypedIn(next) is null)
        {
            foreach (var message in said.Where(m => m.Template == TextTemplate.BeingChecked))
                Assert.That(_toldUnasked[message.Payment] = _toldUnasked.GetValueOrDefault(message.Payment) + 1, Is.EqualTo(1), "Told once unasked.");
        }
        foreach (var end in lane.Ended.Skip(_endedBefore).Where(e => e.Payment.ChargedAt is not null))
            Assert.That(said.Count(m => m.Payment == end.Payment.Id), Is.EqualTo(1), "The end of a charge is told.");
        foreach (var message in said)
        {
            if (message is { Received: { } received, Template: not TextTemplate.Prompt and not TextTemplate.PromptAgain } && (received.StartsWith('Y') || received.StartsWith('N')))
                Assert.That(received.Any(char.IsAsciiDigit), Is.False, received);
        }
        foreach (var call in lane.Calls.Skip(_callsBefore))
        {
            var codes = subscribers[who].OpenPayments.Select(p => lane.CodeOf(subscribers[who], p.Number));
            Assert.That(call.Request, Does.Not.Contain("\"102\""), "The account is not stored.");
            if (call.Kind is ConnectorKind.BankDebit or ConnectorKind.BankReversal)
                Assert.That(codes.Any(code => call.Request.Contains($"\"{code}\"", StringComparison.Ordinal)), Is.False, "The code is nobody else's affair.");
        }
    }

    /// <summary>What an account of the books has come to.</summary>
    private long In(ChartAccount account, long owner) => lane.Transfers.Sum(t =>
        (t.CreditAccount == account && t.CreditOwner == owner ? t.AmountMinor : 0) - (t.DebitAccount == account && t.DebitOwner == owner ? t.AmountMinor : 0));

    /// <summary>What whoever keeps the money has taken for a payment that succeeded; below 0, what it was given.</summary>
    private static long TakenFor(OpenPayment payment) => payment.Purpose == PaymentPurpose.CashOut ? -payment.AmountMinor : payment.AmountMinor;

    private void NoteWays(SubscriberEvent next)
    {
        foreach (var call in lane.Calls.Skip(_callsBefore))
        {
            if (call.Kind == ConnectorKind.OcsRefund)
                _happened.Add("given back");
            if (call.Kind == ConnectorKind.BankReversal && _ended.ContainsKey(call.Payment))
                _happened.Add("reversed again");
        }
        foreach (var end in lane.Ended.Skip(_endedBefore).Where(e => e.Outcome == PaymentOutcome.Succeeded && e.Payment.Purpose != PaymentPurpose.Purchase))
            _happened.Add(end.Payment.Purpose == PaymentPurpose.TopUp ? "topped up" : "cashed out");
        if (lane.CallsPutOff.Skip(_putOff).Any(c => c.WaitsFor == WaitsFor.MovedAfterEnd))
            _happened.Add("moved after its end");
        foreach (var _ in lane.CallsPutOff.Skip(_putOff))
            _happened.Add(next is UndoAnswered { Verdict: UndoVerdict.NothingThere } ? "reversal not believed yet" : next is ChargeAnswered { Call.Kind: ConnectorKind.OcsDebit } ? "resent" : "asked again");
    }

    /// <summary>What came for a payment, for whoever looks for the reason.</summary>
    private string Story(PaymentId payment) => string.Join("; ", _story.Where(s => s.Payment == payment).Select(s => s.Text));

    private void Note(SubscriberEvent next)
    {
        switch (next)
        {
            case ChargeAnswered a:
                _story.Add((a.Call.Payment, $"{lane.Now:dd HH:mm:ss} {a.Call.Kind} {a.Call.Attempts} {a.Verdict} {a.Said}"));
                break;
            case UndoAnswered a:
                _story.Add((a.Call.Payment, $"{lane.Now:dd HH:mm:ss} {a.Call.Kind} {a.Call.Attempts} {a.Verdict} {a.Said}, made {a.Call.CreatedAt:dd HH:mm:ss}"));
                break;
        }
    }

    private static string? TypedIn(SubscriberEvent subscriberEvent) => subscriberEvent switch
    {
        ReceiveText.TextReceived text => text.Text,
        ReceiveUssd.UssdReceived typed => typed.Text,
        _ => null,
    };
}
