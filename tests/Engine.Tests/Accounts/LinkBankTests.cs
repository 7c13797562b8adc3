using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Accounts;

[TestFixture]
public sealed class LinkBankTests
{
    private PureLane _lane = null!;
    private SubscriberState _ida = null!;

    [SetUp]
    public void Set()
    {
        _lane = new() { Rails = PureRails.Of() };
        _ida = _lane.Subscriber().WithRails(BankLinkState.Asked);
    }

    private void Answer(LinkVerdict verdict, long link = 701, int attempts = 0) => _lane.Decide(_ida, new BankLinkAnswered(
        new(1, _ida.Id, 1, default, default, ConnectorKind.BankLinking, new BankLinkRequest(link, 978).ToJson(), PureLane.Start) { Bank = "DEMO", Attempts = attempts }, link, verdict, "said"));

    [TestCase(LinkVerdict.Accepted, BankLinkState.Linked, TextTemplate.BankLinked)]
    [TestCase(LinkVerdict.Refused, BankLinkState.Refused, TextTemplate.BankNotLinked)]
    public void The_banks_word_decides_and_the_subscriber_is_told_with_the_end_of_the_account(LinkVerdict verdict, BankLinkState state, TextTemplate told)
    {
        Answer(verdict);
        Assert.That((_ida.BankLink!.State, _ida.IsBankLinkChanged, _lane.Answer, _lane.Said.Single()), Is.EqualTo((state, true, told, "0042")));
        Assert.That((_lane.CallsEnded.Count, _lane.CallsPutOff.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public void Without_an_answer_the_bank_is_asked_again_and_nothing_is_said()
    {
        Answer(LinkVerdict.Unknown);
        Assert.That((_ida.BankLink!.State, _lane.Answers.Count, _lane.CallsEnded.Count), Is.EqualTo((BankLinkState.Asked, 0, 0)));
        Assert.That((_lane.CallsPutOff.Single().Id, _lane.CallsPutOff.Single().NextAt), Is.EqualTo((1L, (DateTimeOffset?)PureLane.Start.AddMinutes(1))));
    }

    [TestCase(0, 5)]
    [TestCase(11, 5)]
    [TestCase(12, 60)]
    public void A_question_that_did_not_leave_goes_out_within_seconds_unless_the_bank_is_away_for_long(int attempts, int seconds)
    {
        Answer(LinkVerdict.NotAsked, attempts: attempts);
        Assert.That((_ida.BankLink!.State, _lane.Answers.Count), Is.EqualTo((BankLinkState.Asked, 0)));
        Assert.That(_lane.CallsPutOff.Single().NextAt, Is.EqualTo((DateTimeOffset?)PureLane.Start.AddSeconds(seconds)));
    }

    [TestCase(LinkVerdict.Accepted, LinkVerdict.Refused, BankLinkState.Linked)]
    [TestCase(LinkVerdict.Refused, LinkVerdict.Accepted, BankLinkState.Refused)]
    [TestCase(LinkVerdict.Accepted, LinkVerdict.Unknown, BankLinkState.Linked)]
    public void The_first_word_stays_and_is_told_once(LinkVerdict first, LinkVerdict second, BankLinkState state)
    {
        Answer(first);
        Answer(second);
        Assert.That((_ida.BankLink!.State, _lane.Sent.Count, _lane.CallsPutOff.Count), Is.EqualTo((state, 1, 0)));
    }

    [TestCase(LinkVerdict.Accepted)]
    [TestCase(LinkVerdict.Refused)]
    [TestCase(LinkVerdict.Unknown)]
    public void A_word_about_an_account_that_was_replaced_changes_nothing(LinkVerdict verdict)
    {
        _ida.Read(new BankLink(702, "OTHER", "0043", BankLinkState.Asked));
        Answer(verdict);
        Assert.That((_ida.BankLink, _ida.IsBankLinkChanged, _lane.Answers.Count), Is.EqualTo((new BankLink(702, "OTHER", "0043", BankLinkState.Asked), false, 0)));
        Assert.That((_lane.CallsEnded.Count, _lane.CallsPutOff.Count), Is.EqualTo((1, 0)), "and is asked for no more");
    }

    [Test]
    public void Only_a_linked_account_can_be_paid_from()
    {
        _lane.Text(_ida, "PAY NEWS B");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.SourceUnavailable));
        Answer(LinkVerdict.Accepted);
        _lane.Text(_ida, "PAY NEWS B");
        Assert.That(_lane.Answer, Is.EqualTo(TextTemplate.PromptAgain));
    }
}
