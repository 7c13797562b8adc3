using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>A number changes hands between a charge and its undoing: what was charged goes back to where it was taken, and its subscriber is told.</summary>
[TestFixture, Parallelizable] // beside the rails: what takes its time here is waiting for answers that do not come
internal sealed class NumberChangedHandsTests
{
    private RailStage _stage = null!;
    private LaneStack _engine = null!;

    [TearDown]
    public ValueTask StrikeAsync() => _stage.DisposeAsync();

    [Test]
    public async Task Airtime_is_given_back_to_the_account_that_it_was_taken_from()
    {
        await SetAsync(FundingKind.Airtime);
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(_engine, 1);
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await SwapNumbersAsync();
        _stage.Ocs.Faults.Clear();
        _stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Granted: 1000));

        await EndsReversedAsync();
        Assert.That(_stage.Ocs.Books.LedgerAfter(20).Select(line => (line.Msisdn, line.Kind, line.Amount)), Is.EqualTo(new[]
        {
            ($"{LaneStack.NumberOf(1).Value}", "debit", 1000L),
            ($"{LaneStack.NumberOf(1).Value}", "refund", 1000L),
        }));
    }

    [Test]
    public async Task A_debit_is_reversed_at_the_account_that_it_was_made_from()
    {
        await SetAsync(FundingKind.Bank);
        _stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Debit));
        _stage.Bank.Faults.Order(new(BankFault.Lose, BankMessageKind.Reversal, Count: 1000));
        await RailStage.OrderAsync(_engine, 1);
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That(_stage.AtBankOf(1), Is.EqualTo(RailStage.Opening - RailStage.Price));
        await SwapNumbersAsync();
        _stage.Bank.Faults.Clear();

        await EndsReversedAsync();
        Assert.That(_stage.MovedAtBank(1).Select(e => (e.Kind, e.Amount)), Is.EqualTo(new[] { ("debit", -RailStage.Price), ("reversal", RailStage.Price) }));
        Assert.That(_stage.MovedAtBank(2), Is.Empty);
    }

    private async Task SetAsync(FundingKind source)
    {
        _stage = await RailStage.SetAsync(source);
        _engine = await _stage.StartEngineAsync();
    }

    /// <summary>The first subscriber's number is the second's from now on, and the other way round.</summary>
    private Task SwapNumbersAsync() => _stage.ExecuteAsync(
        $"""
        update subscribers set msisdn = 0 where id = 1;
        update subscribers set msisdn = {LaneStack.NumberOf(1).Value} where id = 2;
        update subscribers set msisdn = {LaneStack.NumberOf(2).Value} where id = 1;
        delete from numbers where subscriber_id in (1, 2);
        insert into numbers (msisdn, subscriber_id, lane, valid_from) values ({LaneStack.NumberOf(1).Value}, 2, 2, now()), ({LaneStack.NumberOf(2).Value}, 1, 1, now())
        """);

    private async Task EndsReversedAsync()
    {
        var end = await RailStage.NextAsync(_engine);
        Assert.That((end.Template, end.To), Is.EqualTo((TextTemplate.Reversed, LaneStack.NumberOf(2))), "told at the number that the subscriber has now");
        Assert.That(await _stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        Assert.That(await _stage.OutcomesAsync(2), Is.Empty, "of whoever has the number now nothing is known to this payment");
        await _stage.CheckBooksAsync();
    }
}
