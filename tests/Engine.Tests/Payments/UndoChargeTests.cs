using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class UndoChargeTests
{
    private PureLane _lane = null!;
    private SubscriberState _ida = null!;
    private ConnectorCall _reversal = null!;

    /// <summary>A debit whose answer did not come, and its reversal.</summary>
    [SetUp]
    public void Set()
    {
        _lane = new() { Rails = PureRails.Of() };
        _ida = _lane.Subscriber().WithRails();
        _lane.Text(_ida, "PAY COFFEE LATTE B");
        _lane.Text(_ida, $"Y {_lane.CodeOf(_ida)}");
        _lane.Decide(_ida, new ChargeAnswered(_lane.Calls[0], ChargeVerdict.Unknown, null, null, "no answer"));
        _reversal = _lane.Calls[^1];
    }

    private void Answer(UndoVerdict verdict, ConnectorCall? call = null) => _lane.Decide(_ida, new UndoAnswered(call ?? _reversal, verdict, "said"));

    [Test]
    public void What_was_undone_goes_back_where_it_came_from_and_is_told()
    {
        Answer(UndoVerdict.Undone);
        Assert.That(_lane.Transfers[^1] with { Id = 0 }, Is.EqualTo(new Transfer(
            0, ChartAccount.BankSuspense, 7, ChartAccount.Bank, 1, TransferKind.ChargeUndone, 1250, 978, _reversal.Payment.Value)));
        Assert.That((_lane.Ended.Single().Outcome, _lane.Answer, _lane.Said[0]), Is.EqualTo((PaymentOutcome.Reversed, TextTemplate.Reversed, PaymentReference.Of(_ida.Id, 1))));
        Assert.That((_ida.Spending.DayMinor, _lane.CallsEnded[^1].Id, _lane.CallsPutOff.Count), Is.EqualTo((0L, _reversal.Id, 0)));
    }

    [Test]
    public void Never_there_is_believed_only_when_no_frozen_engine_can_send_the_debit_any_more()
    {
        _lane.Now += PureRails.LateAnswers - TimeSpan.FromSeconds(1);
        Answer(UndoVerdict.NothingThere);
        Assert.That((_ida.OpenPayments.Single().State, _lane.CallsPutOff.Single().Id, _lane.CallsPutOff.Single().NextAt), Is.EqualTo((PaymentState.Reversing, _reversal.Id, (DateTimeOffset?)(PureLane.Start + PureRails.LateAnswers))));
        _lane.Now += TimeSpan.FromSeconds(1);
        Answer(UndoVerdict.NothingThere, _reversal with { Attempts = 1 });
        Assert.That(_lane.Ended.Single().Outcome, Is.EqualTo(PaymentOutcome.Reversed));
    }

    [TestCase(0, 15)]
    [TestCase(1, 60)]
    [TestCase(2, 300)]
    [TestCase(3, 900)]
    [TestCase(4, 3600)]
    [TestCase(20, 3600)]
    public void Without_an_answer_the_bank_is_asked_again_and_nothing_is_said(int attempts, int seconds)
    {
        Answer(UndoVerdict.Unknown, _reversal with { Attempts = attempts });
        Assert.That((_lane.CallsPutOff.Single().Id, _lane.CallsPutOff.Single().NextAt, _lane.Answers.Count), Is.EqualTo((_reversal.Id, (DateTimeOffset?)PureLane.Start.AddSeconds(seconds), 0)));
        Assert.That(_ida.OpenPayments.Single().State, Is.EqualTo(PaymentState.Reversing));
    }

    [Test]
    public void After_three_days_a_person_decides_and_a_late_yes_still_does()
    {
        _lane.Now += TimeSpan.FromDays(3);
        Answer(UndoVerdict.Unknown);
        Assert.That((_lane.CallsPutOff.Single().NextAt, _ida.OpenPayments.Single().State), Is.EqualTo((default(DateTimeOffset?), PaymentState.Reversing)));
        Answer(UndoVerdict.Undone);
        Assert.That(_lane.Ended.Single().Outcome, Is.EqualTo(PaymentOutcome.Reversed));
    }

    [Test]
    public void What_is_refused_for_good_is_left_to_a_person_at_once()
    {
        Answer(UndoVerdict.Refused);
        Assert.That((_lane.CallsPutOff.Single().NextAt, _lane.Ended.Count, _lane.Answers.Count), Is.EqualTo((default(DateTimeOffset?), 0, 0)));
    }

    [TestCase(UndoVerdict.Undone)]
    [TestCase(UndoVerdict.NothingThere)]
    [TestCase(UndoVerdict.Unknown)]
    [TestCase(UndoVerdict.Refused)]
    public void An_answer_that_comes_after_the_end_moves_and_says_nothing(UndoVerdict second)
    {
        Answer(UndoVerdict.Undone);
        Answer(second);
        Assert.That((_lane.Transfers.Count, _lane.Ended.Count, _lane.Answers.Count), Is.EqualTo((2, 1, 0)));
    }

    [Test]
    public void The_banks_late_yes_to_the_debit_is_reversed_once_more_because_a_never_there_may_be_older_than_it()
    {
        _lane.Decide(_ida, new ChargeAnswered(_lane.Calls[0], ChargeVerdict.Charged, null, null, "late"));
        Assert.That((_ida.OpenPayments.Single().State, _lane.Ended.Count, _lane.Calls.Count), Is.EqualTo((PaymentState.Reversing, 0, 3)));
        _lane.Now += PureRails.LateAnswers;
        Answer(UndoVerdict.NothingThere); // said before the debit arrived, and late itself
        Assert.That(_lane.Ended.Single().Outcome, Is.EqualTo(PaymentOutcome.Reversed));
        Answer(UndoVerdict.Undone, _lane.Calls[^1]);
        Assert.That((_lane.Transfers.Count, _lane.CallsEnded[^1].Id, _lane.Answers.Count), Is.EqualTo((2, _lane.Calls[^1].Id, 0)));
    }

    [Test]
    public void It_is_undone_at_the_account_that_was_charged_and_not_at_the_one_that_took_its_place()
    {
        _ida.Read(new BankLink(702, "OTHER", "0043", BankLinkState.Linked));
        Answer(UndoVerdict.Unknown);
        Assert.That((_reversal.Bank, BankRequest.FromJson(_reversal.Request).Link), Is.EqualTo(("DEMO", 701L)));
        Answer(UndoVerdict.Undone, _reversal with { Attempts = 1 });
        Assert.That((_lane.Transfers[^1].CreditAccount, _lane.Transfers[^1].CreditOwner), Is.EqualTo((ChartAccount.Bank, 1L)));
    }

    [Test]
    public void A_blocked_account_gets_its_money_back_too()
    {
        _ida.Status = SubscriberStatus.Blocked;
        Answer(UndoVerdict.Undone);
        Assert.That((_lane.Ended.Single().Outcome, _lane.Answer), Is.EqualTo((PaymentOutcome.Reversed, TextTemplate.Reversed)));
    }
}
