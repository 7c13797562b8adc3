using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>A number changes hands between a charge and its undoing: what was charged goes back to where it was taken or to nobody, and its subscriber is told.</summary>
[TestFixture, Parallelizable] // beside the rails: what takes its time here is waiting for answers that do not come
internal sealed class NumberChangedHandsTests : RailFixture
{
    [TestCase(1000L, null, WaitsFor.NumberChanged)]
    [TestCase(null, "USD", WaitsFor.OtherAmount)]
    public async Task Airtime_of_a_number_that_is_somebody_elses_by_now_is_not_given_back_to_that_one_but_comes_to_people(long? granted, string? currency, WaitsFor why)
    {
        await SetAsync(FundingKind.Airtime);
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await SwapNumbersAsync();
        Stage.Ocs.Faults.Clear();
        Stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Granted: granted, Currency: currency));

        await Eventually.True(() => Stage.ReadAsync<bool>($"select waits_for = {(short)why} and next_attempt_at = 'infinity' from connector_calls"), "it waits for people");
        Assert.That(Stage.Ocs.Books.LedgerAfter(20).Select(line => (line.Msisdn, line.Kind)), Is.EqualTo(new[] { ($"{LaneStack.NumberOf(1).Value}", "debit") }));
        Assert.That(await Stage.OutcomesAsync(1), Is.Empty, "its price stays in suspense");
    }

    [Test]
    public async Task A_debit_is_reversed_at_the_account_that_it_was_made_from()
    {
        await SetAsync(FundingKind.Bank);
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Debit));
        Stage.Bank.Faults.Order(new(BankFault.Lose, BankMessageKind.Reversal, Count: 1000));
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That(Stage.AtBankOf(1), Is.EqualTo(RailStage.Opening - RailStage.Price));
        await SwapNumbersAsync();
        Stage.Bank.Faults.Clear();

        await EndsReversedAsync();
        Assert.That(Stage.MovedAtBank(1).Select(e => (e.Kind, e.Amount)), Is.EqualTo(new[] { ("debit", -RailStage.Price), ("reversal", RailStage.Price) }));
        Assert.That(Stage.MovedAtBank(2), Is.Empty);
    }

    private async Task SetAsync(FundingKind source)
    {
        Stage = await RailStage.SetAsync(source);
        Engine = await Stage.StartEngineAsync();
    }

    /// <summary>The first subscriber's number is the second's from now on, and the other way round.</summary>
    private Task SwapNumbersAsync() => Stage.ExecuteAsync(
        $"""
        update subscribers set msisdn = 0 where id = 1;
        update subscribers set msisdn = {LaneStack.NumberOf(1).Value} where id = 2;
        update subscribers set msisdn = {LaneStack.NumberOf(2).Value} where id = 1;
        delete from numbers where subscriber_id in (1, 2);
        insert into numbers (msisdn, subscriber_id, lane, valid_from) values ({LaneStack.NumberOf(1).Value}, 2, 2, now()), ({LaneStack.NumberOf(2).Value}, 1, 1, now())
        """);

    private async Task EndsReversedAsync()
    {
        var end = await RailStage.NextAsync(Engine);
        Assert.That((end.Template, end.To), Is.EqualTo((TextTemplate.Reversed, LaneStack.NumberOf(2))), "told at the number that the subscriber has now");
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        Assert.That(await Stage.OutcomesAsync(2), Is.Empty, "of whoever has the number now nothing is known to this payment");
        await Stage.CheckBooksAsync();
    }
}
