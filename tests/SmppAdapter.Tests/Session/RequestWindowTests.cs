using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Tests.Session;

public class RequestWindowTests
{
    [Test]
    public void Pitfall_05_a_number_in_flight_is_skipped_for_as_long_as_it_lasts()
    {
        var window = new RequestWindow(size: 2);
        var slow = Add(window);
        var numbers = new List<uint>();

        for (var i = 0; i < 1000; i++)
        {
            var quick = Add(window);
            numbers.Add(quick.SequenceNumber);
            window.Remove(quick);
        }

        Assert.That(numbers, Does.Not.Contain(slow.SequenceNumber));
        Assert.That(numbers.Distinct().Count(), Is.EqualTo(1000));
        Assert.That(window.Find(slow.SequenceNumber), Is.SameAs(slow));
    }

    [Test]
    public void Pitfall_05_numbers_stay_within_1_and_7FFFFFFF()
    {
        var window = new RequestWindow(size: 4, firstSequenceNumber: 0x7FFFFFFF);

        Assert.That(new[] { Add(window).SequenceNumber, Add(window).SequenceNumber }, Is.EqualTo(new uint[] { 0x7FFFFFFF, 1 }));
    }

    [Test]
    public void Pitfall_04_a_late_answer_finds_its_request_once()
    {
        var window = new RequestWindow(size: 2);
        var pending = Add(window);
        var expired = new List<PendingRequest>();
        window.Expire(now: long.MaxValue, expired);

        Assert.That(expired.Single(), Is.SameAs(pending));
        Assert.That(window.InFlight, Is.Zero);
        Assert.That(window.TakeTombstone(pending.SequenceNumber), Is.SameAs(pending.Request));
        Assert.That(window.TakeTombstone(pending.SequenceNumber), Is.Null);
    }

    private static PendingRequest Add(RequestWindow window)
    {
        var pending = new PendingRequest(_ => { });
        pending.Start(new SubmitSm(), takesPlace: true);
        window.Add(pending);
        return pending;
    }
}
