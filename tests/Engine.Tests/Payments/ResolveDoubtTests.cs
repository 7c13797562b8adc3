using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class ResolveDoubtTests
{
    private const long Price = 1250;
    private static readonly PaymentId Id = new(501);
    private PureLane _lane = null!;
    private SubscriberState _ida = null!;
    private OpenPayment _payment = null!;

    [SetUp]
    public void Doubt()
    {
        _lane = new();
        _lane.Replace(PureLane.Coffee with { WantsNotices = true });
        _ida = _lane.Subscriber(source: FundingKind.Airtime);
        _payment = new()
        {
            Id = Id,
            State = PaymentState.InDoubt,
            Number = 1,
            Merchant = PureLane.Coffee.Id,
            Source = FundingKind.Airtime,
            AmountMinor = Price,
            Currency = 978,
            RequestFingerprint = 1,
            ReplyPath = "7000",
            RequestedAt = PureLane.Start,
            ChargedAt = PureLane.Start,
            DueAt = DateTimeOffset.MaxValue,
        };
        _ida.OpenPayments.Add(_payment);
        AccountLimits.Take(_ida, Price, _lane.Given);
    }

    /// <summary>As the lane reads it from the proposal's row.</summary>
    private DoubtDecided Approved(bool wasCharged, bool isOpen = true)
    {
        var call = new ConnectorCall(77, _ida.Id, 1, Id, default, ConnectorKind.OcsDebit, "{}", PureLane.Start);
        _ida.DecidedDoubts.Add(new(9, _ida.Id, Id, isOpen ? call : null, wasCharged, "rita", "arno"));
        return new(9);
    }

    [Test]
    public void Charged_owes_the_merchant_the_price_and_the_subscriber_gets_the_receipt()
    {
        _lane.Decide(_ida, Approved(wasCharged: true));

        Assert.That(_lane.Transfers.Single() with { Id = 0 }, Is.EqualTo(new Transfer(
            0, ChartAccount.AirtimeSuspense, 7, ChartAccount.MerchantPayable, PureLane.Coffee.Id.Value, TransferKind.Payment, Price, 978, Id.Value)));
        Assert.That((_lane.Ended.Single().Outcome, _lane.Answer, _lane.Notices.Count), Is.EqualTo((PaymentOutcome.Succeeded, TextTemplate.Receipt, 1)));
        Assert.That(_ida.Spending.DayMinor, Is.EqualTo(Price));
    }

    [Test]
    public void Not_charged_takes_the_price_out_of_suspense_and_gives_the_limits_back()
    {
        _lane.Decide(_ida, Approved(wasCharged: false));

        Assert.That((_lane.Transfers.Single().DebitAccount, _lane.Transfers.Single().CreditAccount), Is.EqualTo((ChartAccount.AirtimeSuspense, ChartAccount.ChargingSystem)));
        Assert.That((_lane.Ended.Single().Outcome, _lane.Answer, _lane.Notices.Count), Is.EqualTo((PaymentOutcome.Reversed, TextTemplate.Reversed, 0)));
        Assert.That((_ida.Spending.DayMinor, _ida.Spending.MonthPayments), Is.EqualTo((0L, 0)));
    }

    [Test]
    public void The_log_of_calls_says_who_decided()
    {
        _lane.Decide(_ida, Approved(wasCharged: true));
        Assert.That(_lane.CallsEnded.Single().Answer, Is.EqualTo("decided by people: charged, proposed by rita, approved by arno"));
        Assert.That(_lane.DoubtsEnded, Is.EqualTo(new[] { new DoubtEnded(9, IsBooked: true) }));
    }

    [Test]
    public void A_decision_that_comes_twice_is_booked_once([Values] bool wasCharged)
    {
        var approved = Approved(wasCharged);
        _lane.Decide(_ida, approved);
        _lane.Decide(_ida, approved);
        Assert.That((_lane.Transfers.Count, _lane.Ended.Count, _lane.DoubtsEnded.Count, _lane.Answers.Count), Is.EqualTo((1, 1, 1, 0)));
    }

    [Test]
    public void Twice_in_one_batch_it_is_booked_once()
    {
        _lane = new() { IsOneBatch = true };
        A_decision_that_comes_twice_is_booked_once(wasCharged: true);
    }

    [Test]
    public void A_request_that_got_its_answer_first_is_left_as_it_is([Values] bool wasCharged)
    {
        _lane.Decide(_ida, Approved(wasCharged, isOpen: false));
        Assert.That((_lane.Transfers.Count, _lane.Ended.Count, _lane.CallsEnded.Count, _lane.Answers.Count), Is.EqualTo((0, 0, 0, 0)));
        Assert.That(_lane.DoubtsEnded, Is.EqualTo(new[] { new DoubtEnded(9, IsBooked: false) }));
        Assert.That(_payment.State, Is.EqualTo(PaymentState.InDoubt), "what is asked next about it goes on");
    }

    [Test]
    public void A_payment_that_has_its_outcome_keeps_it_and_only_the_request_is_closed()
    {
        _ida.OpenPayments.Clear();
        _lane.Decide(_ida, Approved(wasCharged: false));
        Assert.That((_lane.Transfers.Count, _lane.Ended.Count, _lane.CallsEnded.Count, _lane.DoubtsEnded.Single().IsBooked), Is.EqualTo((0, 0, 1, true)));
    }

    [Test]
    public void A_payment_that_has_its_outcome_is_not_charged_by_a_decision()
    {
        _ida.OpenPayments.Clear();
        _lane.Decide(_ida, Approved(wasCharged: true));
        Assert.That((_lane.Transfers.Count, _lane.CallsEnded.Count, _lane.DoubtsEnded.Single().IsBooked), Is.EqualTo((0, 0, false)));
    }

    [Test]
    public void A_payment_is_not_made_while_another_request_about_it_is_open_that_may_undo_it()
    {
        var approved = Approved(wasCharged: true);
        _ida.DecidedDoubts[0] = _ida.DecidedDoubts[0] with { OthersOpen = true };
        _lane.Decide(_ida, approved);
        Assert.That((_lane.Transfers.Count, _lane.CallsEnded.Count, _lane.DoubtsEnded.Single().IsBooked), Is.EqualTo((0, 0, false)));
    }

    /// <summary>Whatever comes after the decision, and how often: nobody pays or is paid twice.</summary>
    [Test]
    public void An_answer_after_the_decision_changes_nothing([Values] bool wasCharged, [Values] ChargeVerdict late)
    {
        var approved = Approved(wasCharged);
        var call = _ida.DecidedDoubts[0].Call!;
        _lane.Decide(_ida, approved);
        _lane.Decide(_ida, new ChargeAnswered(call, late, null, null, "late"));
        Assert.That((_lane.Transfers.Count, _lane.Ended.Count, _lane.Answers.Count), Is.EqualTo((1, 1, 0)));
    }
}
