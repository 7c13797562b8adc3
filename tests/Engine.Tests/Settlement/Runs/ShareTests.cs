using System.Numerics;
using CarrierPay.Engine.Settlement.Runs;
using CsCheck;

namespace CarrierPay.Engine.Tests.Settlement.Runs;

[TestFixture]
public sealed class ShareTests
{
    [TestCase(0, 7000, 0, TestName = "Nothing is divided into nothing")]
    [TestCase(1, 7000, 1, TestName = "0.7 is rounded up")]
    [TestCase(1, 5000, 0, TestName = "0.5 is rounded to the even 0")]
    [TestCase(3, 5000, 2, TestName = "1.5 is rounded to the even 2")]
    [TestCase(5, 5000, 2, TestName = "2.5 is rounded to the even 2")]
    [TestCase(9_653_000, 7000, 6_757_100, TestName = "The worked example: 70 % of 96,530.00 is 67,571.00")]
    [TestCase(1_000, 0, 0, TestName = "No share leaves all to the operator")]
    [TestCase(1_000, 10_000, 1_000, TestName = "The whole leaves nothing to the operator")]
    [TestCase(long.MaxValue, 10_000, long.MaxValue, TestName = "The largest sum is divided, too")]
    public void Golden(long gross, int basisPoints, long share) =>
        Assert.That(Share.Of(gross, basisPoints), Is.EqualTo((share, gross - share)));

    [Test]
    public void The_parts_sum_up_to_gross_and_the_share_is_the_nearest_even() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, 10_000]).Sample((gross, basisPoints) =>
        {
            var (share, operatorPart) = Share.Of(gross, basisPoints);
            var distance = ((BigInteger)share * 10_000) - ((BigInteger)gross * basisPoints);

            Assert.That(share + operatorPart, Is.EqualTo(gross));
            Assert.That(share >= 0 && operatorPart >= 0);
            Assert.That(BigInteger.Abs(distance), Is.LessThan((BigInteger)5_000).Or.EqualTo((BigInteger)5_000));
            Assert.That(BigInteger.Abs(distance) != 5_000 || long.IsEvenInteger(share));
        });

    [TestCase(-1, 7000)]
    [TestCase(1, -1)]
    [TestCase(1, 10_001)]
    public void What_is_out_of_range_is_refused(long gross, int basisPoints) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Share.Of(gross, basisPoints));
}
