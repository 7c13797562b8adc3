using System.Collections.Concurrent;
using CarrierPay.Engine.Subscribers;
using CarrierPay.TestSupport;
using CsCheck;

namespace CarrierPay.Engine.Tests.Payments;

/// <summary>
/// Thousands of histories of payments that others charge: answers late, doubled, lost or wrong, requests that overtake their reversals, engines that die, sleep, or make
/// a call twice at a time, while texts, time, blocks and new accounts come in between. After each step the books must be right, and at the end those outside agree with them.
/// </summary>
[TestFixture]
public sealed class RailHistoriesTests
{
    private static readonly Gen<RailHistory.Step> Steps = Gen.Select(
        Gen.Int[0, (int)RailHistory.Kind.Again], Gen.Int[0, RailHistory.Subscribers - 1], Gen.Int[0, 9999], Gen.Int[0, 9999],
        (kind, who, a, b) => new RailHistory.Step((RailHistory.Kind)kind, who, a, b));

    /// <summary>Ends that come in no history here: the price is known at once, nobody names an amount, bills are kept outside.</summary>
    private static readonly PaymentOutcome[] OfQuotes =
    [
        PaymentOutcome.DeclinedNoPrice, PaymentOutcome.DeclinedMerchantRefused, PaymentOutcome.DeclinedInvalidPrice, PaymentOutcome.DeclinedAmountNotAccepted,
        PaymentOutcome.DeclinedOverBillLimit,
    ];

    [TestCase("UGX", 2000)]
    [TestCase("EUR", 2000)]
    [TestCase("KWD", 2000)]
    public void What_others_charge_is_right_after_every_step_of_any_history_and_agrees_with_their_books_at_its_end(string currency, int histories)
    {
        var seen = new ConcurrentDictionary<string, int>();
        Steps.Array[1, 200].Sample(
            steps =>
            {
                var history = new RailHistory(currency);
                history.Play(steps);
                foreach (var happened in history.Happened)
                    seen.AddOrUpdate(happened, 1, (_, count) => count + 1);
            },
            iter: LongRun.Cases(histories), print: steps => string.Join("\n", steps.Select(s => s.ToString())));
        TestContext.Out.WriteLine(string.Join(", ", seen.OrderBy(s => s.Key).Select(s => $"{s.Key} {s.Value}")));
        // The histories go everywhere: each end was reached, and each way to it.
        string[] ways = ["resent", "left to a person", "reversed again", "given back", "reversal not believed yet", "topped up", "cashed out", "moved after its end"];
        Assert.That(seen.Keys, Is.SupersetOf(Enum.GetValues<PaymentOutcome>().Except(OfQuotes).Select(o => $"{o}").Concat(ways)));
    }

    [Test]
    public void Answers_of_one_batch_are_decided_as_answers_of_many() =>
        Steps.Array[1, 150].Sample(
            steps =>
            {
                var (first, second) = (new RailHistory("EUR"), new RailHistory("EUR", isOneBatch: true));
                first.Play(steps);
                second.Play(steps);
                Assert.That(first.Transcript, Is.EqualTo(second.Transcript));
            },
            iter: 500);
}
