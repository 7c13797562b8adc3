using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Conversations;

[TestFixture]
public sealed class ReceiveTextTests
{
    [Test]
    public void Balance_names_what_was_spent_and_the_limit()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY NEWS");
        lane.Text(subscriber, $"Y {lane.CodeOf(subscriber)}");
        lane.Text(subscriber, "BAL");
        Assert.That(lane.Said, Is.EqualTo(new[] { "EUR 98.01", "EUR 1.99", "EUR 300.00" }));
        lane.Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        lane.Text(subscriber, "BAL");
        Assert.That(lane.Said[1], Is.EqualTo("EUR 0.00"));
    }

    [Test]
    public void History_lists_what_was_paid_newest_first()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "HIST");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.HistoryEmpty));
        foreach (var text in new[] { "PAY NEWS", "PAY COFFEE LATTE", "PAY EA BADGE" })
        {
            lane.Text(subscriber, text);
            lane.Text(subscriber, $"{(text == "PAY COFFEE LATTE" ? "N" : "Y")} {lane.CodeOf(subscriber)}");
        }
        lane.Text(subscriber, "HIST");
        var lines = lane.Said[0].Split('\n');
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That((lines[0], lines[1]), Is.EqualTo((Line(300, "EA Games"), Line(199, "Daily News"))));
        lane.Text(subscriber, "HIST 1");
        Assert.That(lane.Said[0], Is.EqualTo(lines[0]));

        static string Line(long amount, string payee) => TextFormat.HistoryLine(PureLane.Start, amount, 2, payee, Language.English);
    }

    [Test]
    public void Nonsense_is_answered_once_an_hour_and_logged_always()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "hello there");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Help));
        lane.Now += TimeSpan.FromMinutes(59);
        lane.Text(subscriber, "hello again");
        Assert.That(lane.Answers, Is.Empty);
        Assert.That(lane.Messages[^1], Has.Property("Received").EqualTo("hello again").And.Property("Template").Null);
        lane.Text(subscriber, "HELP");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Help));
        lane.Now += TimeSpan.FromMinutes(1);
        lane.Text(subscriber, "hello once more");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Help));
    }

    [TestCase(SubscriberStatus.Blocked, TextTemplate.AccountBlocked)]
    [TestCase(SubscriberStatus.Closed, TextTemplate.AccountNotActive)]
    public void An_account_that_is_not_active_gets_no_other_answer(SubscriberStatus status, TextTemplate answer)
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        subscriber.Status = status;
        foreach (var text in new[] { "PAY NEWS", "Y 1234", "N", "BAL", "HIST", "HELP", "what" })
        {
            lane.Text(subscriber, text);
            Assert.That(lane.Answer, Is.EqualTo(answer), text);
        }
        Assert.That((subscriber.OpenPayments.Count, lane.Ended.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void An_event_that_is_printed_shows_no_text() =>
        Assert.That(PureLane.Received(new PureLane().Subscriber(), "Y 4821").ToString(), Does.Not.Contain("4821"));

    [Test]
    public void A_fingerprint_is_that_of_all_its_parts()
    {
        var same = ReceiveText.Fingerprint(new(254_700_000_001), "7000", "PAY NEWS");
        Assert.That(ReceiveText.Fingerprint(new(254_700_000_001), "7000", "PAY NEWS"), Is.EqualTo(same));
        int[] others =
        [
            ReceiveText.Fingerprint(new(254_700_000_002), "7000", "PAY NEWS"), ReceiveText.Fingerprint(new(254_700_000_001), "7001", "PAY NEWS"),
            ReceiveText.Fingerprint(new(254_700_000_001), "7000", "PAY NEW"), ReceiveText.Fingerprint(new(254_700_000_001), "7000", "PAY NEWS", "1"),
            ReceiveText.Fingerprint(new(254_700_000_001), "7000P", "AY NEWS"),
        ];
        Assert.That(others.Append(same).Distinct().Count(), Is.EqualTo(6));
    }

    [Test]
    public void An_event_without_a_use_case_is_a_fault() =>
        Assert.That(() => new PureLane().Decide(new PureLane().Subscriber(), new Strange()), Throws.TypeOf<System.Diagnostics.UnreachableException>());

    private sealed record Strange : SubscriberEvent;
}
