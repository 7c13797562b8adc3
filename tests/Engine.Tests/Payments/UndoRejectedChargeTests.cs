using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;
using CarrierPay.TestSupport;
using CsCheck;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class UndoRejectedChargeTests
{
    private const long Price = 1250;
    private PureLane _lane = null!;
    private SubscriberState _ida = null!;

    [SetUp]
    public void Pay()
    {
        _lane = new();
        _ida = _lane.Subscriber(source: FundingKind.PhoneBill, billLimit: 5000);
        Pay("PAY COFFEE LATTE");
    }

    private void Pay(string text)
    {
        _lane.Text(_ida, text);
        _lane.Text(_ida, $"Y {_lane.CodeOf(_ida)}");
    }

    /// <summary>As the lane reads it from the rejection's row.</summary>
    private ChargeRejected Reject(RejectionBearer bearer = RejectionBearer.Merchant)
    {
        var rated = _lane.RatedEvents[^1];
        _ida.RejectedCharges.Add(new(
            rated.Payment, rated.Subscriber, rated.Merchant, rated.MerchantName, rated.NetMinor, rated.Currency, PureLane.Start, rated.Reference, bearer));
        return new(rated.Payment);
    }

    [Test]
    public void The_merchant_is_owed_it_no_more_and_the_bill_is_lower()
    {
        _lane.Decide(_ida, Reject());

        Assert.That(_lane.Transfers[^1] with { Id = 0 }, Is.EqualTo(new Transfer(
            0, ChartAccount.MerchantPayable, PureLane.Coffee.Id.Value, ChartAccount.PhoneBillReceivable, 7, TransferKind.RejectedCharge, Price, 978, _lane.RatedEvents[0].Payment.Value)));
        Assert.That((_ida.Bill!.Value.ChargedMinor, _ida.IsBillChanged), Is.EqualTo((0L, true)));
    }

    [Test]
    public void By_some_codes_the_operator_bears_it_and_the_merchant_keeps_it()
    {
        _lane.Decide(_ida, Reject(RejectionBearer.Operator));

        var undone = _lane.Transfers[^1];
        Assert.That((undone.DebitAccount, undone.DebitOwner, undone.CreditAccount), Is.EqualTo((ChartAccount.RejectedCharges, 0L, ChartAccount.PhoneBillReceivable)));
        Assert.That(_ida.Bill!.Value.ChargedMinor, Is.Zero);
    }

    [Test]
    public void The_subscriber_is_told_once_and_with_the_reference_of_the_payment()
    {
        _lane.Decide(_ida, Reject());

        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.TakenOffBill));
        Assert.That(_lane.Said, Is.EqualTo(new[] { PaymentReference.Of(_ida.Id, 1), "EUR 12.50", "Star Coffee" }));
        Assert.That(_lane.Messages[^1].Payment, Is.EqualTo(_lane.RatedEvents[0].Payment));
    }

    [Test]
    public void A_rejection_that_comes_twice_undoes_once()
    {
        var rejected = Reject();
        _lane.Decide(_ida, rejected);
        _lane.Decide(_ida, rejected);

        Assert.That((_lane.Transfers.Count, _lane.Undone.Count, _lane.Answers.Count, _ida.Bill!.Value.ChargedMinor), Is.EqualTo((2, 1, 0, 0L)));
    }

    [Test]
    public void Limits_are_given_back_on_the_same_day()
    {
        _lane.Decide(_ida, Reject());
        var spent = _ida.Spending;
        Assert.That((spent.DayMinor, spent.DayPayments, spent.MonthMinor, spent.MonthPayments), Is.EqualTo((0L, 0, 0L, 0)));
    }

    [Test]
    public void Of_a_day_that_is_over_only_the_month_is_given_back()
    {
        var rejected = Reject();
        _lane.Now = PureLane.Start.AddDays(1);
        _lane.Text(_ida, "PAY COFFEE MOCHA");
        _lane.Text(_ida, $"Y {_lane.CodeOf(_ida)}");
        _lane.Decide(_ida, rejected);
        var spent = _ida.Spending;
        Assert.That((spent.DayMinor, spent.DayPayments, spent.MonthMinor, spent.MonthPayments), Is.EqualTo((1400L, 1, 1400L, 1)));
    }

    [Test]
    public void The_bill_and_the_limits_of_another_month_stay_as_they_are()
    {
        var rejected = Reject();
        _lane.Now = new(2026, 12, 2, 0, 0, 0, TimeSpan.Zero);
        Pay("PAY COFFEE MOCHA");
        _lane.Decide(_ida, rejected);

        Assert.That((_ida.Bill!.Value.ChargedMinor, _ida.Spending.MonthMinor, _ida.Spending.DayMinor), Is.EqualTo((1400L, 1400L, 1400L)));
        Assert.That(_lane.Transfers[^1].Kind, Is.EqualTo(TransferKind.RejectedCharge), "the receivable is gone all the same");
    }

    [Test]
    public void A_blocked_account_and_a_bill_that_was_taken_away_are_undone_too()
    {
        var rejected = Reject();
        _ida.Status = SubscriberStatus.Blocked;
        (_ida.Sources, _ida.Bill) = ((short)(1 << (int)FundingKind.Prepaid), _ida.Bill!.Value with { LimitMinor = 0 });
        _lane.Decide(_ida, rejected);
        Assert.That((_lane.Undone.Count, _ida.Bill!.Value.ChargedMinor), Is.EqualTo((1, 0L)));
    }

    private enum Step { Pay, Reject, RejectAgain, NextDay, NextMonth }

    [Test]
    public void Bill_limits_and_receivable_are_right_after_any_history_of_charges_and_rejections() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 999], Gen.Bool).Array[1, 60].Sample(steps =>
        {
            Pay();
            List<(RatedEvent Event, DateTimeOffset At)> charged = [(_lane.RatedEvents[0], _lane.Now)];
            List<(RatedEvent Event, DateTimeOffset At)> undone = [];
            foreach (var (step, choice, operatorBears) in steps)
            {
                switch (step)
                {
                    case Step.Pay:
                        var before = _lane.RatedEvents.Count;
                        _lane.Text(_ida, "PAY COFFEE LATTE");
                        if (_ida.OpenPayments.Count > 0)
                            _lane.Text(_ida, $"Y {_lane.CodeOf(_ida)}");
                        charged.AddRange(_lane.RatedEvents.Skip(before).Select(e => (e, _lane.Now)));
                        break;
                    case Step.Reject when charged.Except(undone).ToList() is { Count: > 0 } left:
                        var (rated, at) = left[choice % left.Count];
                        _ida.RejectedCharges.Add(new(
                            rated.Payment, rated.Subscriber, rated.Merchant, rated.MerchantName, rated.NetMinor, rated.Currency, at, rated.Reference,
                            operatorBears ? RejectionBearer.Operator : RejectionBearer.Merchant));
                        _lane.Decide(_ida, new ChargeRejected(rated.Payment));
                        undone.Add((rated, at));
                        break;
                    case Step.RejectAgain when undone.Count > 0:
                        _lane.Decide(_ida, new ChargeRejected(undone[choice % undone.Count].Event.Payment));
                        break;
                    case Step.NextDay:
                        _lane.Now = _lane.Now.AddDays(1);
                        break;
                    case Step.NextMonth:
                        _lane.Now = _lane.Now.AddMonths(1);
                        break;
                }
                var stands = charged.Except(undone).ToList();
                var month = stands.FindAll(c => (c.At.Year, c.At.Month) == (_lane.Now.Year, _lane.Now.Month));
                var spent = _ida.Spending.On(_lane.Given.BusinessDay, _lane.Given.BusinessMonth);
                Assert.That(_ida.Bill!.Value.On(_lane.Given.BusinessMonth).ChargedMinor, Is.EqualTo(month.Sum(c => c.Event.NetMinor)));
                Assert.That((spent.MonthMinor, spent.MonthPayments), Is.EqualTo((month.Sum(c => c.Event.NetMinor), month.Count)));
                Assert.That(spent.DayPayments, Is.EqualTo(month.Count(c => c.At.Date == _lane.Now.Date)));
                var owed = _lane.Transfers.Sum(t => t.DebitAccount == ChartAccount.PhoneBillReceivable ? t.AmountMinor : t.CreditAccount == ChartAccount.PhoneBillReceivable ? -t.AmountMinor : 0);
                Assert.That(owed, Is.EqualTo(stands.Sum(c => c.Event.NetMinor)));
                Assert.That(_lane.Messages.Count(m => m.Template == TextTemplate.TakenOffBill), Is.EqualTo(undone.Count));
            }
        }, iter: LongRun.Cases(500), threads: 1); // the lane is the fixture's, made anew for each history

    [Test]
    public void Its_code_sent_again_is_not_answered_with_paid()
    {
        var code = _lane.CodeOf(_ida, 1);
        _lane.Decide(_ida, Reject());
        _lane.Text(_ida, $"Y {code}");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.Reversed));
        Assert.That(ParameterList.Split(_lane.Answers[0].Parameters)[0], Is.EqualTo(PaymentReference.Of(_ida.Id, 1)));
    }
}
