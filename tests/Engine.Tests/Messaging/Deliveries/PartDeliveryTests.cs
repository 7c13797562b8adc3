using CarrierPay.Engine.Messaging.Deliveries;

namespace CarrierPay.Engine.Tests.Messaging.Deliveries;

[TestFixture]
public sealed class PartDeliveryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    [Test]
    public void Receipts_are_told_of_the_part_that_they_name()
    {
        var found = PartDelivery.Match([Part(1, "a"), Part(2, "b")], [Report("b", 5, DeliveryState.Enroute), Report("b", 9), Report("a", 7, DeliveryState.Expired)], Slack);
        Assert.That(found.Select(d => (d.Part.MessageId, d.Last?.State, d.Reports.Count)), Is.EqualTo(new[] { (1L, (DeliveryState?)DeliveryState.Expired, 1), (2L, DeliveryState.Delivered, 2) }));
    }

    [Test]
    public void Another_smscs_message_of_the_same_id_is_another_message() =>
        Assert.That(PartDelivery.Match([Part(1, "a")], [Report("a", 5) with { Smsc = "north" }], Slack).Single().Last, Is.Null);

    [Test]
    public void Receipt_that_is_faster_than_the_response_counts() =>
        Assert.That(PartDelivery.Match([Part(1, "a", 10)], [Report("a", 8)], Slack).Single().Last?.State, Is.EqualTo(DeliveryState.Delivered));

    [Test]
    public void Doubled_and_late_receipts_change_nothing()
    {
        var found = PartDelivery.Match([Part(1, "a")], [Report("a", 5), Report("a", 6), Report("a", 7, DeliveryState.Expired)], Slack);
        Assert.That(found.Single().Reports.Select(r => r.State), Is.EqualTo(new[] { DeliveryState.Delivered }));
    }

    [Test]
    public void With_ids_that_are_all_the_same_each_message_has_its_own_receipt()
    {
        var found = PartDelivery.Match([Part(1, "0"), Part(2, "0", 10), Part(3, "0", 600)], [Report("0", 5), Report("0", 20, DeliveryState.Expired)], Slack);
        Assert.That(found.Select(d => d.Last?.State), Is.EqualTo(new DeliveryState?[] { DeliveryState.Delivered, DeliveryState.Expired, null }));
    }

    [Test]
    public void Receipt_of_nothing_that_was_sent_is_nobodys() =>
        Assert.That(PartDelivery.Match([Part(1, "a", 600)], [Report("a", 5), Report("z", 700)], Slack).Single().Reports, Is.Empty);

    private static SentPart Part(long message, string id, int seconds = 0) => new(1, new(7), message, 1, 1, "main", id, Noon.AddSeconds(seconds));

    private static DeliveryReport Report(string id, int seconds, DeliveryState state = DeliveryState.Delivered) => new(1, new(7), "main", id, Noon.AddSeconds(seconds), state, "", null);
}
