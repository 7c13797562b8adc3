using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>A bank that says no, or nothing certain, and yes afterwards to the same request: what it took for a payment that was given up goes back (lanes.md 11).</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class SecondAnswersTests() : RailFixture(FundingKind.Bank)
{
    [SetUp]
    public async Task StartAsync() => Engine = await Stage.StartEngineAsync();

    [TestCase("05", TestName = "A_refusal_and_then_an_approval")]
    [TestCase("51", TestName = "No_funds_and_then_an_approval")]
    [TestCase("91", TestName = "Not_reached_and_then_an_approval")]
    public async Task What_a_bank_took_after_all_is_never_kept_from_the_customer_for_nothing(string code)
    {
        Stage.Bank.Faults.Order(new(BankFault.StandIn, BankMessageKind.Debit, ResponseCode: code));
        await RailStage.OrderAsync(Engine, 1);

        await Stage.EndedAsync(1);
        await Eventually.True(async () => await Stage.ReadAsync<long>("select count(*) from connector_calls") == 0, "nothing is under way");
        // Both answers come at once: whichever is decided first, either all is paid or nothing is.
        var isPaid = (await Stage.OutcomesAsync(1)).Single() == PaymentOutcome.Succeeded;
        await Eventually.True(() => Stage.AtBankOf(1) == RailStage.Opening - (isPaid ? RailStage.Price : 0), "the bank has what is paid, and no more");
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task An_approval_long_after_the_refusal_is_reversed_and_the_payment_stays_declined()
    {
        Stage.Bank.Faults.Order(new(BankFault.StandIn, BankMessageKind.Debit, DelayMs: 1500, ResponseCode: "05"));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.RefusedBySource));
        await Eventually.True(() => Stage.MovedAtBank(1).Select(e => e.Kind).SequenceEqual(["debit", "reversal"]), "it is taken after all, and goes back");
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.DeclinedBySource }));
        Assert.That(Stage.AtBankOf(1), Is.EqualTo(RailStage.Opening));
        await Stage.CheckBooksAsync();
    }
}
