using CarrierPay.Engine.Settlement.Contracts;
using CsCheck;

namespace CarrierPay.Engine.Tests.Settlement.Contracts;

[TestFixture]
public sealed class ContractBookTests
{
    private static readonly DateOnly Jan1 = new(2026, 1, 1);
    private static readonly DateOnly Feb1 = new(2026, 2, 1);
    private static readonly DateOnly Mar1 = new(2026, 3, 1);

    [Test]
    public void A_contract_holds_from_its_first_day_to_the_day_before_its_end()
    {
        var book = new ContractBook([new(1, Jan1, Feb1, 7000)]);

        Assert.That(book.Find(1, Jan1.AddDays(-1)), Is.Null);
        Assert.That(book.Find(1, Jan1)?.ShareBasisPoints, Is.EqualTo(7000));
        Assert.That(book.Find(1, Feb1.AddDays(-1))?.ShareBasisPoints, Is.EqualTo(7000));
        Assert.That(book.Find(1, Feb1), Is.Null);
        Assert.That(book.EndedBefore(1, Feb1), Is.EqualTo(Feb1));
        Assert.That(book.EndedBefore(1, Jan1.AddDays(-1)), Is.Null);
    }

    [Test]
    public void The_next_contract_ends_the_one_before()
    {
        var book = new ContractBook([new(1, Feb1, null, 6000), new(1, Jan1, null, 7000)]);

        Assert.That(book.Find(1, Feb1.AddDays(-1)), Is.EqualTo(new Contract(1, Jan1, Feb1, 7000)));
        Assert.That(book.Find(1, Feb1), Is.EqualTo(new Contract(1, Feb1, null, 6000)));
        Assert.That(book.Cuts, Is.EqualTo(new[] { Jan1, Feb1 }));
    }

    [Test]
    public void When_the_newest_has_ended_an_older_one_without_end_does_not_come_back()
    {
        var book = new ContractBook([new(1, Jan1, null, 7000), new(1, Feb1, Mar1, 6000)]);

        Assert.That(book.Find(1, Mar1), Is.Null);
        Assert.That(book.EndedBefore(1, Mar1), Is.EqualTo(Mar1));
    }

    [Test]
    public void Between_two_cuts_nothing_changes_for_anybody() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 60], Gen.Int[-20, 60], Gen.Int[0, 10_000])
            .Select(c => new Contract(c.Item1, Jan1.AddDays(c.Item2), c.Item3 > 0 ? Jan1.AddDays(c.Item2 + c.Item3) : null, c.Item4))
            .List[0, 8]
            .Sample(contracts =>
            {
                var book = new ContractBook(contracts.DistinctBy(c => (c.MerchantId, c.ValidFrom)));
                for (var day = Jan1.AddDays(-1); day < Jan1.AddDays(130); day = day.AddDays(1))
                {
                    if (!book.Cuts.Contains(day.AddDays(1)))
                    {
                        for (var merchant = 1; merchant <= 3; merchant++)
                            Assert.That(book.Find(merchant, day.AddDays(1)), Is.EqualTo(book.Find(merchant, day)));
                    }
                }
            });
}
