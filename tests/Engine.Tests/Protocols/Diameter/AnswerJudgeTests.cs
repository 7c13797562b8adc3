using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>What an answer proves about the money.</summary>
[TestFixture]
public sealed class AnswerJudgeTests
{
    private static readonly Currency Eur = Currency.Of("EUR");
    private readonly AnswerJudge _judge = new(new ResultTable());

    [Test]
    public void Success_of_the_charging_system_is_done()
    {
        var result = Judge(answer => answer);

        Assert.That((result.Verdict, result.Granted), Is.EqualTo((Verdict.Done, new Money(250, Eur))));
    }

    [TestCase(250, -2)]
    [TestCase(25, -1)]
    [TestCase(2500, -3)]
    public void The_same_amount_with_another_exponent_is_done(long digits, int exponent) =>
        Assert.That(Judge(a => a with { GrantedUnits = new(new(digits, exponent), 978) }).Verdict, Is.EqualTo(Verdict.Done));

    [Test]
    public void A_success_that_says_no_amount_or_no_currency_is_as_asked()
    {
        Assert.That(Judge(a => a with { GrantedUnits = null }).Granted, Is.EqualTo(new Money(250, Eur)));
        Assert.That(Judge(a => a with { GrantedUnits = new(new(250, -2), null) }).Verdict, Is.EqualTo(Verdict.Done));
    }

    [TestCase(100, -2, 978u, GrantDifference.Less)]
    [TestCase(0, 0, 978u, GrantDifference.Less)]
    [TestCase(251, -2, 978u, GrantDifference.More)]
    [TestCase(250, 0, 978u, GrantDifference.More)]
    [TestCase(250, -2, 840u, GrantDifference.OtherCurrency)]
    [TestCase(2505, -3, 978u, GrantDifference.Remainder)]
    [TestCase(long.MaxValue, 0, 978u, GrantDifference.OutOfRange)]
    public void A_success_with_another_amount_is_named(long digits, int exponent, uint currency, GrantDifference difference)
    {
        var result = Judge(a => a with { GrantedUnits = new(new(digits, exponent), currency) });

        Assert.That((result.Verdict, result.Difference), Is.EqualTo((Verdict.DoneDifferently, difference)));
    }

    [TestCase(4010u, DeclineReason.ServiceDenied)]
    [TestCase(4011u, DeclineReason.NotApplicable)]
    [TestCase(4012u, DeclineReason.CreditLimit)]
    [TestCase(5003u, DeclineReason.NotAuthorized)]
    [TestCase(5030u, DeclineReason.UserUnknown)]
    [TestCase(5031u, DeclineReason.RatingFailed)]
    [TestCase(5001u, DeclineReason.BadRequest)]
    [TestCase(5004u, DeclineReason.BadRequest)]
    [TestCase(5005u, DeclineReason.BadRequest)]
    [TestCase(5009u, DeclineReason.BadRequest)]
    public void A_refusal_of_the_charging_system_is_declined(uint code, DeclineReason reason)
    {
        var result = Judge(a => a with { Result = (ResultCode)code, GrantedUnits = null });

        Assert.That((result.Verdict, result.Reason), Is.EqualTo((Verdict.Declined, reason)));
    }

    [TestCase(2002u, false)]
    [TestCase(3002u, true)]
    [TestCase(3003u, true)]
    [TestCase(3004u, true)]
    [TestCase(3005u, true)]
    [TestCase(4002u, false)]
    [TestCase(5012u, false)]
    [TestCase(5999u, false)]
    [TestCase(uint.MaxValue, false)]
    public void Any_other_result_proves_nothing(uint code, bool elsewhere)
    {
        var result = Judge(a => a with { Result = (ResultCode)code });

        Assert.That((result.Verdict, result.Doubt, result.TryElsewhere), Is.EqualTo((Verdict.Unknown, DoubtReason.UnclearResult, elsewhere)));
    }

    [TestCase(2001u)]
    [TestCase(3002u)]
    [TestCase(4012u)]
    [TestCase(5030u)]
    public void An_answer_with_the_E_flag_proves_nothing_whatever_it_says(uint code)
    {
        var result = Judge(a => a with { IsError = true, Result = (ResultCode)code, OriginHost = "dra.operator.example" });

        Assert.That((result.Verdict, result.Doubt), Is.EqualTo((Verdict.Unknown, DoubtReason.AgentError)));
    }

    [Test]
    public void An_answer_of_another_realm_proves_nothing() =>
        Assert.That(Judge(a => a with { OriginRealm = "elsewhere.example" }).Doubt, Is.EqualTo(DoubtReason.NotFromServer));

