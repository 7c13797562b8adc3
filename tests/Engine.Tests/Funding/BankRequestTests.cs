using System.Collections.Frozen;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>What is stored for a bank can be sent: that is found out in the decision, not after the commit.</summary>
[TestFixture]
public sealed class BankRequestTests
{
    private PureLane _lane = null!;
    private SubscriberState _ida = null!;

    [SetUp]
    public void Set()
    {
        _lane = new() { Rails = PureRails.Of() };
        _ida = _lane.Subscriber().WithRails();
    }

    [TestCase("COFFEE", "COFFEE")]
    [TestCase("EXACTLY15LETTER", "EXACTLY15LETTER")]
    [TestCase("CAFÉ", "CAFÉ")]
    [TestCase("咖啡", "M9")]
    [TestCase("КОФЕ", "M9")]
    [TestCase("SIXTEENLETTERS16", "M9", TestName = "A_keyword_of_16_letters_is_not_cut_to_one_that_another_merchant_may_have")]
    public void A_bank_is_told_the_keyword_or_where_it_does_not_fit_the_number_of_the_merchant(string keyword, string acceptor)
    {
        Pay(keyword);
        var request = BankRequest.FromJson(_lane.Calls.Single().Request);
        Assert.That(request.Fields[42], Is.EqualTo(acceptor));
        Assert.That(MessageWriter.Encode(request.ToMessage("ACC0001"), KnownProfiles.Get(KnownProfiles.A1987)), Is.Not.Empty);
    }

    [Test]
    public void What_the_banks_messages_have_no_room_for_is_declined_and_nothing_is_begun()
    {
        var profile = KnownProfiles.Settings(KnownProfiles.A1987);
        profile.Fields[42] = "n15";
        var bank = _lane.Bank();
        _lane.Rails = new(null, new Dictionary<string, BankRail> { ["DEMO"] = bank with { Dialect = BankDialect.From(new() { Profile = profile }) } }.ToFrozenDictionary());
        Pay("COFFEE");

        Assert.That((_lane.Answer, _lane.Ended.Single().Outcome), Is.EqualTo((TextTemplate.SourceUnavailable, PaymentOutcome.DeclinedSourceUnavailable)));
        Assert.That((_lane.Calls.Count, _lane.Transfers.Count, bank.Room.Taken), Is.EqualTo((0, 0, 0)));
    }

    private void Pay(string keyword)
    {
        _lane.Reference = new(1, _lane.Rules, [new(new(9), keyword, "Shop", MerchantStatus.Active, false, null, [new("LATTE", "Caffe Latte", 1250, null)])]);
        _lane.Text(_ida, $"PAY {keyword} LATTE B");
        _lane.Text(_ida, $"Y {_lane.CodeOf(_ida, _ida.OpenPayments[^1].Number)}");
    }
}
