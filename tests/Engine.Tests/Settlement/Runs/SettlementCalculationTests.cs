using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Settlement.Contracts;
using CarrierPay.Engine.Settlement.Runs;
using CsCheck;

namespace CarrierPay.Engine.Tests.Settlement.Runs;

[TestFixture]
public sealed class SettlementCalculationTests
{
    private static readonly DateOnly Day = new(2026, 11, 23);

    private static readonly Gen<LedgerGroup> Groups = Gen.Select(
        Gen.Int[1, 5], Gen.Bool.Select(b => b ? ChartAccount.Prepaid : ChartAccount.PhoneBillReceivable), Gen.Long[1, 100_000], Gen.Long[1, 1_000_000_000_000], Gen.Int[0, 40],
        (merchant, rail, payments, gross, day) => new LedgerGroup(merchant, rail, payments, gross, Day.AddDays(day)));

    private static readonly Gen<Contract> Contracts = Gen.Select(
        Gen.Int[1, 5], Gen.Int[-10, 40], Gen.Int[-15, 30], Gen.Int[0, 10_000],
        (merchant, from, days, share) => new Contract(merchant, Day.AddDays(from), days > 0 ? Day.AddDays(from + days) : null, share));

    [Test]
    public void Each_minor_unit_of_the_ledger_is_in_one_line_or_one_problem_and_the_parts_sum_up() =>
        Gen.Select(Groups.List[0, 30], Contracts.List[0, 8]).Sample((groups, contracts) =>
        {
            var ledger = new LedgerTotal(groups.Sum(g => g.Payments), groups.Sum(g => g.GrossMinor));
            var (lines, problems) = SettlementCalculation.Of(groups, new(contracts.DistinctBy(c => (c.MerchantId, c.ValidFrom))), ledger);

            Assert.That(lines.Sum(l => l.GrossMinor) + problems.Sum(p => p.GrossMinor), Is.EqualTo(ledger.Minor));
            Assert.That(lines.Sum(l => l.Payments) + problems.Sum(p => p.Payments), Is.EqualTo(ledger.Payments));
            Assert.That(lines.All(l => l.ShareMinor + l.OperatorMinor == l.GrossMinor && l.PayableMinor <= l.ShareMinor));
            Assert.That(lines.Select(l => (l.Contract.MerchantId, l.Contract.ValidFrom, l.Rail)), Is.Unique);
            Assert.That(problems.Select(p => p.Kind), Has.No.Member(SettlementProblemKind.DiffersFromLedger));
        });

    // 19.99 in a currency with 2 decimals, 1999 in one with none, 1.999 in one with 3: the minor unit is what is rounded to.
    [TestCase(1999, 7000, 1399, 600, TestName = "70 % of 1999 minor units is 1399.3: 1399 and 600")]
    [TestCase(1995, 5000, 998, 997, TestName = "50 % of 1995 minor units is 997.5: the even 998, and 997")]
    [TestCase(1997, 5000, 998, 999, TestName = "50 % of 1997 minor units is 998.5: the even 998, and 999")]
    [TestCase(12_000_000, 6557, 7_868_400, 4_131_600, TestName = "65.57 % of 120,000.00 is 78,684.00")]
    public void A_line_by_hand(long gross, int share, long merchant, long operatorPart)
    {
        var line = Calculate([new(1, ChartAccount.Prepaid, 2, gross, Day)], new Contract(1, Day, null, share)).Lines.Single();

        Assert.That((line.ShareMinor, line.OperatorMinor, line.PayableMinor), Is.EqualTo((merchant, operatorPart, merchant)));
    }

    [Test]
    public void A_line_is_rounded_once_and_not_for_each_stretch_of_days()
    {
        // 0.5 + 0.5: rounded each to the even 0 they would lose a unit.
        var line = Calculate(
            [new(1, ChartAccount.Prepaid, 1, 1, Day), new(1, ChartAccount.Prepaid, 1, 1, Day.AddDays(1))], new Contract(1, Day, null, 5000)).Lines.Single();

        Assert.That((line.Payments, line.GrossMinor, line.ShareMinor), Is.EqualTo((2L, 2L, 1L)));
    }

    [Test]
    public void A_rate_that_changes_gives_two_lines_and_rails_have_their_own()
    {
        var (lines, problems) = Calculate(
            [new(1, ChartAccount.Prepaid, 1, 1000, Day), new(1, ChartAccount.Prepaid, 1, 1000, Day.AddDays(2)), new(1, ChartAccount.PhoneBillReceivable, 1, 1000, Day.AddDays(2))],
            new Contract(1, Day, null, 7000), new Contract(1, Day.AddDays(1), null, 6000));

        Assert.That(problems, Is.Empty);
        Assert.That(lines.Select(l => (l.Contract.ValidUntil, l.Rail, l.ShareMinor)), Is.EqualTo(new (DateOnly?, ChartAccount, long)[]
        {
            (Day.AddDays(1), ChartAccount.Prepaid, 700), (null, ChartAccount.Prepaid, 600), (null, ChartAccount.PhoneBillReceivable, 600),
        }));
    }

    [Test]
    public void A_merchant_without_contract_and_one_whose_contract_has_ended_are_two_problems()
    {
        var (lines, problems) = Calculate(
            [new(1, ChartAccount.Prepaid, 3, 300, Day.AddDays(5)), new(2, ChartAccount.Prepaid, 2, 200, Day.AddDays(1)), new(2, ChartAccount.PhoneBillReceivable, 1, 50, Day)],
            new Contract(1, Day, Day.AddDays(4), 7000));

        Assert.That(lines, Is.Empty);
        Assert.That(problems, Is.EqualTo(new CalculatedProblem[]
        {
            new(SettlementProblemKind.ContractEnded, 1, 3, 300, Day.AddDays(4)),
            new(SettlementProblemKind.NoContract, 2, 3, 250, Day),
        }));
    }

    [TestCase(2, 300)]
    [TestCase(1, 301)]
    public void A_count_or_a_sum_that_differs_from_the_ledger_is_a_problem(long payments, long minor)
    {
        var problems = SettlementCalculation.Of([new(1, ChartAccount.Prepaid, 1, 300, Day)], new([new(1, Day, null, 7000)]), new(payments, minor)).Problems;

        Assert.That(problems, Is.EqualTo(new[] { new CalculatedProblem(SettlementProblemKind.DiffersFromLedger, null, payments - 1, minor - 300, null) }));
    }

    private static SettlementCalculation Calculate(LedgerGroup[] groups, params Contract[] contracts) =>
        SettlementCalculation.Of(groups, new(contracts), new(groups.Sum(g => g.Payments), groups.Sum(g => g.GrossMinor)));
}