    [Test]
    public void With_the_servers_named_nobody_else_is_believed()
    {
        var judge = new AnswerJudge(new ResultTable(), "OCS1.operator.example");
        var request = Requests.Debit();

        Assert.That(judge.Judge(request, Answer(request, Requests.Granted(request))).Doubt, Is.EqualTo(DoubtReason.NotFromServer));
        Assert.That(judge.Judge(request, Answer(request, Requests.Granted(request) with { OriginHost = "ocs1.operator.example" })).Verdict, Is.EqualTo(Verdict.Done));
    }

    [Test]
    public void An_answer_to_another_request_proves_nothing()
    {
        Assert.That(Judge(a => a with { SessionId = "another" }).Doubt, Is.EqualTo(DoubtReason.OtherRequest));
        Assert.That(Judge(a => a with { RequestNumber = 1 }).Doubt, Is.EqualTo(DoubtReason.OtherRequest));
        Assert.That(Judge(a => a with { RequestType = CCRequestType.Initial }).Doubt, Is.EqualTo(DoubtReason.OtherRequest));
        Assert.That(Judge(a => a with { SessionId = null }).Doubt, Is.EqualTo(DoubtReason.OtherRequest));
    }

    [Test]
    public void An_answer_that_cannot_be_read_proves_nothing()
    {
        var request = Requests.Debit();
        var octets = Requests.Granted(request).Encode(Requests.HeaderOf(request));
        octets[DiameterHeader.Size + 7] = 0xff;

        Assert.That(_judge.Judge(request, new("ocs", octets)).Doubt, Is.EqualTo(DoubtReason.Malformed));
    }

    [Test]
    public void A_success_with_an_unknown_mandatory_AVP_is_still_a_charge()
    {
        var result = Judge(a => a with { Others = [new(77_777, 9, AvpFlags.Vendor | AvpFlags.Mandatory, new byte[3])] });

        Assert.That((result.Verdict, result.Answer!.HasUnknownMandatory), Is.EqualTo((Verdict.Done, true)));
    }

    [Test]
    public void An_operators_table_gives_its_own_results_a_meaning()
    {
        var judge = new AnswerJudge(new ResultTable(
            new ResultRule { VendorId = 2011, Code = 7001, Meaning = ResultMeaning.Declined, Reason = DeclineReason.CreditLimit },
            new ResultRule { Code = 4011, Meaning = ResultMeaning.Done },
            new ResultRule { Code = 5012, Meaning = ResultMeaning.RetryElsewhere }));
        var request = Requests.Debit();
        CreditControlResult Of(uint vendor, uint code) => judge.Judge(request, Answer(request, Requests.Granted(request) with { ResultVendor = vendor, Result = (ResultCode)code }));

        Assert.That((Of(2011, 7001).Verdict, Of(2011, 7001).Reason), Is.EqualTo((Verdict.Declined, DeclineReason.CreditLimit)));
        Assert.That(Of(9, 7001).Verdict, Is.EqualTo(Verdict.Unknown));
        Assert.That(Of(0, 4011).Verdict, Is.EqualTo(Verdict.Done));
        Assert.That(Of(0, 5012).TryElsewhere, Is.True);
    }

    [Test]
    public void Enquiries_bring_their_figures()
    {
        var request = Requests.Debit(action: RequestedAction.CheckBalance);
        var balance = _judge.Judge(request, Answer(request, Requests.Granted(request) with { GrantedUnits = null, Balance = BalanceCheck.NoCredit, RemainingBalance = new(new(199, -2), 978) }));
        Assert.That((balance.Verdict, balance.Answer!.Balance, balance.Answer.RemainingBalance!.Value), Is.EqualTo((Verdict.Done, BalanceCheck.NoCredit, new UnitValue(199, -2))));

        var enquiry = Requests.Debit(action: RequestedAction.PriceEnquiry) with { RequestedUnits = null };
        var price = _judge.Judge(enquiry, Answer(enquiry, Requests.Granted(enquiry) with { Cost = new(new(3, 0), 978) }));
        Assert.That((price.Verdict, price.Answer!.Cost), Is.EqualTo((Verdict.Done, new CCMoney(new(3, 0), 978))));
    }

    private CreditControlResult Judge(Func<CreditControlAnswer, CreditControlAnswer> change)
    {
        var request = Requests.Debit();
        return _judge.Judge(request, Answer(request, change(Requests.Granted(request))));
    }

    private static DiameterAnswer Answer(CreditControlRequest request, CreditControlAnswer answer) => new("ocs", answer.Encode(Requests.HeaderOf(request)));
}
