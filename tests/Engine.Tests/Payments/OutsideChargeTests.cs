using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class OutsideChargeTests
{
    private PureLane _lane = null!;
    private SubscriberState _ida = null!;

    [SetUp]
    public void Set()
    {
        _lane = new() { Rails = PureRails.Of(chargesBills: true) };
        _ida = _lane.Subscriber(billLimit: 100).WithRails();
    }

    private OpenPayment Pay(string text)
    {
        _lane.Text(_ida, text);
        var payment = _ida.OpenPayments[^1];
        _lane.Text(_ida, $"Y {_lane.CodeOf(_ida, payment.Number)}");
        return payment;
    }

    [TestCase("PAY COFFEE LATTE P", FundingKind.PhoneBill, ConnectorKind.OcsDebit, ChartAccount.ChargingSystem, 0, ChartAccount.PhoneBillSuspense)]
    [TestCase("PAY COFFEE LATTE B", FundingKind.Bank, ConnectorKind.BankDebit, ChartAccount.Bank, 1, ChartAccount.BankSuspense)]
    [TestCase("PAY COFFEE LATTE", FundingKind.Airtime, ConnectorKind.OcsDebit, ChartAccount.ChargingSystem, 0, ChartAccount.AirtimeSuspense)]
    public void With_the_right_code_its_keeper_is_asked_and_the_price_stands_in_suspense(
        string text, FundingKind source, ConnectorKind kind, ChartAccount keeper, int number, ChartAccount suspense)
    {
        _ida.DefaultSource = FundingKind.Airtime;
        var payment = Pay(text);

        Assert.That((payment.State, payment.Source, payment.ChargedAt, payment.DueAt), Is.EqualTo((PaymentState.Charging, source, PureLane.Start, PureLane.Start.AddSeconds(10))));
        Assert.That(_lane.Transfers.Single() with { Id = 0 }, Is.EqualTo(new Transfer(
            0, keeper, number, suspense, 7, TransferKind.ChargeBegun, 1250, 978, payment.Id.Value)));
        var call = _lane.Calls.Single();
        Assert.That((call.Kind, call.Payment, call.Attempts, call.CreatedAt), Is.EqualTo((kind, payment.Id, 0, PureLane.Start)));
        Assert.That((_ida.Spending.DayMinor, _ida.Spending.DayPayments, payment.Consent?.Length), Is.EqualTo((1250L, 1, 32)), "limits and consent are taken now");
        Assert.That((_lane.Answers.Count, _lane.Ended.Count, _lane.RatedEvents.Count), Is.EqualTo((0, 0, 0)), "nothing is said before it is known, and no file bills it");
    }

    [Test]
    public void Every_identifier_is_stored_before_the_first_octet_and_the_account_is_not()
    {
        Pay("PAY COFFEE LATTE B");
        var asked = BankRequest.FromJson(_lane.Calls.Single().Request);
        Assert.That((asked.Link, asked.Number, asked.Mti, asked.Fields[4], asked.Fields[11], asked.Fields[42].TrimEnd()), Is.EqualTo((701L, 1, "0200", "000000001250", "000001", "COFFEE")));
        Assert.That(asked.Fields.Keys, Has.No.Member(BankRequest.AccountField).And.SupersetOf(new[] { 7, 37, 41 }));
    }

    [Test]
    public void Each_charge_has_a_session_of_its_own_that_names_the_payment()
    {
        var first = Pay("PAY NEWS P");
        var second = Pay("PAY COFFEE LATTE P");
        var sessions = _lane.Calls.ConvertAll(c => OcsRequest.FromJson(c.Request).SessionId);
        Assert.That(sessions, Is.Unique);
        Assert.That((sessions[0].EndsWith($";{first.Id.Value}"), sessions[1].EndsWith($";{second.Id.Value}")), Is.EqualTo((true, true)));
    }

    [TestCase("PAY NEWS P")]
    [TestCase("PAY NEWS B")]
    public void Without_room_it_is_declined_at_once_and_nothing_is_begun(string text)
    {
        _lane.Rails = PureRails.Of(chargesBills: true, room: 0);
        Pay(text);
        Assert.That((_lane.Answer, _lane.Ended.Single().Outcome), Is.EqualTo((TextTemplate.SystemBusy, PaymentOutcome.DeclinedSystemBusy)));
        AssertNothingBegun();
    }

    [Test]
    public void The_last_numbers_are_kept_for_reversals_and_the_room_is_given_back()
    {
        _lane.Rails = PureRails.Of(numbers: TraceNumbers.KeptForReversals);
        Pay("PAY NEWS B");
        Assert.That((_lane.Answer, _lane.Bank().Room.Taken), Is.EqualTo((TextTemplate.SourceUnavailable, 0)));
        AssertNothingBegun();
    }

    [TestCase(BankLinkState.Asked)]
    [TestCase(BankLinkState.Refused)]
    [TestCase(BankLinkState.Replaced)]
    public void An_account_is_charged_only_after_its_banks_yes(BankLinkState state)
    {
        _lane.Text(_ida, "PAY NEWS B");
        _ida.Read(_ida.BankLink! with { State = state });
        _lane.Text(_ida, $"Y {_lane.CodeOf(_ida)}");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.SourceUnavailable));
        AssertNothingBegun();
    }

    [Test]
    public void A_code_that_is_sent_again_while_it_charges_is_answered_and_charges_nothing()
    {
        var payment = Pay("PAY NEWS B");
        _lane.Text(_ida, $"Y {_lane.CodeOf(_ida, payment.Number)}");
        Assert.That((_lane.Answer, _lane.Calls.Count, _lane.Transfers.Count), Is.EqualTo((TextTemplate.BeingChecked, 1, 1)));
        _lane.Text(_ida, $"N {_lane.CodeOf(_ida, payment.Number)}");
        Assert.That((_lane.Answer, payment.State), Is.EqualTo((TextTemplate.BeingChecked, PaymentState.Charging)), "nobody can stop it now");
    }

    [Test]
    public void One_that_takes_long_is_told_once_and_stays_what_it_is()
    {
        var payment = Pay("PAY NEWS B");
        var due = new PaymentDue(payment.Id);
        _lane.Decide(_ida, due);
        Assert.That(_lane.Answers, Is.Empty, "not due yet");
        _lane.Now += TimeSpan.FromSeconds(10);
        _lane.Decide(_ida, due);
        Assert.That((_lane.Answer, payment.State, payment.IsBeingChecked), Is.EqualTo((TextTemplate.BeingChecked, PaymentState.Charging, true)));
        _lane.Decide(_ida, due);
        Assert.That(_lane.Answers, Is.Empty);
    }

    [Test]
    public void Limits_hold_over_what_is_only_charging()
    {
        _lane = new(limits: new(100_000, 10_000, 2_000, 30_000, 10)) { Rails = PureRails.Of() };
        _ida = _lane.Subscriber().WithRails();
        Pay("PAY COFFEE LATTE B");
        _lane.Text(_ida, "PAY COFFEE LATTE W");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.OverDayLimit));
    }

    private void AssertNothingBegun() => Assert.That(
        (_lane.Calls.Count, _lane.Transfers.Count, _ida.Spending.DayMinor, _ida.OpenPayments.Count), Is.EqualTo((0, 0, 0L, 0)));
}
