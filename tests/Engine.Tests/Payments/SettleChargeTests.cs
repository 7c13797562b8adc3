using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class SettleChargeTests
{
    private const string ByAirtime = "PAY COFFEE LATTE P";
    private const string ByBank = "PAY COFFEE LATTE B";
    private const long Price = 1250;
    private PureLane _lane = null!;
    private SubscriberState _ida = null!;

    [SetUp]
    public void Set()
    {
        _lane = new(limits: new(100_000, 10_000, 100_000, 200_000, 50)) { Rails = PureRails.Of() };
        _ida = _lane.Subscriber(balance: 100_000).WithRails();
    }

    private ConnectorCall Pay(string text)
    {
        _lane.Text(_ida, text);
        _lane.Text(_ida, $"Y {_lane.CodeOf(_ida, _ida.OpenPayments[^1].Number)}");
        return _lane.Calls[^1];
    }

    private void Answer(ConnectorCall call, ChargeVerdict verdict, PaymentOutcome? reason = null, long? taken = null) =>
        _lane.Decide(_ida, new ChargeAnswered(call, verdict, reason, taken, "said"));

    private long Suspense => _lane.Transfers.Sum(t => InSuspense(t.CreditAccount, t.AmountMinor) - InSuspense(t.DebitAccount, t.AmountMinor));

    private static long InSuspense(ChartAccount account, long amountMinor) => account is ChartAccount.AirtimeSuspense or ChartAccount.BankSuspense ? amountMinor : 0;

    [TestCase(ByAirtime, ChartAccount.AirtimeSuspense, "airtime")]
    [TestCase(ByBank, ChartAccount.BankSuspense, "bank account")]
    public void What_was_charged_is_owed_to_the_merchant_and_told(string text, ChartAccount suspense, string source)
    {
        _lane.Replace(PureLane.Coffee with { WantsNotices = true });
        var call = Pay(text);
        Answer(call, ChargeVerdict.Charged);

        Assert.That(_lane.Transfers[^1] with { Id = 0 }, Is.EqualTo(new Transfer(
            0, suspense, 7, ChartAccount.MerchantPayable, PureLane.Coffee.Id.Value, TransferKind.Payment, Price, 978, call.Payment.Value)));
        Assert.That((_lane.Ended.Single().Outcome, _lane.Notices.Single().Payment, _lane.CallsEnded.Single().Id), Is.EqualTo((PaymentOutcome.Succeeded, call.Payment, call.Id)));
        Assert.That((_lane.Answer, _lane.Said[3], _lane.Said[5], _ida.BalanceMinor), Is.EqualTo((TextTemplate.Receipt, source, "", 100_000L)));
    }

    [TestCase(PaymentOutcome.DeclinedInsufficientFunds, TextTemplate.NotEnoughAtSource)]
    [TestCase(PaymentOutcome.DeclinedBySource, TextTemplate.RefusedBySource)]
    [TestCase(PaymentOutcome.DeclinedSourceUnavailable, TextTemplate.SourceUnavailable)]
    [TestCase(null, TextTemplate.RefusedBySource)]
    public void What_was_not_charged_leaves_the_suspense_gives_the_limits_back_and_is_told_with_its_reason(PaymentOutcome? reason, TextTemplate told)
    {
        Answer(Pay(ByAirtime), ChargeVerdict.NotCharged, reason);
        Assert.That((_lane.Ended.Single().Outcome, _lane.Answer), Is.EqualTo((reason ?? PaymentOutcome.DeclinedBySource, told)));
        Assert.That((Suspense, _lane.Transfers[^1].Kind, _lane.Transfers[^1].CreditAccount), Is.EqualTo((0L, TransferKind.ChargeUndone, ChartAccount.ChargingSystem)));
        Assert.That((_ida.Spending.DayMinor, _ida.Spending.MonthMinor, _ida.Spending.DayPayments), Is.EqualTo((0L, 0L, 0)));
    }

    [TestCase("2026-11-23", 0, 0)]
    [TestCase("2026-11-24", 199, 199)]
    [TestCase("2026-12-01", 199, 199)]
    public void Limits_are_given_back_within_the_same_day_and_month_only(string day, long ofDay, long ofMonth)
    {
        var call = Pay(ByAirtime);
        _lane.Now = DateTimeOffset.Parse(day + "T15:00:00Z");
        if (ofDay > 0)
        {
            _lane.Text(_ida, "PAY NEWS W");
            _lane.Text(_ida, $"Y {_lane.CodeOf(_ida, 2)}");
        }
        Answer(call, ChargeVerdict.NotCharged);
        Assert.That((_ida.Spending.DayMinor, _ida.Spending.MonthMinor), Is.EqualTo((ofDay, ofMonth)));
    }

    [TestCase(0, 5)]
    [TestCase(1, 15)]
    [TestCase(2, 60)]
    [TestCase(3, 300)]
    [TestCase(9, 300)]
    public void Without_the_charging_systems_word_it_is_in_doubt_and_the_same_request_goes_out_again(int attempts, int seconds)
    {
        var call = Pay(ByAirtime) with { Attempts = attempts };
        Answer(call, ChargeVerdict.Unknown);
        Assert.That((_ida.OpenPayments.Single().State, _lane.Answer, Suspense), Is.EqualTo((PaymentState.InDoubt, TextTemplate.BeingChecked, Price)));
        Assert.That((_lane.CallsPutOff.Single().Id, _lane.CallsPutOff.Single().NextAt), Is.EqualTo((call.Id, (DateTimeOffset?)PureLane.Start.AddSeconds(seconds))));
        Answer(call with { Attempts = attempts + 1 }, ChargeVerdict.Unknown);
        Assert.That((_lane.Answers.Count, _lane.Calls.Count, _lane.CallsEnded.Count), Is.EqualTo((0, 1, 0)), "told once, and asked by no other call");
    }

    [Test]
    public void When_the_charging_system_may_have_forgotten_it_a_person_decides_and_a_late_word_still_does()
    {
        var call = Pay(ByAirtime);
        _lane.Now += PureRails.ResendFor;
        Answer(call, ChargeVerdict.Unknown);
        Assert.That((_lane.CallsPutOff.Single().NextAt, _ida.OpenPayments.Single().State, Suspense), Is.EqualTo((default(DateTimeOffset?), PaymentState.InDoubt, Price)));
        Answer(call, ChargeVerdict.Charged);
        Assert.That((_lane.Ended.Single().Outcome, Suspense), Is.EqualTo((PaymentOutcome.Succeeded, 0L)));
    }

    [Test]
    public void A_bank_that_did_not_say_is_asked_to_undo_it_by_its_own_names_and_never_asked_for_it_again()
    {
        var call = Pay(ByBank);
        Answer(call, ChargeVerdict.Unknown);
        var (debit, reversal) = (BankRequest.FromJson(call.Request), BankRequest.FromJson(_lane.Calls[^1].Request));
        Assert.That((_lane.Calls[^1].Kind, _lane.Calls[^1].Bank, _lane.CallsEnded.Single().Id), Is.EqualTo((ConnectorKind.BankReversal, "DEMO", call.Id)));
        Assert.That((reversal.Mti, reversal.Link, reversal.Fields[37], reversal.Fields[90][..20]), Is.EqualTo(("0420", debit.Link, debit.Fields[37], "0200" + debit.Fields[11] + debit.Fields[7])));
        Assert.That((_ida.OpenPayments.Single().State, _lane.Answer, Suspense), Is.EqualTo((PaymentState.Reversing, TextTemplate.BeingChecked, Price)));
    }

    [Test]
    public void Without_a_number_for_the_reversal_it_stays_in_doubt_and_is_tried_again()
    {
        var call = Pay(ByBank);
        while (_lane.Bank().Numbers.TryTakeForReversal(_lane.Now, out _))
        {
            // until none is left
        }
        Answer(call, ChargeVerdict.Unknown);
        Assert.That((_ida.OpenPayments.Single().State, _lane.CallsPutOff.Single().Id, _lane.CallsPutOff.Single().NextAt), Is.EqualTo((PaymentState.InDoubt, call.Id, (DateTimeOffset?)PureLane.Start.AddSeconds(5))));
        _lane.Bank().Numbers.Add(DateOnly.MaxValue, [7]);
        Answer(call with { Attempts = 1 }, ChargeVerdict.Unknown);
        Assert.That((_ida.OpenPayments.Single().State, _lane.Sent.Count(m => m.Template == TextTemplate.BeingChecked)), Is.EqualTo((PaymentState.Reversing, 1)));
    }

    [TestCase(1000L)]
    [TestCase(1300L)]
    public void Another_amount_than_the_price_is_given_back_as_it_was_taken(long taken)
    {
        Answer(Pay(ByAirtime), ChargeVerdict.ChargedDifferently, taken: taken);
        var refund = OcsRequest.FromJson(_lane.Calls[^1].Request);
        Assert.That((_lane.Calls[^1].Kind, refund.AmountMinor, _ida.OpenPayments.Single().State), Is.EqualTo((ConnectorKind.OcsRefund, taken, PaymentState.Reversing)));
        Assert.That(refund.SessionId, Is.Not.EqualTo(OcsRequest.FromJson(_lane.Calls[0].Request).SessionId), "a charge of its own");
        _lane.Decide(_ida, new UndoAnswered(_lane.Calls[^1], UndoVerdict.Undone, ""));
        Assert.That((_lane.Ended.Single().Outcome, Suspense), Is.EqualTo((PaymentOutcome.Reversed, 0L)));
    }

    [TestCase(null)]
    [TestCase(0L)]
    [TestCase(-1250L)]
    public void An_amount_that_cannot_be_given_back_is_left_to_a_person(long? taken)
    {
        Answer(Pay(ByAirtime), ChargeVerdict.ChargedDifferently, taken: taken);
        Assert.That((_ida.OpenPayments.Single().State, _lane.CallsPutOff.Single().NextAt, Suspense), Is.EqualTo((PaymentState.InDoubt, default(DateTimeOffset?), Price)));
    }

    [TestCase(ChargeVerdict.Charged, ChargeVerdict.Charged)]
    [TestCase(ChargeVerdict.Charged, ChargeVerdict.NotCharged)]
    [TestCase(ChargeVerdict.Charged, ChargeVerdict.Unknown)]
    [TestCase(ChargeVerdict.NotCharged, ChargeVerdict.NotCharged)]
    [TestCase(ChargeVerdict.NotCharged, ChargeVerdict.Unknown)]
    [TestCase(ChargeVerdict.ChargedDifferently, ChargeVerdict.ChargedDifferently)]
    [TestCase(ChargeVerdict.ChargedDifferently, ChargeVerdict.NotCharged)]
    public void What_the_charging_system_said_first_stays_and_is_told_once(ChargeVerdict first, ChargeVerdict second)
    {
        var call = Pay(ByAirtime);
        Answer(call, first, taken: 1000);
        var (transfers, ended, calls) = (_lane.Transfers.Count, _lane.Ended.Count, _lane.Calls.Count);
        Answer(call, second, taken: 1000);
        Assert.That((_lane.Transfers.Count, _lane.Ended.Count, _lane.Calls.Count, _lane.Answers.Count), Is.EqualTo((transfers, ended, calls, 0)));
    }

    [TestCase(ChargeVerdict.Charged)]
    [TestCase(ChargeVerdict.ChargedDifferently)]
    [TestCase(ChargeVerdict.Unknown)]
    public void What_a_bank_charged_or_may_have_charged_after_it_was_given_up_is_reversed_again(ChargeVerdict late)
    {
        var call = Pay(ByBank);
        Answer(call, ChargeVerdict.Unknown);
        _lane.Now += PureRails.LateAnswers;
        _lane.Decide(_ida, new UndoAnswered(_lane.Calls[^1], UndoVerdict.NothingThere, ""));
        var transfers = _lane.Transfers.Count;
        // An engine that was frozen has sent the debit after all.
        Answer(call, late);
        Assert.That((_lane.Calls[^1].Kind, _lane.Calls.Count(c => c.Kind == ConnectorKind.BankReversal)), Is.EqualTo((ConnectorKind.BankReversal, 2)));
        Assert.That((_lane.Ended.Single().Outcome, _lane.Transfers.Count, _lane.Answers.Count), Is.EqualTo((PaymentOutcome.Reversed, transfers, 0)), "its outcome stays");
        _lane.Decide(_ida, new UndoAnswered(_lane.Calls[^1], UndoVerdict.Undone, ""));
        Assert.That((_lane.Transfers.Count, _lane.CallsEnded[^1].Id), Is.EqualTo((transfers, _lane.Calls[^1].Id)));
    }

    [TestCase(ChargeVerdict.Charged, ChargeVerdict.Unknown)]
    [TestCase(ChargeVerdict.Charged, ChargeVerdict.Charged)]
    [TestCase(ChargeVerdict.NotCharged, ChargeVerdict.NotCharged)]
    public void What_a_bank_charged_and_is_paid_is_never_reversed_nor_what_it_refused(ChargeVerdict first, ChargeVerdict second)
    {
        var call = Pay(ByBank);
        Answer(call, first);
        Answer(call, second);
        Assert.That(_lane.Calls, Has.Count.EqualTo(1));
    }

    [TestCase(ChargeVerdict.Charged, null, 1250L)]
    [TestCase(ChargeVerdict.ChargedDifferently, 1000L, 1000L)]
    public void What_the_charging_system_charged_after_it_was_given_up_is_given_back_once(ChargeVerdict late, long? taken, long back)
    {
        var call = Pay(ByAirtime);
        Answer(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedSourceUnavailable);
        for (var times = 0; times < 3; times++)
            Answer(call with { Attempts = 1 }, late, taken: taken);
        Assert.That(_lane.Calls.Where(c => c.Kind == ConnectorKind.OcsRefund).Select(c => OcsRequest.FromJson(c.Request).AmountMinor), Is.EqualTo(new[] { back }));
        Assert.That(_lane.CallsKept.Count > 0, Is.EqualTo(late == ChargeVerdict.Charged), "that the whole price was taken is said after people may have decided, too: they look again");
        Assert.That((_lane.Ended.Single().Outcome, _lane.Transfers.Count), Is.EqualTo((PaymentOutcome.DeclinedSourceUnavailable, 2)));
        Assert.That(_ida.Recent.NewestFirst()[0].Outcome, Is.EqualTo(PaymentOutcome.Reversed), "HIST says that it is refunded");
    }

    [TestCase(ByBank, ChargeVerdict.Charged)]
    [TestCase(ByBank, ChargeVerdict.Unknown)]
    [TestCase(ByAirtime, ChargeVerdict.Charged)]
    public void What_moved_for_a_payment_of_which_nothing_is_remembered_is_left_to_a_person(string text, ChargeVerdict late)
    {
        var call = Pay(text);
        Answer(call, ChargeVerdict.NotCharged);
        for (var i = 0; i < RecentPayments.Capacity; i++)
            Pay("PAY NEWS W");
        Answer(call, late);
        AssertLeftToPerson(call);
    }

    [TestCase("CASHOUT 5 P")]
    [TestCase("CASHOUT 5 B")]
    public void A_cash_out_that_arrived_although_the_wallet_has_its_money_again_is_left_to_a_person(string text)
    {
        var call = Pay(text);
        Answer(call, ChargeVerdict.NotCharged);
        Assert.That(_ida.BalanceMinor, Is.EqualTo(100_000));
        Answer(call with { Attempts = 1 }, ChargeVerdict.Charged);
        AssertLeftToPerson(call);
        Assert.That(_ida.BalanceMinor, Is.EqualTo(100_000));
    }

    [Test]
    public void An_amount_that_nobody_knows_taken_after_the_end_is_left_to_a_person()
    {
        var call = Pay(ByAirtime);
        Answer(call, ChargeVerdict.NotCharged);
        Answer(call, ChargeVerdict.ChargedDifferently);
        AssertLeftToPerson(call);
    }

    [Test]
    public void What_the_charging_system_took_after_the_end_is_left_to_a_person_where_it_cannot_be_asked_to_give_it_back()
    {
        var call = Pay(ByAirtime);
        Answer(call, ChargeVerdict.NotCharged);
        _lane.Rails = _lane.Rails with { Ocs = null };
        Answer(call, ChargeVerdict.Charged);
        AssertLeftToPerson(call);
    }

    [Test]
    public void A_reversal_after_the_end_that_has_no_number_is_not_forgotten()
    {
        var call = Pay(ByBank);
        Answer(call, ChargeVerdict.NotCharged);
        while (_lane.Bank().Numbers.TryTakeForReversal(_lane.Now, out _))
        {
            // until none is left
        }
        Answer(call, ChargeVerdict.Charged);
        Assert.That((_lane.CallsKept.Single().Id, _lane.CallsPutOff.Single().NextAt), Is.EqualTo((call.Id, (DateTimeOffset?)PureLane.Start.AddSeconds(5))));
        _lane.Bank().Numbers.Add(DateOnly.MaxValue, [7]);
        Answer(call with { Attempts = 1 }, ChargeVerdict.Unknown); // as a debit that is taken up again is always answered
        Assert.That((_lane.Calls[^1].Kind, _lane.CallsEnded[^1].Id), Is.EqualTo((ConnectorKind.BankReversal, call.Id)));
    }

    /// <summary>The outcome stays, nothing is asked or said, and the request waits in the queue of people.</summary>
    private void AssertLeftToPerson(ConnectorCall call)
    {
        Assert.That((_lane.CallsKept.Single().Id, _lane.CallsPutOff.Single().Id, _lane.CallsPutOff.Single().WaitsFor), Is.EqualTo((call.Id, call.Id, (WaitsFor?)WaitsFor.MovedAfterEnd)));
        Assert.That((_lane.Calls.Count, _lane.Answers.Count, Suspense), Is.EqualTo((1, 0, 0L)));
    }

    [TestCase(ByBank, "PAY NEWS B")]
    [TestCase(ByAirtime, "PAY NEWS P")]
    public void What_is_in_doubt_comes_before_anything_new_from_the_same_source(string first, string second)
    {
        Answer(Pay(first), ChargeVerdict.Unknown);
        _lane.Text(_ida, second);
        Assert.That((_lane.Answer, _lane.Ended.Single().Outcome), Is.EqualTo((TextTemplate.EarlierInDoubt, PaymentOutcome.DeclinedEarlierInDoubt)));
        _lane.Text(_ida, "PAY NEWS W");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.PromptAgain).Or.EqualTo(TextTemplate.Prompt), "another source can be used");
    }

    [TestCase(9, TextTemplate.BeingChecked)]
    [TestCase(11, TextTemplate.Prompt)]
    public void The_same_purchase_within_ten_minutes_is_answered_with_the_one_that_is_checked(int minutes, TextTemplate answer)
    {
        var call = Pay(ByBank);
        Answer(call, ChargeVerdict.Unknown);
        _lane.Now += TimeSpan.FromMinutes(minutes);
        _lane.Text(_ida, "PAY COFFEE LATTE W");
        Assert.That(_lane.Answer, Is.EqualTo(answer));
        if (answer == TextTemplate.BeingChecked)
            Assert.That((_lane.Said[0], _lane.Ended.Single().Outcome), Is.EqualTo((PaymentReference.Of(_ida.Id, 1), PaymentOutcome.DeclinedEarlierInDoubt)));
    }

    [Test]
    public void A_no_to_an_attempt_after_which_the_call_was_taken_up_again_changes_nothing()
    {
        var call = Pay(ByAirtime);
        _lane.IsLastAttempt = _ => false;
        Answer(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedBySource);
        Assert.That((_ida.OpenPayments.Single().State, _lane.Answers.Count, _lane.CallsEnded.Count, _lane.CallsPutOff.Count), Is.EqualTo((PaymentState.Charging, 0, 0, 0)));
    }

    [Test]
    public void What_the_charging_system_says_it_took_after_people_said_it_did_not_comes_to_them_again_and_is_not_given_back_twice()
    {
        var call = Pay(ByAirtime);
        _ida.DecidedDoubts.Add(new(9, _ida.Id, call.Payment, call, WasCharged: false, "rita", "arno"));
        _lane.Decide(_ida, new DoubtDecided(9));
        Assert.That(_lane.Ended.Single().Outcome, Is.EqualTo(PaymentOutcome.Reversed));
        Answer(call, ChargeVerdict.Charged);
        AssertLeftToPerson(call);
    }

    [TestCase(ChargeVerdict.Unknown)]
    [TestCase(ChargeVerdict.NotCharged)]
    public void What_people_had_asked_again_about_a_payment_that_has_ended_comes_back_to_them_with_its_answer(ChargeVerdict verdict)
    {
        var call = Pay("CASHOUT 5 P");
        Answer(call, ChargeVerdict.NotCharged);
        Answer(call, ChargeVerdict.Charged);
        var ended = _lane.CallsEnded.Count;
        Answer(call with { Attempts = 1 }, verdict);
        Assert.That((_lane.CallsEnded.Count, _lane.CallsPutOff[^1].WaitsFor, _lane.CallsKept.Count), Is.EqualTo((ended, (WaitsFor?)WaitsFor.MovedAfterEnd, 1)));
    }

    [TestCase(ChargeVerdict.Unknown)]
    [TestCase(ChargeVerdict.NotCharged)]
    public void A_late_answer_about_a_payment_that_is_made_alarms_nobody(ChargeVerdict verdict)
    {
        var call = Pay(ByAirtime);
        Answer(call, ChargeVerdict.Charged);
        Answer(call with { Attempts = 1 }, verdict);
        Assert.That((_lane.CallsPutOff.Count, _lane.CallsKept.Count, _lane.Answers.Count), Is.EqualTo((0, 0, 0)));
    }

    [TestCase("TOPUP 5 B", ChargeVerdict.Charged)]
    [TestCase("CASHOUT 5 B", ChargeVerdict.NotCharged)]
    public void What_comes_for_a_wallet_that_was_closed_meanwhile_stands_apart(string text, ChargeVerdict verdict)
    {
        _ida.BalanceMinor = 50_000;
        var call = Pay(text);
        var balance = _ida.BalanceMinor;
        _ida.Status = SubscriberStatus.Closed;
        Answer(call, verdict);
        Assert.That((_lane.Transfers[^1].CreditAccount, _lane.Transfers[^1].CreditOwner, _lane.Transfers[^1].AmountMinor), Is.EqualTo((ChartAccount.Unclaimed, 7L, 500L)));
        Assert.That((_ida.BalanceMinor, Suspense), Is.EqualTo((balance, 0L)));
    }

    [TestCase("TOPUP 5 B", "TOPUP 5 P")]
    [TestCase("CASHOUT 5 B", "TOPUP 10 P")]
    public void What_is_under_way_into_the_wallet_or_may_come_back_to_it_counts_to_its_cap(string first, string second)
    {
        _lane = new(limits: new(100_900, 10_000, 100_000, 200_000, 50)) { Rails = PureRails.Of() };
        Pay(first);
        _lane.Text(_ida, second);
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.OverBalanceCap));
    }
}
