using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments.Doubts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Funding;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Payments.Doubts;

/// <summary>Money that leaves the wallet, what moved after the end, and what nobody could ask again in time.</summary>
internal sealed partial class DoubtDeskTests
{
    [TestCase("CASHOUT 15 P", true, 500)]
    [TestCase("CASHOUT 15 B", true, 500)]
    [TestCase("CASHOUT 15 B", false, 2000)]
    public async Task A_cash_out_that_nobody_answers_is_decided_by_people_too(string text, bool hasArrived, long left)
    {
        var found = await CashOutInDoubtAsync(text);
        var isAtBank = text.EndsWith('B');
        Assert.That((found.Kind, found.Purpose, found.WaitsFor), Is.EqualTo(
            (isAtBank ? ConnectorKind.BankCredit : ConnectorKind.OcsCredit, PaymentPurpose.CashOut, (WaitsFor?)WaitsFor.NoMoreRepeats)));
        Assert.That((found.AccountTail, found.AskedMinor), Is.EqualTo(isAtBank ? ("0001", default(long?)) : (null, 1500L)));
        Assert.That(found.Identifiers.Select(i => i.Name), Does.Contain(isAtBank ? "STAN (11)" : "Session-Id"));

        Assert.That(await ProposeAsync(found, hasArrived), Is.EqualTo(ProposeResolution.Outcome.Proposed));
        Assert.That(await DecideAsync(found), Is.EqualTo(DecideResolution.Outcome.Approved));
        await Stage.EndedAsync(1);
        Assert.That(await Stage.ReadAsync<long>("select balance_minor from subscribers where id = 1"), Is.EqualTo(left));
        Assert.That((await _queries.FindAsync(found.Lane, found.CallId))!.Value.Case.State, Is.EqualTo(CaseState.Closed));
    }

    [Test]
    public async Task A_cash_out_that_has_arrived_after_people_said_it_had_not_comes_to_them_again()
    {
        var found = await CashOutInDoubtAsync("CASHOUT 15 B");
        await ProposeAsync(found, wasCharged: false);
        await DecideAsync(found);
        await Stage.EndedAsync(1);
        var call = new ConnectorCall(found.CallId, new(1), found.Lane, new(found.PaymentId), default, found.Kind, found.Request, found.CreatedAt) { Bank = found.Bank };
        for (var times = 0; times < 2; times++)
            await Engine.PostAsync(1, new ChargeAnswered(call, ChargeVerdict.Charged, null, null, "it arrived"));

        var again = await WaitingAsync();
        Assert.That((again.CallId, again.WaitsFor, again.LastAnswer, again.Outcome), Is.EqualTo((found.CallId, (WaitsFor?)WaitsFor.MovedAfterEnd, "it arrived", (PaymentOutcome?)PaymentOutcome.Reversed)));
        Assert.That(await ProposeAsync(again, wasCharged: true), Is.EqualTo(ProposeResolution.Outcome.PaymentHasEnded));
        Assert.That(await ProposeAsync(again, wasCharged: false), Is.EqualTo(ProposeResolution.Outcome.Proposed));
        await DecideAsync(again);
        await Eventually.True(async () => await Stage.ReadAsync<long>("select count(*) from connector_calls") == 0, "it is closed");
        Assert.That(await StateAsync(), Is.EqualTo(ProposalState.Booked));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
    }

    [TestCase("PAY COFFEE LATTE P")]
    [TestCase("CASHOUT 15 P")]
    [TestCase("CASHOUT 15 B")]
    public async Task What_was_asked_before_a_long_standstill_is_not_asked_again_but_comes_to_people(string text)
    {
        await SetAsync(FundingKind.Airtime);
        await Stage.ExecuteAsync($"update subscribers set balance_minor = 2000, sources = {RailStage.AllSources} where id = 1");
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Mute, Count: 1000));
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Refund, Count: 1000));
        await ConfirmAsync(text);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await Engine.StopAsync();
        await Stage.ExecuteAsync("update connector_calls set created_at = created_at - interval '30 days'");
        Stage.Ocs.Faults.Clear();
        Stage.Bank.Faults.Clear();
        await Stage.StartEngineAsync();

        var found = await WaitingAsync();
        Assert.That((found.WaitsFor, found.LastAnswer, found.PaymentState), Is.EqualTo(
            ((WaitsFor?)WaitsFor.NoMoreRepeats, $"not repeated: too old for the {(text.EndsWith('B') ? "bank" : "charging system")} to know the repeat for certain", (PaymentState?)PaymentState.InDoubt)));
        Assert.That(await Stage.OutcomesAsync(1), Is.Empty);
    }

    [Test]
    public async Task A_call_that_was_taken_up_more_often_than_anybody_counts_is_taken_up_again()
    {
        await SetAsync(FundingKind.Airtime);
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await Engine.StopAsync();
        await Stage.ExecuteAsync("update connector_calls set attempts = 32767");
        Stage.Ocs.Faults.Clear();
        await Stage.StartEngineAsync();

        await Stage.EndedAsync(1);
        await Stage.CheckBooksAsync();
    }

    /// <summary>A subscriber with 20.00 in the wallet takes 15.00 out of it, and nobody says whether it arrived.</summary>
    private async Task<DoubtCase> CashOutInDoubtAsync(string text)
    {
        await SetAsync(FundingKind.Airtime, ("CarrierPay:Diameter:ResendFor", "00:00:01.5"), ("CarrierPay:Iso8583:Banks:0:CreditsResendFor", "00:00:01.5"));
        await Stage.ExecuteAsync($"update subscribers set balance_minor = 2000, sources = {RailStage.AllSources} where id = 1");
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        Stage.Bank.Faults.Order(new(BankFault.Lose, BankMessageKind.Refund, Count: 1000));
        await ConfirmAsync(text);
        return await WaitingAsync();
    }

    private async Task ConfirmAsync(string text)
    {
        await Engine.TextAsync(1, text);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Prompt));
        await Engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");
    }
}
