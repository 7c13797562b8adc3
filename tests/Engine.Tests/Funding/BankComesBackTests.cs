using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>A bank that was away: what waits for it goes when it is back, however long the pauses had become.</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class BankComesBackTests() : RailFixture(FundingKind.Bank)
{
    [Test]
    public async Task A_question_for_an_account_that_was_asked_before_the_connection_was_up_goes_when_it_is()
    {
        await AskToLinkAsync(attempts: 0);
        var engine = await StartWithoutBankAsync();
        await Eventually.True(() => Stage.ReadAsync<bool>("select last_answer = 'not asked: NotSignedOn' from connector_calls"), "it could not be asked");

        Stage.Bank.Faults.Clear();
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.BankLinked));
    }

    [Test]
    public async Task After_a_long_absence_too()
    {
        await AskToLinkAsync(attempts: 1000);
        var engine = await StartWithoutBankAsync();
        await Eventually.True(() => Stage.ReadAsync<bool>("select attempts > 1000 and owner = 0 from connector_calls"), "it waits");
        await Stage.ExecuteAsync("update connector_calls set next_attempt_at = now() + interval '1 hour'");

        Stage.Bank.Faults.Clear();
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.BankLinked));
    }

    [Test]
    public async Task A_reversal_does_not_wait_for_the_end_of_its_pause()
    {
        var engine = await Stage.StartEngineAsync();
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Debit));
        Stage.Bank.Faults.Order(new(BankFault.Lose, BankMessageKind.Reversal, Count: 1_000_000));
        await RailStage.OrderAsync(engine, 1);
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await Eventually.True(
            async () =>
            {
                await Stage.ExecuteAsync("update connector_calls set next_attempt_at = now() + interval '1 hour' where kind = 5 and owner = 0");
                return await Stage.ReadAsync<bool>("select count(*) = 1 from connector_calls where kind = 5 and owner = 0 and next_attempt_at > now() + interval '1 minute'");
            },
            "the reversal has a long pause");

        Stage.Bank.Faults.Clear();
        Stage.Bank.Cut();
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.Reversed));
        Assert.That(Stage.AtBankOf(1), Is.EqualTo(RailStage.Opening));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task What_waits_for_a_person_goes_on_waiting_for_him()
    {
        await AskToLinkAsync(attempts: 0);
        await Stage.ExecuteAsync("update connector_calls set next_attempt_at = 'infinity'");
        var engine = await Stage.StartEngineAsync();
        await RailStage.OrderAsync(engine, 2);
        await RailStage.NextAsync(engine);
        Assert.That(await Stage.ReadAsync<bool>("select next_attempt_at = 'infinity' from connector_calls where kind = 6"), Is.True);
    }

    [Test]
    public async Task A_call_that_is_tried_for_ever_holds_up_no_other()
    {
        await AskToLinkAsync(attempts: short.MaxValue);
        var engine = await StartWithoutBankAsync();
        await Eventually.True(() => Stage.ReadAsync<bool>("select last_answer is not null from connector_calls"), "it was tried once more");

        Stage.Bank.Faults.Clear();
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.BankLinked));
    }

    private Task AskToLinkAsync(int attempts) => Stage.ExecuteAsync(
        $$"""
        update bank_links set state = 1 where subscriber_id = 1;
        insert into connector_calls (lane, id, subscriber_id, payment_id, kind, owner, bank, request, created_at, next_attempt_at, attempts)
        values (1, 1, 1, 0, 6, 0, 'DEMO', '{"link":1,"currency":978}', now(), now(), {{attempts}})
        """);

    /// <summary>An engine that the bank does not sign on, until its faults are cleared.</summary>
    private Task<LaneStack> StartWithoutBankAsync()
    {
        Stage.Bank.Faults.Order(new(BankFault.Code, BankMessageKind.Network, Count: 1_000_000, ResponseCode: "91"));
        return Stage.StartEngineAsync(isConnected: false);
    }
}
