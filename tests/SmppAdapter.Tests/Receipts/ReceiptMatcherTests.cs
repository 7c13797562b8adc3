using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Receipts;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Receipts;

[TestFixture]
public sealed class ReceiptMatcherTests
{
    private const string Ann = "447700900123";
    private const string Ben = "447700900999";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly ReceiptMatcherOptions Small = new() { MaxMessages = 3, MaxParked = 3 };

    private readonly ReceiptMatcher<int> _matcher = new(new());

    [SetUp]
    public void Empty()
    {
        _matcher.RemoveExpired(DateTimeOffset.MaxValue);
        Assert.That((_matcher.Messages, _matcher.Waiting), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Receipt_finds_its_message()
    {
        Assert.That(Sent("a", Ann, 1), Is.Empty);
        Assert.That(Received("a", Ann), Is.EqualTo((ReceiptOutcome.Matched, 1)));
    }

    [Test]
    public void Receipt_before_its_response_waits_for_it()
    {
        Assert.That(Received("a", Ann).Outcome, Is.EqualTo(ReceiptOutcome.Parked));
        Assert.That(Sent("a", Ann, 1).Single().Receipt.State, Is.EqualTo(SmMessageState.Delivered));
        Assert.That(_matcher.Waiting, Is.Zero);
    }

    [Test]
    public void Receipt_that_comes_twice_is_said_to_repeat()
    {
        Sent("a", Ann, 1);
        Received("a", Ann);
        Assert.That(Received("a", Ann), Is.EqualTo((ReceiptOutcome.Repeated, 1)));
    }

    [Test]
    public void After_the_last_word_nothing_is_new()
    {
        Sent("a", Ann, 1);
        Assert.That(Received("a", Ann, "ENROUTE").Outcome, Is.EqualTo(ReceiptOutcome.Matched));
        Assert.That(Received("a", Ann, "ENROUTE").Outcome, Is.EqualTo(ReceiptOutcome.Repeated));
        Assert.That(Received("a", Ann, "DELIVRD").Outcome, Is.EqualTo(ReceiptOutcome.Matched));
        Assert.That(Received("a", Ann, "EXPIRED").Outcome, Is.EqualTo(ReceiptOutcome.Repeated));
    }

    [Test]
    public void With_ids_that_are_all_the_same_the_destination_tells()
    {
        Sent("0", Ann, 1);
        Sent("0", Ben, 2);
        Assert.That((Received("0", Ben).Message, Received("0", Ann).Message), Is.EqualTo((2, 1)));
    }

    [Test]
    public void With_ids_that_are_all_the_same_the_oldest_open_message_to_a_number_is_meant()
    {
        Sent("0", Ann, 1);
        Sent("0", Ann, 2);
        Assert.That((Received("0", Ann).Message, Received("0", Ann).Message), Is.EqualTo((1, 2)));
    }

    [Test]
    public void Receipts_that_came_before_are_shared_out_among_messages_with_the_same_id()
    {
        Received("0", Ann);
        Received("0", Ann, "EXPIRED");
        Assert.That(Sent("0", Ann, 1).Select(m => m.Receipt.State), Is.EqualTo(new[] { SmMessageState.Delivered }));
        Assert.That(Sent("0", Ann, 2).Select(m => m.Receipt.State), Is.EqualTo(new[] { SmMessageState.Expired }));
    }

    [TestCase("+447700900123")]
    [TestCase("07700900123")]
    [TestCase("00447700900123")]
    public void Number_may_come_back_in_another_form(string number)
    {
        Sent("a", Ann, 1);
        Assert.That(Received("a", number).Message, Is.EqualTo(1));
    }

    [Test]
    public void Receipt_of_another_number_is_not_the_messages()
    {
        Sent("a", Ann, 1);
        Assert.That(Received("a", Ben).Outcome, Is.EqualTo(ReceiptOutcome.Parked));
    }

    [Test]
    public void Receipt_that_nobody_wants_is_given_up_after_minutes()
    {
        Received("a", Ann);
        Assert.That(_matcher.RemoveExpired(Now.AddMinutes(4)), Is.Empty);
        Assert.That(_matcher.RemoveExpired(Now.AddMinutes(5)), Has.Count.EqualTo(1));
        Assert.That(Sent("a", Ann, 1), Is.Empty);
    }

    [Test]
    public void Memory_is_bounded()
    {
        var matcher = new ReceiptMatcher<int>(Small);
        for (var i = 0; i < 100; i++)
        {
            matcher.Add($"s{i}", Address.International(Ann), i, Now);
            matcher.Receive($"r{i}", Receipt(Ann, "DELIVRD"), Now, out _);
        }
        Assert.That((matcher.Messages, matcher.Waiting), Is.EqualTo((3, 3)));
    }

    [Test]
    public void In_whatever_order_they_come_each_receipt_finds_its_message()
    {
        Gen.Int[1, 30].SelectMany(n => Gen.Shuffle(Enumerable.Range(0, 2 * n).ToArray())).Sample(order =>
        {
            var matcher = new ReceiptMatcher<int>(new());
            Dictionary<int, int> found = [];
            foreach (var step in order)
            {
                var (id, isReceipt) = (step / 2, step % 2 == 1);
                if (isReceipt && matcher.Receive($"{id}", Receipt(Ann, "DELIVRD"), Now, out var message) == ReceiptOutcome.Matched)
                {
                    found[id] = message;
                }
                foreach (var early in isReceipt ? [] : matcher.Add($"{id}", Address.International(Ann), id, Now))
                {
                    found[id] = early.Message;
                }
            }
            return found.Count == order.Length / 2 && found.All(f => f.Key == f.Value) && matcher.Waiting == 0;
        });
    }

    private IReadOnlyList<MatchedReceipt<int>> Sent(string key, string number, int message) => _matcher.Add(key, Address.International(number), message, Now);

    private (ReceiptOutcome Outcome, int Message) Received(string key, string number, string state = "DELIVRD") =>
        (_matcher.Receive(key, Receipt(number, state), Now, out var message), message);

    private static DeliveryReceipt Receipt(string number, string state)
    {
        DeliveryReceipt.TryRead(
            new DeliverSm { SourceAddr = Address.International(number), EsmClass = EsmClass.DeliveryReceipt, ShortMessage = Encoding.ASCII.GetBytes($"stat:{state}") }, out var receipt);
        return receipt;
    }
}
