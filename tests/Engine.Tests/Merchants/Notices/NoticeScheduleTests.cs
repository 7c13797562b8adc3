using CarrierPay.Engine.Merchants.Notices;
using CsCheck;

namespace CarrierPay.Engine.Tests.Merchants.Notices;

[TestFixture]
public sealed class NoticeScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 14, 31, 0, TimeSpan.Zero);
    private static readonly NoticeAnswer Failed = new(500, "it answered 500");

    private static TimeSpan? Pause(int attempts, NoticeAnswer? answer = null, int chance = 500, TimeSpan? left = null, params TimeSpan[] delays) =>
        NoticeSchedule.Next(attempts, answer ?? Failed, Now, Now + (left ?? TimeSpan.FromDays(30)), delays, chance) - Now;

    [TestCase(1, "00:00:05")]
    [TestCase(2, "00:05:00")]
    [TestCase(3, "00:30:00")]
    [TestCase(9, "1.00:00:00")]
    [TestCase(50, "1.00:00:00")]
    public void Pauses_grow_as_Standard_Webhooks_says(int attempts, string pause) => Assert.That(Pause(attempts), Is.EqualTo(TimeSpan.Parse(pause)));

    [Test]
    public void Pauses_can_be_set_and_the_last_one_is_repeated()
    {
        TimeSpan[] delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];
        Assert.That((Pause(1, delays: delays), Pause(2, delays: delays), Pause(3, delays: delays)), Is.EqualTo((delays[0], delays[1], delays[1])));
    }

    [Test]
    public void A_merchant_may_ask_for_a_longer_pause_of_a_day_at_most()
    {
        Assert.That(Pause(1, new(429, "busy", TimeSpan.FromMinutes(2))), Is.EqualTo(TimeSpan.FromMinutes(2)));
        Assert.That(Pause(1, new(429, "busy", TimeSpan.FromSeconds(1))), Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(Pause(1, new(503, "busy", TimeSpan.FromDays(400))), Is.EqualTo(TimeSpan.FromDays(1)));
        Assert.That(Pause(1, new(503, "busy", TimeSpan.FromDays(-1))), Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void After_its_time_a_notice_is_dead() => Assert.That(Pause(9, left: TimeSpan.FromHours(23)), Is.Null);

    [Test]
    public void Gone_is_dead_at_once() => Assert.That(Pause(1, new(410, "it answered 410")), Is.Null);

    [Test]
    public void Whatever_chance_says_a_pause_is_a_tenth_more_or_less_and_the_first_is_over_in_time() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[0, 1000]).Sample((attempts, chance) =>
        {
            var (even, pause) = (Pause(attempts)!.Value, Pause(attempts, chance: chance)!.Value);
            Assert.That(pause, Is.InRange((even * 0.9) - TimeSpan.FromTicks(1), (even * 1.1) + TimeSpan.FromTicks(1)));
            Assert.That(Pause(1, chance: chance), Is.LessThanOrEqualTo(NoticeSchedule.FirstPause([])));
        });

    [TestCase(null, true)]
    [TestCase(429, true)]
    [TestCase(500, true)]
    [TestCase(400, false)]
    [TestCase(302, false)]
    public void No_answer_and_errors_of_its_own_mean_that_the_merchant_is_down(int? status, bool isDown) =>
        Assert.That(new NoticeAnswer(status, "failed").IsMerchantDown, Is.EqualTo(isDown));
}
