using CarrierPay.SmppAdapter.Pdu;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Pdu;

public class SmppTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 45, 0, TimeSpan.Zero);

    [Test]
    public void A_point_in_time_is_written_in_utc() =>
        Assert.That(SmppTime.Absolute(new(2026, 11, 23, 17, 45, 0, 300, TimeSpan.FromHours(8))), Is.EqualTo("261123094500300+"));

    [TestCase(300, "000000000500000R")]
    [TestCase(0.2, "000000000001000R")]
    [TestCase(0, "000000000000000R")]
    [TestCase((2 * 86_400) + 3600, "000002010000000R")]
    public void A_time_from_now_is_written_in_whole_seconds(double seconds, string text) => Assert.That(SmppTime.Relative(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [TestCase("261123094500000+", "2026-11-23T09:45:00Z")]
    [TestCase("261123174500032+", "2026-11-23T09:45:00Z")]
    [TestCase("261123044500020-", "2026-11-23T09:45:00Z")]
    [TestCase("000000000500000R", "2026-11-23T09:50:00Z")]
    [TestCase("010101000000000R", "2027-12-24T09:45:00Z")]
    public void Times_of_a_peer_are_read(string text, string time)
    {
        Assert.That(SmppTime.TryParse(text, Now, out var read), Is.True);
        Assert.That(read, Is.EqualTo(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [TestCase("")]
    [TestCase("YYMMDDhhmm")]
    [TestCase("261123094500000")]
    [TestCase("261323094500000+")]
    [TestCase("260229094500000+")]
    [TestCase("261123246000000+")]
    [TestCase("261123094500049+")]
    [TestCase("261123094500000Z")]
    public void What_is_no_time_is_said_so(string text) => Assert.That(SmppTime.TryParse(text, Now, out _), Is.False);

    [Test]
    public void Any_sixteen_characters_are_read_or_not_without_harm() =>
        Gen.Select(Gen.Char['0', '9'].Array[15], Gen.OneOf('+', '-', 'R', 'x')).Sample((digits, sign) => SmppTime.TryParse(new string(digits) + sign, Now, out _) || true);

    [Test]
    public void Points_in_time_come_back_to_the_tenth() =>
        Gen.Long[0, 31_000_000_000].Sample(tenths =>
        {
            var time = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(tenths * 100);
            return SmppTime.TryParse(SmppTime.Absolute(time), Now, out var read) && read == time;
        });

    [Test]
    public void A_time_that_the_form_cannot_hold_is_never_written()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SmppTime.Relative(TimeSpan.FromDays(32)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmppTime.Relative(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmppTime.Absolute(new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Throws<ArgumentException>(() => PduWriter.Encode(new SubmitSm { ValidityPeriod = "five minutes ..." }));
    }
}
