using CarrierPay.Engine.Primitives;
using CsCheck;

namespace CarrierPay.Engine.Tests.Primitives;

[TestFixture]
public sealed class PublicPaymentIdsTests
{
    private PublicPaymentIds _ids = null!;

    [OneTimeSetUp]
    public void MakeIds() => _ids = new("0123456789abcdef"u8.ToArray());

    [OneTimeTearDown]
    public void DisposeIds() => _ids.Dispose();

    [Test]
    public void An_id_leads_back_to_lane_subscriber_and_payment() =>
        Gen.Select(Gen.Short[0, 1023], Gen.Long[1, (1L << 54) - 1], Gen.Long[1, long.MaxValue]).Sample((lane, subscriber, payment) =>
        {
            var id = _ids.Of(lane, new(subscriber), new(payment));
            Assert.That(id, Does.Match("^pay_[0-9a-hjkmnp-tv-z]{26}$"));
            Assert.That(_ids.Read(id, 1024), Is.EqualTo((lane, new SubscriberId(subscriber), new PaymentId(payment))));
        });

    [Test]
    public void Neighbours_look_nothing_alike() =>
        Assert.That(_ids.Of(1, new(7), new(1000))[..8], Is.Not.EqualTo(_ids.Of(1, new(7), new(1001))[..8]));

    [TestCase("")]
    [TestCase("pay_")]
    [TestCase("pay_zzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [TestCase("pay_0000000000000000000000000")]
    [TestCase("pay_0000000000000000000000000u")]
    [TestCase("ref_00000000000000000000000000")]
    public void What_was_not_made_here_is_no_payment(string text) => Assert.That(_ids.Read(text, 32), Is.Null);
}
